"""Find the files under a path: regular ones, each real file once, no link out of the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from analyzer.model.run import Skipped
from analyzer.parsers._base import LogFile
from analyzer.reading.site import is_site
from analyzer.safe import secrets
from analyzer.safe.names import printable


class _Folder(NamedTuple):
    """A folder to enter: its path, the same below the root, and the same without links."""

    path: Path
    relative: Path
    real: str


def files_under(root: Path) -> Iterator[LogFile | Skipped]:
    """Yield the regular files under a path in the order of their names, and what was skipped.

    The site of a batch has tables of runs and no log, so it is not entered.
    """
    if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises for some unreadable paths
        yield _log_file(root, Path(root.name))
        return
    real_root = _real(root)
    seen: set[str] = set()
    folders = [_Folder(root, Path(), real_root)]
    while folders:
        folder = folders.pop()
        try:
            entries = _entries(folder.path)
        except OSError as error:
            relative = folder.relative if folder.relative.name else Path(root.name)
            yield cannot_open(_shown(relative), error)
            continue
        below = []
        for entry in entries:
            path, relative = folder.path / entry.name, folder.relative / entry.name
            real = os.path.join(folder.real, entry.name)  # noqa: PTH118 - a tenth of the time
            try:
                if entry.is_symlink():
                    real = _real(path)
            except OSError as error:  # a link through a folder that may not be entered
                yield cannot_open(_shown(relative), error)
                continue
            if not _is_below(real, real_root):
                yield Skipped(_shown(relative), "link_out_of_folder")
            elif real not in seen:
                seen.add(real)
                if _is_folder(entry):
                    below.append(_Folder(path, relative, real))
                else:
                    yield _log_file(path, relative)
        folders.extend(reversed(below))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return the visible entries of a folder by name; none if it is the site of a batch."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    if is_site(folder, {entry.name for entry in entries}):
        return []
    return [entry for entry in entries if not entry.name.startswith(".")]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a folder or a link to one; a link to itself is neither."""
    if entry.is_symlink():
        return os.path.isdir(entry.path)  # noqa: PTH112 - Path.is_dir raises for a link to itself
    return entry.is_dir(follow_symlinks=False)


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _real(path: Path) -> str:
    """Return a path without links; unlike Path.resolve this accepts a link to itself."""
    return os.path.realpath(path)


def _log_file(path: Path, relative: Path) -> LogFile | Skipped:
    """Return a file, or why it is not read; opens nothing."""
    shown = _shown(relative)
    try:
        status = path.stat()
    except OSError as error:
        return cannot_open(shown, error)
    if not stat.S_ISREG(status.st_mode):
        return Skipped(shown, "not_a_regular_file")
    stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
    return LogFile(path, relative, shown, status.st_size, stamp)


def cannot_open(shown: str, error: OSError) -> Skipped:
    """Return a file that the system does not let us read."""
    return Skipped(shown, "cannot_open", {"error": error.strerror or type(error).__name__})


def _shown(relative: Path) -> str:
    """Return a path below the root as a user may see it: printable and without host names."""
    folder, slash, name = relative.as_posix().rpartition("/")
    return printable(f"{folder}{slash}{secrets.file_name(name)}")
