"""What a batch remembers between calls, in SITE/.state: results by unit, and what each file is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from analyzer.batch.fingerprints import Prints
from analyzer.batch.result import Options, UnitResult
from analyzer.batch.tree import Known, KnownFile
from analyzer.batch.writing import REPEAT, inside, put
from analyzer.reading.site import STATE
from analyzer.safe.files import cannot_write

_SCHEMA = 3  # of a line: one with another number is read from its logs again
# What reading JSON raises that is torn, too deep, or of another form.
_DAMAGE = (ValueError, AttributeError, KeyError, TypeError, RecursionError)
_UNITS, _FILES, _PAGES, _OPTIONS = "units.jsonl", "files.json", "pages", "options.json"


def known_files(site: Path, claims: str) -> Known:
    """Return what the last walk knew of each file, nothing if that cannot be read.

    So it is if the walk was of another version or had other settings: ``claims`` is the
    fingerprint of those (fingerprints.py).
    """
    try:
        known = json.loads(_content(site, _FILES))
        if known["print"] != claims:
            return {}
        files = known["files"].items()
    except (OSError, *_DAMAGE):
        return {}
    read = {path: KnownFile.from_json(value) for path, value in files}
    return {path: file for path, file in read.items() if file is not None}


@dataclass(frozen=True)
class Stored:
    """The result of a unit, and the fingerprints of what it was made from."""

    unit: str
    prints: Prints
    result: UnitResult

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a line of the state file."""
        head = {"schema": _SCHEMA, "unit": self.unit, "print": vars(self.prints)}
        return {**head, **self.result.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Stored:
        """Return the result of a line. Raises KeyError, TypeError or ValueError for any other."""
        if data["schema"] != _SCHEMA:
            raise ValueError(data["schema"])
        return cls(data["unit"], Prints(**data["print"]), UnitResult.from_dict(data))


class State:
    """The results of finished units by key.

    Each is appended to a file as it comes, so that a killed batch can go on from there.
    """

    def __init__(self, site: Path) -> None:
        self.site = site
        self.results: dict[str, Stored] = {}
        self.torn = False
        self._file: BinaryIO | None = None
        for line in self._lines():
            try:
                stored = Stored.from_dict(json.loads(line))
            except _DAMAGE:  # torn by a kill, damaged, or of old
                self.torn = True
            else:
                self.results[stored.unit] = stored

    def _lines(self) -> list[str]:
        try:
            return _content(self.site, _UNITS).split("\n")[:-1]
        except (OSError, UnicodeDecodeError):
            return []

    def remember(self, known: Known, claims: str) -> None:
        """Keep what a walk found, and the fingerprint it holds under. Raises AnalyzerError."""
        files = {path: file.to_json() for path, file in known.items()}
        kept = {"print": claims, "files": files}
        put(self.site, self.site / STATE / _FILES, json.dumps(kept).encode())

    def pages(self) -> str:
        """Return what the pages were last made of."""
        try:
            return _content(self.site, _PAGES)
        except (OSError, UnicodeDecodeError):
            return ""

    def keep_pages(self, made_of: str) -> None:
        """Keep what the pages are made of. Raises AnalyzerError."""
        put(self.site, self.site / STATE / _PAGES, made_of.encode())

    def options(self) -> Options:
        """Return how the pages were last made: their language, and whether runs have reports."""
        try:
            kept = json.loads(_content(self.site, _OPTIONS))
            return Options(lang=str(kept["lang"]), reports=bool(kept["reports"]))
        except (OSError, *_DAMAGE):
            return Options()

    def keep_options(self, options: Options) -> None:
        """Keep how the pages are made. Raises AnalyzerError."""
        kept = {"lang": options.lang, "reports": options.reports}
        put(self.site, self.site / STATE / _OPTIONS, json.dumps(kept).encode())

    def add(self, stored: Stored) -> None:
        """Keep the result of a unit; it is on its way to the disk when this returns.

        Raises AnalyzerError.
        """
        self.results[stored.unit] = stored
        try:
            if self._file is None:
                self._file = self._opened()
            self._file.write(_line(stored).encode())
            self._file.flush()
        except OSError as error:
            place = self.site / STATE / _UNITS
            raise cannot_write(place, error, REPEAT) from error

    def _opened(self) -> BinaryIO:
        """Open the file to append to it, with a torn line ended first. Raises OSError."""
        with inside(self.site, STATE) as state:
            content = state.read(_UNITS) if state.has_file(_UNITS) else b""
            file = state.append(_UNITS)
        if self.torn or (content and not content.endswith(b"\n")):
            file.write(b"\n")
        return file

    def keep_only(self, keys: Set[str]) -> bool:
        """Forget the results of other units; say whether there were any."""
        gone = self.results.keys() - keys
        for key in gone:
            del self.results[key]
        return bool(gone)

    def close(self) -> None:
        """End the appending."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def rewrite(self) -> None:
        """Write the results again, in the order of their keys and without what was replaced.

        Raises AnalyzerError.
        """
        lines = [_line(self.results[key]) for key in sorted(self.results)]
        put(self.site, self.site / STATE / _UNITS, "".join(lines).encode())


def _content(site: Path, name: str) -> str:
    """Return the text of a state file. Raises OSError or UnicodeDecodeError."""
    with inside(site, STATE) as state:
        return state.read(name).decode("utf-8")


def _line(stored: Stored) -> str:
    return json.dumps(stored.to_dict(), default=str) + "\n"
