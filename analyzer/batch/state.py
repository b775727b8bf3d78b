"""What a batch remembers between calls, in SITE/.state.

The results by unit, and what each file was found to be.
"""

from __future__ import annotations

import json
from collections.abc import Set
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from analyzer.batch.tree import Known
from analyzer.batch.writing import put
from analyzer.reading.site import STATE

_UNITS, _FILES, _PAGES = "units.jsonl", "files.json", "pages"


def known_files(site: Path) -> Known:
    """Return what the last walk knew of each file, nothing where that cannot be read."""
    try:
        known = json.loads((site / STATE / _FILES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


class State:
    """The results of finished units by key.

    Each is appended as it comes, so that a killed batch goes on from there.
    """

    def __init__(self, site: Path) -> None:
        self.site = site
        self.results: dict[str, dict[str, Any]] = {}
        self.torn = False
        for line in self._lines():
            try:
                said = json.loads(line)
                if not (isinstance(said["print"], dict) and isinstance(said["runs"], list)):
                    raise ValueError
                said["issues"], said["skipped"]
                self.results[said["unit"]] = said
            except (
                ValueError,
                KeyError,
                TypeError,
            ):  # a kill tears the last line; what else is wrong is done again
                self.torn = True
        self._file: TextIOWrapper | None = None

    def _lines(self) -> list[str]:
        try:
            return (self.site / STATE / _UNITS).read_text(encoding="utf-8").split("\n")[:-1]
        except (OSError, UnicodeDecodeError):
            return []

    def remember(self, known: Known) -> None:
        """Keep what a walk found. Raises AnalyzerError."""
        put(self.site, self.site / STATE / _FILES, json.dumps(known).encode())

    def pages(self) -> str:
        """Return what the pages were last made of."""
        try:
            return (self.site / STATE / _PAGES).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def keep_pages(self, made: str) -> None:
        """Keep what the pages are made of. Raises AnalyzerError."""
        put(self.site, self.site / STATE / _PAGES, made.encode())

    def add(self, result: dict[str, Any]) -> None:
        """Keep the result of a unit; it is on its way to the disk when this returns."""
        self.results[result["unit"]] = result
        if self._file is None:
            path = self.site / STATE / _UNITS
            mend = self.torn or (
                path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
            )
            self._file = path.open("a", encoding="utf-8")
            if mend:
                self._file.write("\n")
        self._file.write(json.dumps(result) + "\n")
        self._file.flush()

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
        """Write the results anew, in the order of their keys and without what was replaced.

        Raises AnalyzerError.
        """
        lines = "".join(json.dumps(self.results[key]) + "\n" for key in sorted(self.results))
        put(self.site, self.site / STATE / _UNITS, lines.encode())
