"""Find the files under a path: regular ones, each real file once, no link out of the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Set
from pathlib import Path
from typing import NamedTuple

from analyzer.model.issues import Skipped
from analyzer.parsers._base import LogFile
from analyzer.reading.site import IN_STATE, STATE, pages_of_site
from analyzer.safe import secrets
from analyzer.safe.names import printable
from analyzer.safe.systems import ON_WINDOWS, is_link

AIM, GUILD = ".aim", ".guild"  # hidden folders of trackers
_TRACKERS = {AIM, GUILD}
_IN_AIM = {"meta", "seqs", "run_metadata.sqlite"}
_UNREAD_IN_GUILD = frozenset(
    (
        *("cache", "trash", "remotes", "locks", "attrs", "sourcecode"),
        *("manifest", "opref", "output.index"),
    )
)


# Hidden folders of tools, which hold no logs of a training or copies of them.
_TOOLS = frozenset(
    (
        *(".git", ".hg", ".svn", ".dvc", ".hydra", ".neptune", ".ipynb_checkpoints"),
        *(".venv", ".conda", ".tox", ".nox", ".eggs", ".cache", ".mypy_cache", ".pytest_cache"),
        *(".ruff_cache", ".idea", ".vscode", ".config", ".local", ".npm", ".Trash"),
    )
)
_MOST_HIDDEN = 200  # hidden files of a walk that are looked at


class _Folder(NamedTuple):
    """A folder to enter: its path, the same below the root, and the same without links.

    ``hidden`` says whether a name on the way from the root begins with a dot.
    """

    path: Path
    relative: Path
    real: str
    hidden: bool = False


def files_under(root: Path) -> Iterator[LogFile | Skipped]:
    """Yield the regular files under a path in the order of their names, and what was skipped.

    The first hidden files are among them, marked as such. What a batch wrote into its site (tables
    of runs, no log) is passed over.
    """
    start = _start(root)
    if not isinstance(start, _Folder):
        yield start
        return
    seen = {start.real}
    hidden_files = 0
    folders = [start]
    while folders:
        folder = folders.pop()
        entries = _listed(folder, root)
        if isinstance(entries, Skipped):
            if not folder.hidden:
                yield entries
            continue
        below = []
        for entry in entries:
            path, relative = folder.path / entry.name, folder.relative / entry.name
            hidden = folder.hidden or _is_hidden(entry.name)
            hidden_files += hidden
            if hidden and (hidden_files > _MOST_HIDDEN or not _is_plain(entry)):
                continue
            real = _real_entry(entry, folder, start.real)
            if isinstance(real, Skipped):
                yield real
            elif real not in seen:
                seen.add(real)
                if _is_folder(entry):
                    below.append(_Folder(path, relative, real, hidden))
                else:
                    yield _regular(path, relative, entry, hidden=hidden)
        folders.extend(reversed(below))


def _start(root: Path) -> _Folder | LogFile | Skipped:
    """Return the folder at which a walk starts, the only file, or why there is neither."""
    aim = _aim_repository(root)
    if aim is not None:
        return Skipped(_shown(Path(aim.name)), "aim_repository")
    if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises for some unreadable paths
        return regular_file(root, Path(root.name))
    try:
        return _Folder(root, Path(), _real(root))
    except OSError as error:
        return cannot_open(_shown(Path(root.name)), error)


def _listed(folder: _Folder, root: Path) -> list[os.DirEntry[str]] | Skipped:
    """Return the entries of a folder to look at, or why it is not entered."""
    relative = folder.relative if folder.relative.name else Path(root.name)
    try:
        entries = _entries(folder.path)
    except OSError as error:
        return cannot_open(_shown(relative), error)
    if is_aim({entry.name for entry in entries}):
        return Skipped(_shown(relative), "aim_repository")
    return entries


def _real_entry(entry: os.DirEntry[str], folder: _Folder, root: str) -> str | Skipped:
    """Return the path of an entry without links, or why a link is not followed."""
    if not is_link(entry):
        return os.path.join(folder.real, entry.name)  # noqa: PTH118 - a tenth of the time
    relative = folder.relative / entry.name
    try:
        real = _real(folder.path / entry.name)
    except OSError as error:  # as for /proc/1/cwd, also for the superuser
        return cannot_open(_shown(relative), error)
    if not _is_below(real, root):
        return Skipped(_shown(relative), "link_out_of_folder")
    return real


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return the entries of a folder by name, without those of tools and of a batch."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    unread = _UNREAD_IN_GUILD if folder.name == GUILD else frozenset()
    if folder.name == GUILD and any("tfevents" in entry.name for entry in entries):
        unread |= {"output"}  # which the event file was made from
    unread |= _TOOLS
    if folder.name == STATE:
        unread |= IN_STATE
    names = {entry.name for entry in entries}
    unread |= pages_of_site(folder, names)
    return [
        entry
        for entry in entries
        if entry.name not in unread and not entry.name.startswith("._")  # of macOS
    ]


def _is_plain(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a regular file or a folder, and no link to one."""
    is_own = entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)
    return is_own and not is_link(entry)


def is_entered(name: str) -> bool:
    """Say whether a walk may open a file, by its path below the root: it is of no tool.

    Settings that Hydra recorded are of a tool, but are looked for beside the logs.
    """
    parts = name.split("/")
    return not parts[-1].startswith("._") and _TOOLS.isdisjoint({*parts} - {".hydra"})


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and name not in _TRACKERS


def is_aim(names: Set[str]) -> bool:
    """Say whether a folder is an Aim repository by the names of its entries."""
    return names >= _IN_AIM


def _aim_repository(root: Path) -> Path | None:
    """Return the Aim repository that a path is or lies in, or None."""
    path = root.absolute()
    for folder in (path, *path.parents):
        if folder.name == AIM and (folder / "seqs").is_dir():
            return folder
    return None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a folder or a link to one; a link to itself is neither."""
    if entry.is_symlink():
        return os.path.isdir(entry.path)  # noqa: PTH112 - Path.is_dir raises for a link to itself
    return entry.is_dir(follow_symlinks=False)


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _real(path: Path) -> str:
    """Return a path without links; unlike Path.resolve this accepts a link to itself.

    Raises OSError for a link that cannot be read.
    """
    return os.path.realpath(path)


def regular_file(path: Path, relative: Path) -> LogFile | Skipped:
    """Return a file, or why it is not read; opens nothing."""
    return _regular(path, relative, path)


def _regular(
    path: Path, relative: Path, entry: Path | os.DirEntry[str], *, hidden: bool = False
) -> LogFile | Skipped:
    """Return a file by what is asked for its status, an entry of its folder where there is one."""
    shown = _shown(relative)
    try:
        status = entry.stat()
    except OSError as error:
        return cannot_open(shown, error)
    if not stat.S_ISREG(status.st_mode):
        return Skipped(shown, "not_a_regular_file")
    number = 0 if ON_WINDOWS else status.st_ino  # an entry of a folder has none there
    stamp = (status.st_size, status.st_mtime_ns, number)
    return LogFile(path, relative, shown, status.st_size, stamp, hidden)


def cannot_open(shown: str, error: OSError) -> Skipped:
    """Return a file that the system does not let us read."""
    return Skipped(shown, "cannot_open", {"error": error.strerror or type(error).__name__})


def _shown(relative: Path) -> str:
    """Return a path below the root as a user may see it: printable and without host names."""
    folder, slash, name = relative.as_posix().rpartition("/")
    return printable(f"{folder}{slash}{secrets.file_name(name)}")
