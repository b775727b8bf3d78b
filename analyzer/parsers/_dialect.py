"""Find out how a text is cut into cells: its separator, and whether the decimal mark is a comma."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from analyzer.parsers._column import number

_SEPARATORS = (",", ";", "\t", "|")
_SNIFFED = 40  # lines
_DECIMAL_COMMA = re.compile(r"^\s*[-+]?\d*,\d+(?:[eE][-+]?\d+)?\s*$")


@dataclass(frozen=True)
class Dialect:
    """How a text is cut into cells."""

    separator: str
    decimal_comma: bool

    def number(self, cell: str) -> float | None:
        """Return the number in a cell, or None."""
        if self.decimal_comma and "," in cell and "." not in cell:
            cell = cell.replace(",", ".")
        return number(cell)


_EITHER_MARK = Dialect("", decimal_comma=True)


def is_number(cell: str) -> bool:
    """Say whether a cell is a number with either decimal mark."""
    return _EITHER_MARK.number(cell) is not None


def sniff(text: str, *, cut: bool = False) -> Dialect | None:
    """Return how a text is cut, or None if its first lines are not a table with a header.

    A table has a header of at least two names, and a row below it with as many cells and a number
    among them. ``cut`` says that the text may end within a line.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if cut and len(lines) > 2:
        lines = lines[:-1]
    lines = lines[:_SNIFFED]
    best: Dialect | None = None
    most = 0
    for separator in _SEPARATORS:
        if not any(separator in line for line in lines):
            continue
        rows = list(csv.reader(lines, delimiter=separator))
        dialect = _dialect(rows, separator)
        if dialect is not None and len(rows[0]) > most:
            best, most = dialect, len(rows[0])
    return best


def _dialect(rows: list[list[str]], separator: str) -> Dialect | None:
    """Return the dialect of rows cut at a separator, or None if they are not a table."""
    if not rows or len(rows[0]) < 2 or any(map(is_number, rows[0])):
        return None
    width = len(rows[0])
    same = [row for row in rows[1:] if len(row) == width]
    if 2 * len(same) < len(rows) - 1:
        return None
    cells: list[str] = []
    for row in same:
        cells += [cell for cell in row if cell.strip()]
    comma = separator != "," and any(map(_DECIMAL_COMMA.match, cells))
    dialect = Dialect(separator, comma)
    if not any(dialect.number(cell) is not None for cell in cells):
        return None
    return dialect
