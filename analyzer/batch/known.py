"""What a walk found each file to be: in a table, since a tree may have more files than fit."""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterator, MutableMapping

from analyzer.batch.database import TABLES
from analyzer.batch.tree import KnownFile


class KnownFiles(MutableMapping[str, KnownFile]):
    """What each file is by its path below the root; without a connection a table of its own.

    That of its own lies in memory, and on the disk once it grows.
    """

    def __init__(self, connection: sqlite3.Connection | None = None) -> None:
        if connection is None:
            connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, connection.close)
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute(TABLES["files"])
        self._connection = connection

    def __getitem__(self, path: str) -> KnownFile:
        query = "SELECT file FROM files WHERE path=?"
        row = self._connection.execute(query, (encoded(path),)).fetchone()
        file = None if row is None else _read(row[0])
        if file is None:
            raise KeyError(path)
        return file

    def __setitem__(self, path: str, file: KnownFile) -> None:
        row = encoded(path), json.dumps(file.to_json())
        self._connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", row)

    def __delitem__(self, path: str) -> None:
        self._connection.execute("DELETE FROM files WHERE path=?", (encoded(path),))

    def __iter__(self) -> Iterator[str]:
        for path, _ in self.rows():
            yield path.decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM files").fetchone()
        return int(count)

    def rows(self) -> Iterator[tuple[bytes, str]]:
        """Yield the rows of the table in the order of the paths."""
        yield from self._connection.execute("SELECT path, file FROM files ORDER BY path")


def encoded(path: str) -> bytes:
    """Return a path as a key of the database, whatever bytes it has on the disk."""
    return path.encode("utf-8", "surrogatepass")


def _read(text: object) -> KnownFile | None:
    """Return a file of the table, None if it is damaged."""
    try:
        return KnownFile.from_json(json.loads(str(text)))
    except (ValueError, RecursionError):
        return None
