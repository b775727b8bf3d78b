"""A column of a table that is read row by row, or some rows at a time."""

from __future__ import annotations

import numpy as np

from analyzer.parsers._column import Column
from analyzer.stats.arrays import Bools, Floats, empty

_MOST_ROOM = 4  # times the rows that were read: no more that are expected get room


class Growing:
    """A column that grows by some rows at a time, mostly without a copy of those before."""

    def __init__(self) -> None:
        self.rows = 0
        self.value: Floats = np.empty(0)
        self.present: Bools = np.empty(0, dtype=bool)
        self.text: dict[int, str] = {}
        self.exact: dict[int, int] = {}

    def add(self, start: int, column: Column, expected: int = 0) -> None:
        """Add rows from row ``start`` of the sheet on, whose texts have the rows of the sheet.

        ``expected`` is how many rows the sheet will have, about.
        """
        self.fill(start, expected)
        self._reserve(start + len(column), expected)
        rows = slice(start, start + len(column))
        self.value[rows], self.present[rows] = column.value, column.present
        self.rows = rows.stop
        if column.text or column.exact:
            self.text.update(column.text)
            self.exact.update(column.exact)

    def fill(self, rows: int, expected: int = 0) -> None:
        """Add blanks up to a number of rows."""
        if rows > self.rows:
            self._reserve(rows, expected)
            self.value[self.rows : rows] = np.nan
            self.present[self.rows : rows] = False
            self.rows = rows

    def _reserve(self, rows: int, expected: int) -> None:
        """Make room for some rows; no more than ``_MOST_ROOM`` times what was read is trusted."""
        if rows <= len(self.value):
            return
        room = max(rows, min(expected, _MOST_ROOM * rows), len(self.value) * 3 // 2)
        value, present = empty(room, np.float64), empty(room, np.bool_)
        value[: self.rows], present[: self.rows] = (
            self.value[: self.rows],
            self.present[: self.rows],
        )
        self.value, self.present = value, present

    def column(self, name: str, rows: int) -> Column:
        """Return the column of a sheet with so many rows."""
        self.fill(rows)
        return Column(name, self.value[:rows], self.present[:rows], self.text, self.exact)
