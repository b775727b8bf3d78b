"""Cut delimited text into rows of cells, with a quote that is never closed set right."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from analyzer.parsers._dialect import BLANKS, LONGEST_CELL

_MOST_MENDED = 20  # quotes; each costs a second look at the lines that it swallowed
_LOOKED_AT = 50  # lines behind a quote
_RULE = re.compile(r"\s*:?-+:?\s*")  # the line under the header of a Markdown table


class Row(NamedTuple):
    """One row, the line it begins on and how many lines it fills."""

    cells: list[str]
    line: int
    height: int


@dataclass
class Rows:
    """The rows of a text but comment lines; ``unclosed`` gets the line of each quote set right.

    ``too_long`` gets the line of each row that is skipped because of a cell over 16 MiB;
    ``ends_too_long`` says that the last row is one of them. ``fits`` says whether cells make a
    row of the table, which shows that a quote swallowed rows.
    """

    text: str
    separator: str
    first: int  # number of the first line
    fits: Callable[[list[str]], bool]
    unclosed: list[int] = field(default_factory=list)
    too_long: list[int] = field(default_factory=list)
    ends_too_long: bool = False

    def __iter__(self) -> Iterator[Row]:
        if self.separator == BLANKS:
            for number, line in enumerate(io.StringIO(self.text), self.first):
                if line.strip() and not line.startswith("#"):
                    yield Row(line.split(), number, 1)
            return
        is_barred: bool | None = None  # whether the rows of a Markdown table have outer bars
        for row in self._cut() if '"' in self.text else self._plain():
            if not row.cells or row.cells[0].startswith("#"):
                continue
            if self.separator != "|":
                yield row
                continue
            if is_barred is None:
                is_barred = len(row.cells) > 2 and not row.cells[0].strip()
            if cells := _unbarred(row.cells, is_barred=is_barred):
                yield row._replace(cells=cells)

    def _plain(self) -> Iterator[Row]:
        """Yield the rows of a text without quotes: each line is one."""
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
        for number in count(self.first):
            try:
                cells = next(reader, None)
            except csv.Error:
                self._skip(number)
                continue
            if cells is None:
                return
            self.ends_too_long = False
            yield Row(cells, number, 1)

    def _cut(self) -> Iterator[Row]:
        """Yield the rows as the csv module cuts them, but for quotes that are never closed."""
        csv.field_size_limit(LONGEST_CELL)
        lines = _Lines(io.StringIO(self.text, newline=""))
        reader = csv.reader(lines, delimiter=self.separator)
        at = self.first
        while True:
            lines.taken.clear()
            try:
                cells = next(reader, None)
            except csv.Error:
                if len(lines.taken) < 2 or len(self.unclosed) >= _MOST_MENDED:
                    self._skip(at)
                    at += len(lines.taken)
                    continue
                cells = []
            if cells is None:
                return
            height = len(lines.taken)
            may_be_open = height > 1 or lines.taken[0].count('"') % 2
            if may_be_open and len(self.unclosed) < _MOST_MENDED:
                mended = self._mended(lines.taken, is_whole=bool(cells))
                if mended is not None:
                    self.unclosed.append(at)
                    lines.again.extendleft(reversed(lines.taken[1:]))
                    reader = csv.reader(lines, delimiter=self.separator)
                    cells, height = mended, 1
            self.ends_too_long = False
            yield Row(cells, at, height)
            at += height

    def _skip(self, line: int) -> None:
        """Note a row that is lost; the reader of the csv module goes on at the next line."""
        self.too_long.append(line)
        self.ends_too_long = True

    def _mended(self, taken: Sequence[str], *, is_whole: bool) -> list[str] | None:
        """Return the first line of a row without its open quote, None if the quote is closed."""
        first = self._alone(taken[0])
        if not is_whole or sum(line.count('"') for line in taken) % 2:
            return first
        following = taken[1 : _LOOKED_AT + 1]
        if self.fits(first) and all(self.fits(self._alone(line)) for line in following):
            return first
        return None

    def _alone(self, line: str) -> list[str]:
        """Return the cells of a line in which a quote means nothing."""
        line = line.rstrip("\r\n")
        row = next(csv.reader([line], delimiter=self.separator, quoting=csv.QUOTE_NONE), [])
        return [cell.strip().strip('"') for cell in row]


@dataclass
class _Lines:
    """The lines of a text, some of them a second time; ``taken`` are those of this row."""

    text: io.StringIO
    again: deque[str] = field(default_factory=deque)
    taken: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.text)
        self.taken.append(line)
        return line


def _unbarred(cells: list[str], *, is_barred: bool) -> list[str]:
    """Return the cells of a Markdown row without its outer bars, [] for the rule below a header.

    The row at which a file was cut has no last bar.
    """
    if is_barred and len(cells) > 1 and not cells[0].strip():
        cells = cells[1:-1] if not cells[-1].strip() else cells[1:]
    if all(map(_RULE.fullmatch, cells)):
        return []
    return [cell.strip() for cell in cells]
