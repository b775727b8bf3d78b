"""Files that stand for objects of a store: of the right size, and empty until they are opened.

A mirror (mirror.py) has one for each object, so that folders are walked and files recognised as on
any disk. Its time of change says what it has: nothing, or its first bytes. A file with another
time is whole. Only a mirror that this process made, or was told of by the process that made it, is
one: what a stranger sent is never taken for one, whatever it looks like.
"""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from pathlib import Path

PREFIX = "analyzer-remote-"  # of the name of a mirror's own folder
ORIGIN = "origin.json"  # in it, says where the objects are
PARTS = "parts"  # in it, for files that are being fetched
HEAD = 4096  # bytes, by which parsers recognise their format
# Seconds since 1970, in the first weeks, when nobody trained; even, for coarse clocks.
BARE, HEADED = 1_000_002, 1_000_004
_TRUSTED: set[str] = set()
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would write other line ends


def make(path: Path, size: int, head: bytes = b"") -> None:
    """Make a placeholder, or the whole file if its first bytes are all. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        if head:
            os.write(descriptor, head)
        if len(head) < size:
            os.ftruncate(descriptor, size)
    finally:
        os.close(descriptor)
    if len(head) < size:  # after it is closed, which sets the time on Windows
        when = HEADED if head else BARE
        os.utime(path, (when, when))


def lacks(path: Path, status: os.stat_result, *, whole: bool) -> bool:
    """Say whether a file is a placeholder that lacks what is wanted: all of it, or the start."""
    when = int(status.st_mtime)
    if when == BARE or (when == HEADED and whole):
        return top_of(path) is not None
    return False


def trust(top: Path) -> None:
    """Take a folder for a mirror from now on: it was made for a URL that the user named.

    Also by its path without links: the folder of temporary files is behind one on macOS.
    """
    _TRUSTED.update((os.fspath(top), os.path.realpath(top)))
    _top_of.cache_clear()


def top_of(path: Path) -> Path | None:
    """Return the mirror's own folder that a path lies in, or None."""
    return _top_of(os.fspath(path.parent))


@lru_cache(maxsize=256)
def _top_of(folder: str) -> Path | None:
    if PREFIX not in folder:
        return None
    path = Path(folder)
    for place in (path, *path.parents):
        if os.fspath(place) in _TRUSTED and _is_private(place) and (place / ORIGIN).is_file():
            return place
    return None


def _is_private(folder: Path) -> bool:
    """Say whether a folder is ours alone, as a mirror is."""
    status = folder.lstat()
    if not hasattr(os, "getuid"):
        return stat.S_ISDIR(status.st_mode)
    return status.st_uid == os.getuid() and status.st_mode == stat.S_IFDIR | stat.S_IRWXU
