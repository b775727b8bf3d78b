"""Open the SQLite database of a tracker: never written to, its write-ahead log included.

SQLite does not open the file itself (_sqlite_file.py), so it is read on a disk without write access
and beside a program that has it open. Nothing in it runs: no view, trigger, function or extension.
"""

from __future__ import annotations

import re
import sqlite3
import stat
from collections.abc import Iterator, Sequence, Set
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._sqlite_file import MAGIC, connect, schema

WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
BESIDE = ("-wal", "-shm", "-journal")
_LONGEST_CELL = 64 << 20  # bytes
_SMALLEST_ROW = 4  # bytes; a file that claims more rows than it can have is damaged
_SEARCHED = 4 << 20  # bytes in which the names of tables are looked for
_CREATED = re.compile(rb"CREATE TABLE (?:IF NOT EXISTS )?[\"'`\[]?(\w+)")
_COLUMNS = "table_xinfo"  # the one pragma that is allowed while a file is read
_COMPUTED = 2  # how its answer marks a virtual generated column
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
# What a damaged database raises; a name in it need not be UTF-8.
_DAMAGE = (sqlite3.Error, UnicodeDecodeError, OverflowError)


def is_database(file: LogFile) -> bool:
    """Say whether a file is an SQLite database, by its first bytes."""
    return file.head.startswith(MAGIC)


def is_beside(file: LogFile, tables: Set[str]) -> bool:
    """Say whether a file is a side file ("-wal") of a database that has some tables."""
    database = database_of(file)
    return database is not None and table_names(database) >= tables


def database_of(file: LogFile) -> LogFile | None:
    """Return the database that a side file lies beside, or None."""
    if not file.name.endswith(BESIDE):
        return None
    for ending in BESIDE:
        name = file.name.removesuffix(ending)
        if name in ("", file.name):
            continue
        path = file.path.with_name(name)
        try:
            database = LogFile(path, file.relative.with_name(name), name, path.stat().st_size)
            if is_database(database):
                return database
        except (OSError, ParseError):
            continue
    return None


class DatabaseParser(Parser):
    """What the parsers of trackers' databases share: a database and its side files are a group."""

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put a database and its side files together."""
        found: dict[str, list[LogFile]] = {}
        for file in files:
            name = file.relative.as_posix()
            if not is_database(file):
                for ending in BESIDE:
                    name = name.removesuffix(ending)
            found.setdefault(name, []).append(file)
        return [
            Group(Path(name).with_suffix(""), tuple(sorted(own, key=lambda file: file.path)))
            for name, own in found.items()
        ]


def database_in(group: Group) -> LogFile:
    """Return the database of a group. Raises NotThisFormat if there are side files only."""
    file = group.files[0]
    if not is_database(file):
        raise NotThisFormat("sqlite_side_file")
    return file


def table_names(file: LogFile) -> set[str]:
    """Return the names of the tables, also of those that only the write-ahead log has.

    Empty if the database cannot be read.
    """
    names = _created(schema(file))
    wal = _beside(file, "-wal")
    if wal is not None:
        with wal.open() as handle:
            names |= _created(handle.read(_SEARCHED))
    return names


@dataclass(frozen=True)
class Database:
    """An open database and what could not be read of it."""

    connection: sqlite3.Connection
    tables: frozenset[str]
    size: int
    issues: tuple[LogIssue, ...] = ()

    def columns(self, table: str) -> set[str]:
        """Return the names of the columns of a table, none if it does not exist.

        Without those that an expression of the file would compute for each row.
        """
        if table not in self.tables:
            return set()
        found = self.connection.execute(f'PRAGMA {_COLUMNS}("{table}")')
        return {name for _, name, _, _, _, _, hidden in found if hidden != _COMPUTED}

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the columns of each row in the order in which they were written.

        A table made WITHOUT ROWID gives them in the order of its primary key. A column that the
        table lacks is None. Raises ParseError for a damaged table, after the rows
        before the damage.
        """
        known = self.columns(table)
        if not known:
            return
        chosen = ", ".join(f'"{name}"' if name in known else "NULL" for name in columns)
        left = self.size // _SMALLEST_ROW
        try:
            order = self._order(table)
            cursor = self.connection.execute(
                f'SELECT {chosen} FROM "{table}" ORDER BY {order}'  # noqa: S608 - quoted names
            )
            for row in cursor:
                left -= 1
                if left < 0:
                    raise ParseError("database_damaged", error="more rows than bytes")
                yield row
        except _DAMAGE as error:
            raise ParseError("database_damaged", error=str(error)[:200]) from error

    def _order(self, table: str) -> str:
        """Return what the rows of a table are stored by: their number, or its primary key."""
        found = self.connection.execute(f'PRAGMA {_COLUMNS}("{table}")')
        keys = sorted((place, name) for _, name, _, _, _, place, _ in found if place)
        try:
            self.connection.execute(f'SELECT rowid FROM "{table}" LIMIT 0')  # noqa: S608
        except sqlite3.OperationalError:
            if not keys:
                raise
            return ", ".join(_quoted(name) for _, name in keys)
        return "rowid"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def open_database(file: LogFile) -> Iterator[Database]:
    """Open a database for reading. Raises ParseError if it is damaged from the start."""
    wal, issues = _beside(file, "-wal"), []
    journal = _beside(file, "-journal")
    if journal is not None:
        issues.append(LogIssue("warning", file.shown, "journal_unread", bytes=journal.size))
    with ExitStack() as stack:
        try:
            opened = connect(file, wal, stack)
            connection = stack.enter_context(closing(opened.connection))
            _protect(connection, is_copy=opened.is_copy)
            tables = frozenset(_tables(connection))
        except _DAMAGE as error:
            raise ParseError("database_damaged", error=str(error)[:200]) from error
        yield Database(connection, tables, opened.size, (*issues, *opened.issues))


def _protect(connection: sqlite3.Connection, *, is_copy: bool) -> None:
    """Forbid all but reading; a private copy is written to, to merge its write-ahead log."""
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    if is_copy:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # needs no shared memory
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
    connection.set_authorizer(_allow)
    connection.text_factory = _text


def _allow(action: int, name: str | None, *_: str | None) -> int:
    is_columns = action == sqlite3.SQLITE_PRAGMA and name == _COLUMNS
    return sqlite3.SQLITE_OK if action in _ALLOWED or is_columns else sqlite3.SQLITE_DENY


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the plain tables; a virtual one would run a module."""
    found = connection.execute("SELECT name, type, sql FROM sqlite_master")
    return [
        name
        for name, kind, sql in found
        if kind == "table" and not str(sql).lstrip().upper().startswith("CREATE VIRTUAL")
    ]


def _created(content: bytes) -> set[str]:
    plain = content.replace(b"\0", b"")  # a database may hold its texts as UTF-16
    return {name.decode("ascii", "replace") for name in _CREATED.findall(plain)}


def _beside(file: LogFile, ending: str) -> LogFile | None:
    """Return a side file of a database if it is a regular file with content, not a link."""
    path = file.path.with_name(file.name + ending)
    try:
        status = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return None
    relative = file.relative.with_name(path.name)
    return LogFile(path, relative, file.shown + ending, status.st_size)
