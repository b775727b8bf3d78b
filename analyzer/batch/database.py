"""The database of a site's state: one file of SQLite that a kill at any time leaves whole.

SQLite opens its files by path, so what lies at their places is looked at first, without following
links, and a rollback journal, which we never write beside a finished database and which may name
other files, is removed. The tables must be ours to the letter: a database may be of a stranger, and
triggers or views in it would run in our statements.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from analyzer.batch.writing import REPEAT, inside
from analyzer.errors import AnalyzerError
from analyzer.reading.site import DATABASE, STATE
from analyzer.safe.files import cannot_write
from analyzer.safe.names import printable

TABLES = {
    "results": "CREATE TABLE results (unit BLOB PRIMARY KEY, stamps TEXT, content TEXT, head TEXT,"
    " digest TEXT, result TEXT)",
    "files": "CREATE TABLE files (path BLOB PRIMARY KEY, file TEXT) WITHOUT ROWID",
    "kept": "CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
}
# PRAGMA user_version: a state with another one is emptied, and its logs are read again. Raise it
# when a record holds something else or computes it otherwise (``test_database`` has its fields).
_FORM = 8
_WAL = f"{DATABASE}-wal"
_OTHERS = (f"{DATABASE}-journal", f"{DATABASE}-shm")
_LONGEST = 64 << 20  # bytes of a value


def opened(site: Path) -> sqlite3.Connection:
    """Open the state of a site to write to it; what is damaged or not ours is emptied.

    Raises AnalyzerError if it cannot be written to.
    """
    place = site / STATE / DATABASE
    try:
        with inside(site, STATE) as state:
            for name in _OTHERS:
                state.remove(name)
            if state.mode(_WAL):
                state.append(_WAL).close()  # a link, or a second name of a file, is refused
            state.append(DATABASE).close()
        with refusing(place):
            connection = _whole(place, make=True)
            if connection is not None:
                return connection
        with inside(site, STATE) as state:
            for name in (DATABASE, _WAL):
                state.remove(name)
            state.append(DATABASE).close()
    except OSError as error:
        raise cannot_write(place, error, REPEAT) from error
    with refusing(place):
        connection = _whole(place, make=True)
    if connection is None:
        raise AnalyzerError(f"{printable(str(place))}: cannot be used as a database; {REPEAT}")
    return connection


@contextmanager
def copied(site: Path) -> Iterator[sqlite3.Connection | None]:
    """Open a private copy of the state of a site, which stays as it is; None if it has none."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / DATABASE
        try:
            _copy(site, copy)
        except OSError:
            copy.unlink(missing_ok=True)
        connection = None
        with suppress(sqlite3.Error):
            connection = _whole(copy, make=False) if copy.exists() else None
        try:
            yield connection
        finally:
            if connection is not None:
                connection.close()


def begin_writing(connection: sqlite3.Connection) -> None:
    """Prepare to write; until then a state that does not change keeps its file as it is."""
    connection.execute("PRAGMA journal_mode=WAL")


def snapshot(site: Path) -> bytes:
    """Return the state of a site, which may be open, as one whole file."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / DATABASE
        _copy(site, copy)
        connection = _whole(copy, make=False)
        if connection is not None:
            close(connection)
        return copy.read_bytes()


def _copy(site: Path, copy: Path) -> None:
    """Copy the files of a database. Raises OSError."""
    with inside(site, STATE) as state:
        for name in (DATABASE, _WAL):
            if state.has_file(name):
                with state.open(name) as source, (copy.parent / name).open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)


def close(connection: sqlite3.Connection) -> None:
    """Close the state of a site as one file; it is whole without this too."""
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


@contextmanager
def refusing(place: Path) -> Iterator[None]:
    """Turn an error of the database into one line, as on a full disk."""
    try:
        yield
    except sqlite3.Error as error:
        why = "No space left on device" if "full" in str(error) else str(error)
        raise cannot_write(place, OSError(0, why), REPEAT) from error


def _whole(place: Path, *, make: bool) -> sqlite3.Connection | None:
    """Open a database of ours; None if it is damaged or of another form. Raises sqlite3.Error."""
    # Not as_uri: SQLite takes no host, as the path of a share of Windows has there.
    path = quote(os.fspath(place.absolute()), errors="surrogateescape")
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=0)
    try:
        connection.isolation_level = None
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # no file of shared memory
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        is_ours = _has_tables(connection, make=make)
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        connection.close()
        if (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return None
        raise
    if is_ours:
        return connection
    connection.close()
    return None


def _has_tables(connection: sqlite3.Connection, *, make: bool) -> bool:
    """Say whether a database has our tables and nothing else, and is whole; make those of a new."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if make and not found and not form:
        for statement in TABLES.values():
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={_FORM}")
        return True
    if found != TABLES or form != _FORM:
        return False
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return bool(answer == "ok")
