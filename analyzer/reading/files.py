"""The files under a path: regular ones only, each real file once, no link that leaves the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from analyzer.model.run import Skipped
from analyzer.parsers._base import LogFile
from analyzer.reading.site import is_site
from analyzer.safe import secrets
from analyzer.safe.names import printable


def files_under(root: Path) -> Iterator[LogFile | Skipped]:
    """Yield the regular files under a path in the order of their names, and what was passed over.

    A site that a batch wrote holds tables of runs and no log: it is not entered.
    """
    if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises for some paths that cannot be looked at
        yield _log_file(root, Path(root.name))
        return
    real_root = _real(root)
    seen: set[str] = set()
    folders = [(root, Path(), real_root)]
    while folders:
        folder, relative, real_folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield cannot_open(_shown(relative if relative.name else Path(root.name)), error)
            continue
        if is_site(folder, {entry.name for entry in entries}):
            continue
        below = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            here, is_link = folder / entry.name, entry.is_symlink()
            real = _real(here) if is_link else os.path.join(real_folder, entry.name)  # noqa: PTH118 - a tenth of the time
            if is_link and not _is_below(real, real_root):
                yield Skipped(_shown(relative / entry.name), "link_out_of_folder")
            elif real in seen:
                continue
            elif os.path.isdir(here) if is_link else entry.is_dir(follow_symlinks=False):  # noqa: PTH112 - Path.is_dir raises where a link leads to itself
                seen.add(real)
                below.append((here, relative / entry.name, real))
            else:
                seen.add(real)
                yield _log_file(here, relative / entry.name)
        folders.extend(reversed(below))


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _real(path: Path) -> str:
    """Return a path without links; unlike Path.resolve this takes a link that leads to itself."""
    return os.path.realpath(path)


def _log_file(path: Path, relative: Path) -> LogFile | Skipped:
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
    """Return what is said of a file that the system does not let us read."""
    return Skipped(shown, "cannot_open", {"error": error.strerror or type(error).__name__})


def _shown(relative: Path) -> str:
    """Return a path below the root as a user may see it: without host names, in characters that can be written."""
    folder, slash, name = relative.as_posix().rpartition("/")
    return printable(f"{folder}{slash}{secrets.file_name(name)}")
