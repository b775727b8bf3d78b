"""Give SQLite the bytes of a database that we have opened, never a path that may change its file.

SQLite opens a path by itself: it waits for ever at a pipe that has come into the place of the file,
and follows a link to another database. So a database is read into memory, or copied to a private
folder if it is large or has a write-ahead log ("-wal") that SQLite must merge. Only one that is too
large to be copied is opened in its place (_sqlite_in_place.py).
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue
from analyzer.parsers._base import LogFile
from analyzer.parsers._sqlite_in_place import connect_to, in_place

MAGIC = b"SQLite format 3\0"
_IN_MEMORY = 32 << 20  # bytes of a database
_MOST_COPIED = 1 << 30  # bytes of a database and its write-ahead log
_SEARCHED = 4 << 20  # bytes of the pages in which the names of tables are looked for
_SMALLEST_PAGE = 512  # bytes
_FILE_HEADER = 100  # bytes before the first page's own header
_BRANCH, _BRANCH_HEADER = 5, 12  # a page of a table that holds the numbers of other pages
_NO_LOG = b"\x01\x01"  # how the header says that no write-ahead log is in use


@dataclass(frozen=True)
class Connected:
    """A connection, the bytes behind it, and what could not be had of the file.

    ``is_copy`` says that SQLite may write to what it reads.
    """

    connection: sqlite3.Connection
    size: int
    issues: tuple[LogIssue, ...] = ()
    is_copy: bool = False


def connect(file: LogFile, wal: LogFile | None, stack: ExitStack) -> Connected:
    """Connect to a database and its write-ahead log; ``stack`` removes a private copy.

    What is cut off the end is read as zeros. Raises ParseError, sqlite3.Error.
    """
    file.open().close()  # refuses what is not a regular file
    missing = 0 if wal is not None else max(0, _whole_size(file.head, file.length) - file.length)
    issues: list[LogIssue] = []
    if missing:
        issues.append(LogIssue("warning", file.shown, "database_cut", bytes=missing))
    size = file.length + missing + (wal.size if wal else 0)
    if wal is None and size <= _IN_MEMORY and hasattr(sqlite3.Connection, "deserialize"):
        return Connected(_in_memory(file, missing), size, tuple(issues))
    try:
        folder = tempfile.TemporaryDirectory(prefix="analyzer-", ignore_cleanup_errors=True)
        path = _copied(file, wal, Path(stack.enter_context(folder)), missing)
    except (OSError, ParseError):
        if wal is not None or missing:
            lost = file.length if wal is None else wal.size
            issues.append(LogIssue("warning", file.shown, "wal_unread", bytes=lost))
        return Connected(_without_copy(file), file.length, tuple(issues))
    is_copy = wal is not None
    connection = connect_to(path, immutable=not is_copy)
    if not is_copy:  # SQLite has it open: a process that is killed leaves no copy behind
        with suppress(OSError):  # Windows removes no open file
            path.unlink()
    return Connected(connection, size, tuple(issues), is_copy)


def _without_copy(file: LogFile) -> sqlite3.Connection:
    """Connect to a database that cannot be copied, as it is."""
    if file.length <= _IN_MEMORY and hasattr(sqlite3.Connection, "deserialize"):
        return _in_memory(file, 0)
    return in_place(file)


def _in_memory(file: LogFile, missing: int) -> sqlite3.Connection:
    with file.open() as handle:
        content = bytearray(handle.read(_IN_MEMORY))
    if missing:  # half a page would read as rows without content
        del content[len(content) - len(content) % _page_size(content) :]
        content.extend(bytes(max(0, file.length + missing - len(content))))
    content[18:20] = _NO_LOG
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
    except BaseException:
        connection.close()
        raise
    return connection


def _whole_size(head: bytes, size: int) -> int:
    """Return the size that the header of a database gives it, the real one if it gives none."""
    pages = int.from_bytes(head[28:32], "big")
    is_counted = head[24:28] == head[92:96]  # else an old version wrote it last
    return pages * _page_size(head) if is_counted else size


def _page_size(head: bytes | bytearray) -> int:
    """Return the size of a page, as the header gives it; 1 stands for what 16 bits cannot hold."""
    size = int.from_bytes(head[16:18], "big")
    return 65536 if size <= 1 else size


def _copied(file: LogFile, wal: LogFile | None, folder: Path, missing: int) -> Path:
    """Copy a database and its write-ahead log, the log last; zeros stand for what is cut off.

    Raises OSError or ParseError.
    """
    if file.length + missing + (wal.size if wal else 0) > _MOST_COPIED:
        raise ParseError("wal_unread")
    target = folder / "copy.db"
    for source, ending in ((file, ""), (wal, "-wal")):
        if source is None:
            continue
        left = _MOST_COPIED
        with source.open() as handle, (folder / f"copy.db{ending}").open("wb") as copy:
            while left > 0 and (part := handle.read(min(left, 1 << 20))):
                copy.write(part)
                left -= len(part)
            if source is file and missing:  # half a page would read as rows without content
                copy.truncate(file.length - file.length % _page_size(file.head))
                copy.truncate(file.length + missing)
    return target


def schema(file: LogFile) -> bytes:
    """Return the pages that say which tables a database has, or its start if they are damaged.

    They are found as the file format has it (sqlite.org/fileformat2.html, 1.6), since SQLite would
    have to be given all of the database.
    """
    with file.open() as handle:
        try:
            return _schema(handle, _page_size(file.head))
        except ValueError:
            handle.seek(0)
            return handle.read(_SEARCHED)


def _schema(handle: BinaryIO, size: int) -> bytes:
    """Return the pages of the table of tables. Raises ValueError if one is damaged."""
    pages: dict[int, bytes] = {}
    waiting = [1]
    while waiting and len(pages) * size < _SEARCHED:
        number = waiting.pop()
        if number in pages or not number:
            raise ValueError(f"page {number} twice")
        handle.seek((number - 1) * size)
        pages[number] = page = handle.read(size)
        if len(page) < size or size < _SMALLEST_PAGE:
            raise ValueError(f"page {number} is cut")
        start = _FILE_HEADER if number == 1 else 0
        if page[start] == _BRANCH:
            waiting += _children(page, start)
    return b"".join(pages.values())


def _children(page: bytes, start: int) -> list[int]:
    """Return the numbers of the pages below one, the last first."""
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    first = start + _BRANCH_HEADER
    if first + 2 * count > len(page):
        raise ValueError("more cells than bytes")
    places = [int.from_bytes(page[first + 2 * at :][:2], "big") for at in range(count)]
    children = [int.from_bytes(page[place : place + 4], "big") for place in places]
    return [int.from_bytes(page[start + 8 : start + 12], "big"), *reversed(children)]
