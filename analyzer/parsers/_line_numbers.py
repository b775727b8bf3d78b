"""The line of each row of a table: stretches of lines that follow each other, not a number each."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import overload


class LineNumbers(Sequence[int]):
    """The lines of the rows of a table, in their order."""

    def __init__(self) -> None:
        self._rows = array("q")  # the first row of each stretch
        self._lines = array("q")  # its line
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> int: ...
    @overload
    def __getitem__(self, row: slice) -> list[int]: ...
    def __getitem__(self, row: int | slice) -> int | list[int]:
        if isinstance(row, slice):
            return [self[index] for index in range(*row.indices(self._count))]
        if row < 0:
            row += self._count
        if not 0 <= row < self._count:
            raise IndexError(row)
        stretch = bisect_right(self._rows, row) - 1
        return self._lines[stretch] + row - self._rows[stretch]

    def append(self, line: int) -> None:
        """Add a row."""
        self.extend_from(line, 1)

    def extend_from(self, line: int, rows: int) -> None:
        """Add rows whose lines follow each other from ``line`` on."""
        if not self._rows or self._lines[-1] + self._count - self._rows[-1] != line:
            self._rows.append(self._count)
            self._lines.append(line)
        self._count += rows
