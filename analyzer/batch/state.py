"""What a batch remembers between calls, in SITE/.state: results by unit, and what each file is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple, TypeVar

from analyzer.batch import database
from analyzer.batch.fingerprints import Prints
from analyzer.batch.known import KnownFiles, encoded
from analyzer.batch.result import Options, RunGlance, UnitResult
from analyzer.batch.typed import string, whole
from analyzer.batch.writing import inside
from analyzer.engine import known_verdicts
from analyzer.reading.site import DATABASE, OF_OLD, RUN_FOLDER, STATE
from analyzer.report.mark import NOT_FINISHED

# What reading JSON raises that is damaged, too deep, or of another form.
_DAMAGE = (ValueError, AttributeError, KeyError, TypeError, RecursionError)
_CLAIMS, _PAGES, _OPTIONS, _DONE = "claims", "pages", "options", "done"
_FILES = "files"  # the names of what the site holds beside the folders of its runs

Kind = TypeVar("Kind")


class Head(NamedTuple):
    """What says whether a result holds.

    ``is_final`` is whether nothing failed, so that no later call may give more.
    """

    prints: Prints
    is_final: bool
    runs: tuple[RunGlance, ...]


@dataclass(frozen=True)
class Stored:
    """The result of a unit, and the fingerprints of what it was made from."""

    unit: str
    prints: Prints
    result: UnitResult

    @property
    def head(self) -> Head:
        """What says whether the result holds."""
        runs = tuple(map(RunGlance.of, self.result.records))
        return Head(self.prints, self.result.is_final, runs)


class State:
    """The results of finished units by key, each on the disk as soon as it is added.

    They are read when they are asked for, so that memory stays flat. What is damaged or of another
    version counts as missing, and is read from its logs again.
    """

    def __init__(self, site: Path, connection: Connection | None) -> None:
        self.site = site
        self._connection = connection
        self._is_writing = False

    @classmethod
    @contextmanager
    def opened(cls, site: Path) -> Iterator[State]:
        """Open the state of a site that is held. Raises AnalyzerError."""
        connection = database.opened(site)
        state = cls(site, connection)
        try:
            with inside(site, STATE) as folder:
                for name in OF_OLD:
                    folder.remove(name)
            state._drop_unreadable()
            yield state
        finally:
            database.close(connection)

    @classmethod
    @contextmanager
    def copied(cls, site: Path) -> Iterator[State]:
        """Read the state of a site that is not ours to write to, empty if that is not possible."""
        with database.copied(site) as connection:
            state = cls(site, connection)
            state._drop_unreadable()
            yield state

    def _drop_unreadable(self) -> None:
        """Remove the results of which not even the unit or the digest is as we write it."""
        for row, unit, kind in self._rows("SELECT rowid, unit, typeof(digest) FROM results"):
            if kind != "text" or _read(_decoded, unit) is None:
                self._do("DELETE FROM results WHERE rowid=?", row)

    def keys(self) -> Set[str]:
        """Return the units that have a result."""
        return {_decoded(key) for (key,) in self._rows("SELECT unit FROM results")}

    def head(self, unit: str) -> Head | None:
        """Return what says whether the result of a unit holds, None if it has none."""
        query = "SELECT stamps, content, head, digest, result FROM results WHERE unit=?"
        rows = self._rows(query, encoded(unit))
        return _read(_head, rows[0]) if rows else None

    def heads(self) -> Iterator[Head | None]:
        """Yield what ``head`` returns of each unit that has a result, in their order."""
        if self._connection is None:
            return
        query = "SELECT stamps, content, head, digest, result FROM results ORDER BY unit"
        with database.refusing(self._place):
            for row in self._connection.execute(query):
                yield _read(_head, row)

    def get(self, unit: str) -> Stored | None:
        """Return the result of a unit, None if it has none that can be read."""
        rows = self._rows("SELECT * FROM results WHERE unit=?", encoded(unit))
        return _read(_stored, rows[0]) if rows else None

    def stored(self) -> Iterator[Stored]:
        """Yield all results in the order of their units."""
        if self._connection is None:
            return
        with database.refusing(self._place):
            for row in self._connection.execute("SELECT * FROM results ORDER BY unit"):
                stored = _read(_stored, row)
                if stored is not None:
                    yield stored

    def digest(self) -> str:
        """Return a hash of all results: what the pages show of them is equal while it is."""
        made = hashlib.sha256()
        for unit, digest in self._rows("SELECT unit, digest FROM results ORDER BY unit"):
            made.update(b"%d %s %s\n" % (len(unit), unit, digest.encode()))
        return made.hexdigest()

    def add(self, stored: Stored) -> None:
        """Keep the result of a unit; it is on its way to the disk when this returns.

        Raises AnalyzerError.
        """
        head = stored.head
        result = json.dumps(stored.result.to_dict(), default=str)
        self._do(
            "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?)",
            encoded(stored.unit),
            head.prints.stamps,
            head.prints.content,
            json.dumps([head.is_final, head.runs]),
            _digest(result),
            result,
        )

    def renew(self, unit: str, prints: Prints) -> None:
        """Keep other fingerprints of a result that holds. Raises AnalyzerError."""
        values = prints.stamps, prints.content, encoded(unit)
        self._do("UPDATE results SET stamps=?, content=? WHERE unit=?", *values)

    def forget(self, units: Set[str]) -> None:
        """Remove the results of some units. Raises AnalyzerError."""
        if not units:
            return
        self._do("BEGIN")
        for unit in units:
            self._do("DELETE FROM results WHERE unit=?", encoded(unit))
        self._do("COMMIT")

    def known(self, claims: str) -> KnownFiles:
        """Return what the last walk knew of each file.

        That is nothing if it was of another version or had other settings: ``claims`` is the
        fingerprint of those (fingerprints.py).
        """
        known = self._connection if self._kept(_CLAIMS) == claims else None
        return KnownFiles(known)

    def remember(self, known: KnownFiles, claims: str) -> None:
        """Keep what a walk found, and the fingerprint it holds under. Raises AnalyzerError."""
        self._do("BEGIN")
        self._do("DELETE FROM files")
        for path, file in known.rows():
            self._do("INSERT INTO files VALUES (?, ?)", path, file)
        self._keep(_CLAIMS, claims)
        self._do("COMMIT")

    def pages(self) -> str:
        """Return what the pages were last made of."""
        return self._kept(_PAGES)

    def keep_pages(self, made_of: str) -> None:
        """Keep what the pages are made of. Raises AnalyzerError."""
        self._keep(_PAGES, made_of)

    def files(self) -> Sequence[str]:
        """Return the names of the pages, tables and points that were last written."""
        try:
            return tuple(map(string, json.loads(self._kept(_FILES))))
        except _DAMAGE:
            return ()

    def keep_files(self, names: Iterable[str]) -> None:
        """Keep the names of the pages, tables and points. Raises AnalyzerError."""
        self._keep(_FILES, json.dumps(sorted(names)))

    def done(self) -> str:
        """Return what the last batch kept of itself (unchanged.py), empty if nothing."""
        return self._kept(_DONE)

    def keep_done(self, done: str) -> None:
        """Keep what a batch did; a state that has the same stays as it is. Raises AnalyzerError."""
        if self.done() != done:
            self._keep(_DONE, done)

    def options(self) -> Options:
        """Return how the pages were last made: their language, and which runs have reports."""
        try:
            kept = json.loads(self._kept(_OPTIONS))
            reports, found_only = kept["reports"] is True, kept["found_only"] is True
            return Options(lang=str(kept["lang"]), reports=reports, found_only=found_only)
        except _DAMAGE:
            return Options()

    def keep_options(self, options: Options) -> None:
        """Keep how the pages are made. Raises AnalyzerError."""
        kept = {"lang": options.lang, "reports": options.reports}
        self._keep(_OPTIONS, json.dumps({**kept, "found_only": options.found_only}))

    @property
    def _place(self) -> Path:
        return self.site / STATE / DATABASE

    def _kept(self, name: str) -> str:
        rows = self._rows("SELECT value FROM kept WHERE name=?", name)
        return rows[0][0] if rows and isinstance(rows[0][0], str) else ""

    def _keep(self, name: str, value: str) -> None:
        self._do("INSERT OR REPLACE INTO kept VALUES (?, ?)", name, value)

    def _rows(self, query: str, *values: Any) -> list[Any]:
        if self._connection is None:
            return []
        with database.refusing(self._place):
            return self._connection.execute(query, values).fetchall()

    def _do(self, statement: str, *values: Any) -> None:
        if self._connection is not None:
            with database.refusing(self._place):
                if not self._is_writing:
                    database.begin_writing(self._connection)
                    self._is_writing = True
                self._connection.execute(statement, values)


def _read(read: Callable[[Any], Kind], row: Any) -> Kind | None:
    """Return what a row holds, None if it is damaged or of a stranger."""
    try:
        return read(row)
    except _DAMAGE:
        return None


def _head(row: Any) -> Head:
    stamps, content, head, digest, result = row
    _check(digest, result)
    is_final, runs = json.loads(head)
    return Head(_prints(stamps, content), is_final is True, tuple(map(_glance, runs)))


def _glance(data: Any) -> RunGlance:
    folder, found, source, verdict, issues, kind = data
    known = known_verdicts()
    if not RUN_FOLDER.fullmatch(folder) or verdict not in known:
        raise ValueError(data)
    if kind not in (verdict, *NOT_FINISHED):
        raise ValueError(data)
    return RunGlance(folder, found is True, string(source), verdict, whole(issues), kind)


def _prints(stamps: Any, content: Any) -> Prints:
    return Prints(string(stamps), None if content is None else string(content))


def _stored(row: Any) -> Stored:
    """Return the result of a row. Raises KeyError, TypeError or ValueError for any other."""
    unit, stamps, content, _, digest, result = row
    _check(digest, result)
    data: Mapping[str, Any] = json.loads(result)
    return Stored(_decoded(unit), _prints(stamps, content), UnitResult.from_dict(data))


def _digest(result: str) -> str:
    return hashlib.sha256(result.encode()).hexdigest()[:32]


def _check(digest: Any, result: Any) -> None:
    """Raise AttributeError or ValueError if a result is not as it was kept."""
    if _digest(result) != digest:
        raise ValueError(digest)


def _decoded(key: Any) -> str:
    if not isinstance(key, bytes):
        raise TypeError(key)
    return key.decode("utf-8", "surrogatepass")
