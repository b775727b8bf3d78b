"""Open a database that is too large to be copied, and prove that SQLite has the checked file open.

SQLite takes no descriptor, and it follows a link in ``/proc/self/fd`` to the name that the file has
now. So on Linux it is sent there, and what it opened is compared with the descriptor that was
checked: another file is refused. What comes into the place between these two steps of SQLite is
not read either, but a pipe that does can still keep it waiting.

Other systems open the path, which is compared with the descriptor before and after.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile

_DESCRIPTORS = Path("/proc/self/fd")


def connect_to(path: Path, *, immutable: bool) -> sqlite3.Connection:
    """Connect to the database at a path; one that is immutable is read without its log."""
    mode = "mode=ro&immutable=1" if immutable else "mode=rw"
    address = f"file:{quote(os.fspath(path.absolute()), errors='surrogateescape')}?{mode}"
    return sqlite3.connect(address, uri=True, timeout=0)


def in_place(file: LogFile) -> sqlite3.Connection:
    """Connect to a database where it lies.

    Raises ParseError for what is not a regular file, or no longer the one that was opened.
    """
    with file.open() as handle:
        if _DESCRIPTORS.is_dir():
            return _by_descriptor(handle.fileno())
        return _by_path(file.path, handle.fileno())


def _by_descriptor(descriptor: int) -> sqlite3.Connection:
    before = _times_open(descriptor)
    try:
        connection = connect_to(_DESCRIPTORS / str(descriptor), immutable=True)
    except sqlite3.OperationalError as error:  # the file has no name any more
        raise ParseError("database_replaced") from error
    if _times_open(descriptor) <= before:
        connection.close()
        raise ParseError("database_replaced")
    return connection


def _times_open(descriptor: int) -> int:
    """Return how many descriptors of this process lead to the file of one."""
    wanted = os.fstat(descriptor)
    count = 0
    for entry in list(_DESCRIPTORS.iterdir()):
        with suppress(OSError):  # that of the list itself is closed
            count += os.path.samestat(os.fstat(int(entry.name)), wanted)
    return count


def _by_path(path: Path, descriptor: int) -> sqlite3.Connection:
    wanted = os.fstat(descriptor)
    _require(path, wanted)
    connection = connect_to(path, immutable=True)
    try:
        _require(path, wanted)
    except ParseError:
        connection.close()
        raise
    return connection


def _require(path: Path, wanted: os.stat_result) -> None:
    """Raise ParseError unless a path leads to the wanted file."""
    try:
        found = path.stat()
    except OSError as error:
        raise ParseError("database_replaced") from error
    if not os.path.samestat(found, wanted):
        raise ParseError("database_replaced")
