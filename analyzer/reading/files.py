"""Find the files under a path: regular ones, each real file once, no link out of the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from analyzer.model.issues import Skipped
from analyzer.parsers._base import LogFile
from analyzer.reading.site import IN_STATE, STATE, pages_of_site
from analyzer.safe import secrets
from analyzer.safe.names import printable
from analyzer.safe.systems import ON_WINDOWS, is_link

HYDRA = ".hydra"  # of a tool, but settings of the logs beside it are looked for there
OF_HYDRA = ("config.yaml", "overrides.yaml")
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

    Each ends with a separator; that below the root is empty for the root. ``hidden`` says whether a
    name on the way from the root begins with a dot.
    """

    path: str
    relative: str
    real: str
    hidden: bool = False


class _Listed(NamedTuple):
    """The entries of a folder to look at, and the stamps of what Hydra recorded there."""

    entries: list[os.DirEntry[str]]
    recorded: list[str]


class Entry(NamedTuple):
    """A regular file: its path, the same below the root, and what LogFile has of it."""

    path: str
    relative: str
    stamp: tuple[int, int, int]
    hidden: bool

    @property
    def shown(self) -> str:
        """The path below the root as a user may see it."""
        return _shown(self.relative)

    @property
    def log_file(self) -> LogFile:
        """The file as a parser gets it."""
        return LogFile(
            path=Path(self.path),
            relative=Path(self.relative),
            shown=self.shown,
            size=self.stamp[0],
            stamp=self.stamp,
            hidden=self.hidden,
        )


def files_under(root: Path) -> Iterator[LogFile | Skipped]:
    """Yield the regular files under a path in the order of their names, and what was skipped.

    The first hidden files are among them, marked as such. What a batch wrote into its site (tables
    of runs, no log) is passed over.
    """
    for item in entries_under(root):
        yield item.log_file if isinstance(item, Entry) else item


def entries_under(
    root: Path, feed: Callable[[bytes], object] = lambda _: None
) -> Iterator[Entry | Skipped]:
    """Yield what ``files_under`` does, files as entries: of many, paths cost most of the time.

    What the walk depends on is handed to ``feed``: while that is the same, so are the files, their
    stamps, and those of the settings beside them.
    """
    start = _start(root)
    if isinstance(start, _Folder):
        yield from _Walk(root, _real(str(root)), feed).below(start)
    else:
        yield start


class _Walk:
    """A walk below a folder: what was seen by its path without links, and how much is hidden."""

    def __init__(self, root: Path, real: str, feed: Callable[[bytes], object]) -> None:
        self._root = root
        self._real = real
        self._feed = feed
        self._seen = {real}
        self._hidden = 0

    def below(self, start: _Folder) -> Iterator[Entry | Skipped]:
        """Yield the files below a folder, those of each folder before those below it."""
        folders = [start]
        while folders:
            folder = folders.pop()
            listed = _listed(folder, self._root)
            if isinstance(listed, Skipped):
                self._feed(_fed("unlisted", folder.relative, listed.key))
                if not folder.hidden:
                    yield listed
                continue
            self._feed(_fed("folder", folder.relative, *listed.recorded))
            inside = []
            for entry in listed.entries:
                item = self._item(folder, entry)
                if isinstance(item, _Folder):
                    inside.append(item)
                elif item is not None:
                    yield item
            folders.extend(reversed(inside))

    def _item(self, folder: _Folder, entry: os.DirEntry[str]) -> _Folder | Entry | Skipped | None:
        """Return what an entry of a folder is; None if it is seen already or hidden."""
        hidden = folder.hidden or _is_hidden(entry.name)
        self._hidden += hidden
        if hidden and (self._hidden > _MOST_HIDDEN or not _is_plain(entry)):
            self._feed(_fed("hidden", entry.name))
            return None
        real = _real_entry(entry, folder, self._real)
        if isinstance(real, Skipped):
            self._feed(_fed(real.key, entry.name))
            return real
        item: _Folder | Entry | Skipped | None = None
        if real not in self._seen:
            self._seen.add(real)
            item = _new(folder, entry, real, hidden=hidden)
        self._feed(_fed(entry.name, real if is_link(entry) else "", *_stamp_words(item)))
        return item


def _new(
    folder: _Folder, entry: os.DirEntry[str], real: str, *, hidden: bool
) -> _Folder | Entry | Skipped:
    """Return an entry of a folder that was not seen before."""
    path, relative = f"{folder.path}{entry.name}", f"{folder.relative}{entry.name}"
    if _is_folder(entry):
        return _Folder(path + os.sep, f"{relative}/", real + os.sep, hidden)
    return _regular(path, relative, entry, hidden=hidden)


def _stamp_words(item: _Folder | Entry | Skipped | None) -> tuple[str, ...]:
    """Return what is fed of an entry beside its name."""
    if isinstance(item, Entry):
        size, changed, inode = item.stamp
        return (f"{size} {changed} {inode}",)
    if isinstance(item, Skipped):
        return (item.key,)
    return ("seen" if item is None else "inside",)


def _fed(*parts: str) -> bytes:
    """Return texts as bytes that no other texts give: a NUL stands in no name."""
    return ("\0".join(parts) + "\0\0").encode("utf-8", "surrogatepass")


def _recorded(folder: _Folder) -> list[str]:
    """Return the stamps of what Hydra recorded in a folder, which the walk does not enter."""
    recorded = []
    for name in OF_HYDRA:
        path = f"{folder.path}{HYDRA}/{name}"
        with suppress(OSError):
            recorded += [name, str(_stamp(os.stat(path))), _real(path)]  # noqa: PTH116 - a text
    return recorded


def _ended(folder: str) -> str:
    """Return the path of a folder with a separator at its end."""
    return os.path.join(folder, "")  # noqa: PTH118 - pathlib has none there


def _start(root: Path) -> _Folder | Entry | Skipped:
    """Return the folder at which a walk starts, the only file, or why there is neither."""
    aim = _aim_repository(root)
    if aim is not None:
        return Skipped(_shown(aim.name), "aim_repository")
    if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises for some unreadable paths
        return _regular(str(root), root.name, root)
    try:
        return _Folder(_ended(str(root)), "", _ended(_real(str(root))))
    except OSError as error:
        return cannot_open(_shown(root.name), error)


def _listed(folder: _Folder, root: Path) -> _Listed | Skipped:
    """Return the entries of a folder to look at, or why it is not entered."""
    relative = folder.relative.rstrip("/") or root.name
    try:
        entries = sorted(os.scandir(folder.path), key=lambda entry: entry.name)
        names = {entry.name for entry in entries}
        kept = _to_look_at(Path(folder.path), entries, names)
    except OSError as error:
        return cannot_open(_shown(relative), error)
    if is_aim(names):
        return Skipped(_shown(relative), "aim_repository")
    return _Listed(kept, _recorded(folder) if HYDRA in names else [])


def _real_entry(entry: os.DirEntry[str], folder: _Folder, root: str) -> str | Skipped:
    """Return the path of an entry without links, or why a link is not followed."""
    if not is_link(entry):
        return f"{folder.real}{entry.name}"
    shown = _shown(f"{folder.relative}{entry.name}")
    try:
        real = _real(entry.path)
    except OSError as error:  # as for /proc/1/cwd, also for the superuser
        return cannot_open(shown, error)
    return real if _is_below(real, root) else Skipped(shown, "link_out_of_folder")


def _to_look_at(
    folder: Path, entries: list[os.DirEntry[str]], names: Set[str]
) -> list[os.DirEntry[str]]:
    """Return the entries of a folder without those of tools and of a batch."""
    unread = _TOOLS
    if folder.name == GUILD:
        unread |= _UNREAD_IN_GUILD
        if any("tfevents" in name for name in names):
            unread |= {"output"}  # which the event file was made from
    if folder.name == STATE:
        unread |= IN_STATE
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
    return not parts[-1].startswith("._") and _TOOLS.isdisjoint({*parts} - {HYDRA})


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


def _real(path: str) -> str:
    """Return a path without links; unlike Path.resolve this accepts a link to itself.

    Raises OSError for a link that cannot be read.
    """
    return os.path.realpath(path)


def regular_file(path: Path, relative: Path) -> LogFile | Skipped:
    """Return a file, or why it is not read; opens nothing."""
    item = _regular(str(path), relative.as_posix(), path)
    return item.log_file if isinstance(item, Entry) else item


def _regular(
    path: str, relative: str, entry: Path | os.DirEntry[str], *, hidden: bool = False
) -> Entry | Skipped:
    """Return a file by what is asked for its status, an entry of its folder where there is one."""
    try:
        status = entry.stat()
    except OSError as error:
        return cannot_open(_shown(relative), error)
    if not stat.S_ISREG(status.st_mode):
        return Skipped(_shown(relative), "not_a_regular_file")
    return Entry(path, relative, _stamp(status), hidden)


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    number = 0 if ON_WINDOWS else status.st_ino  # an entry of a folder has none there
    return status.st_size, status.st_mtime_ns, number


def cannot_open(shown: str, error: OSError) -> Skipped:
    """Return a file that the system does not let us read."""
    return Skipped(shown, "cannot_open", {"error": error.strerror or type(error).__name__})


def _shown(relative: str) -> str:
    """Return a path below the root as a user may see it: printable and without host names."""
    folder, slash, name = relative.rpartition("/")
    return printable(f"{folder}{slash}{secrets.file_name(name)}")
