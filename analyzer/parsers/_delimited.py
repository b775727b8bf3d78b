"""Cut delimited text into columns: repeated headers, ragged rows, NUL bytes, a torn last line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.issues import LogIssue
from analyzer.parsers._cell import fitted, is_blank, is_torn, is_whole, marks_of
from analyzer.parsers._column import Column, unique
from analyzer.parsers._dialect import Dialect, Opening, is_number, opened, sniff
from analyzer.parsers._growing import Growing
from analyzer.parsers._header import are_places, are_units, completed, names_columns
from analyzer.parsers._line_numbers import LineNumbers
from analyzer.parsers._number_rows import SEPARATORS, NumberRows
from analyzer.parsers._rows import Row, Rows
from analyzer.parsers._run_columns import is_name
from analyzer.parsers._transposed import transposed
from analyzer.safe.names import printable
from analyzer.stats.arrays import Floats

_LONGEST_FLOAT = 2.0**53  # from here on a float does not represent every whole number
_WHOLE = re.compile(r"^\s*[-+]?\d{1,40}\s*$", re.ASCII)
_SNIFFED = 1 << 16  # characters
_SNIFFED_LINES = 8  # at least, since one line may have thousands of columns
_MOST_SNIFFED = 16 << 20  # characters, all the same
_ABOVE = 200  # rows that show how a column writes its numbers
_CHUNK = 8192  # rows kept as text before they become numbers
_LOOKED_AT = 10  # lines that are looked at one by one, whatever follows: names stand in the first 3


@dataclass
class Sheet:
    """The columns of a text and what was lost; ``lines`` has the line number of each row."""

    columns: list[Column]
    lines: Sequence[int]
    issues: list[LogIssue] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)  # rows before which a header was repeated


def read_sheet(text: str, source: str) -> Sheet:
    """Cut a text into columns. Raises NotThisFormat if it is not a table with a header.

    A repeated header is a restart and is skipped; a header with other names applies from there on.
    A row with too many or too few cells is lost and reported.
    """
    turned = transposed(text)
    if turned:
        return _turned(turned, source)
    start = opened(text)
    head = head_of(text)
    dialect = sniff(head, cut=len(text) > len(head))
    if dialect is None:
        raise NotThisFormat("no_table")
    cells = Cells(dialect, source, has_nul="\0" in text)
    cells.is_closed = is_closed(text, dialect.separator)
    below = _add_numbers(cells, start)
    rows = Rows(below.text, dialect.separator, below.lines + 1, cells.fits)
    cells.add_rows(rows, is_cut=not text.endswith(("\n", "\r")))
    issues = cells.issues()
    if rows.unclosed:
        values = {"count": len(rows.unclosed)}
        line = rows.unclosed[0]
        issues.append(LogIssue("warning", source, "unclosed_quote", line, values=values))
    if cells.has_nul:
        values = {"count": text.count("\0"), "rows": cells.spoilt}
        issues.insert(0, LogIssue("warning", source, "nul_bytes", values=values))
    return Sheet(cells.columns(), cells.lines, issues, cells.headers)


def _add_numbers(cells: Cells, start: Opening) -> Opening:
    """Add the first rows of a text, and those below at once if all are plain numbers.

    Return what is left to be read row by row: all of a text whose rows are not plain lines.
    """
    text, dialect = start.text, cells.dialect
    if dialect.separator not in SEPARATORS or not dialect.is_plain or not _has_plain_lines(text):
        return start
    end = 0
    for _ in range(_LOOKED_AT):
        end = text.find("\n", end) + 1
        if not end:
            return start
    first = Rows(text[:end], dialect.separator, start.lines + 1, cells.fits)
    cells.add_rows(first, is_cut=False)
    lines = start.lines + _LOOKED_AT
    columns = NumberRows(cells.current, dialect.separator).columns(text[end:].encode())
    if columns is None:
        return Opening(text[end:], lines)
    cells.add_columns(columns, lines + 1)
    return Opening("", lines)


def _has_plain_lines(text: str) -> bool:
    """Say whether each line of a text is a row, whatever stands around it, and none is cut."""
    if not text.isascii() or not text.endswith("\n"):
        return False
    return not any(mark in text for mark in '"\r\0')


def is_closed(text: str, separator: str) -> bool:
    """Say whether the last cell of a text without a line end has an end: a quote or a bar."""
    last = text[text.rfind("\n") + 1 :].rstrip()
    if last.endswith('"'):
        return last.count('"') % 2 == 0 and len(last) > 1
    return separator == "|" and last.startswith("|") and last.endswith("|")


def head_of(text: str) -> str:
    """Return the beginning of a text that shows how it is cut: enough lines, however long."""
    end = 0
    for _ in range(_SNIFFED_LINES):
        end = text.find("\n", end, _MOST_SNIFFED) + 1
        if not end:
            return text[:_MOST_SNIFFED]
    return text[: max(end, _SNIFFED)]


def _turned(rows: Sequence[list[str]], source: str) -> Sheet:
    """Return the columns of a table whose rows were metrics."""
    written = [cell for row in rows for cell in row]
    cells = Cells(Dialect(",", *marks_of(written, ",")), source, has_nul=False)
    for row in rows:
        cells.add(Row(row, 1, 1), is_cut=False)
    return Sheet(cells.columns(), cells.lines, cells.issues(), cells.headers)


@dataclass
class Cells:
    """Collects rows into columns, with at most ``_CHUNK`` of them as text."""

    dialect: Dialect
    source: str
    has_nul: bool
    lines: LineNumbers = field(default_factory=LineNumbers)
    parts: dict[str, Growing] = field(default_factory=dict)
    chunk: list[list[str]] = field(default_factory=list)
    before: list[list[str]] = field(default_factory=list)  # the last rows before the chunk
    current: tuple[str, ...] = ()  # the header that applies
    top: list[str] = field(default_factory=list)  # the first row, which a second may complete
    ragged: list[Row] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    again: list[str] = field(default_factory=list)  # numbered names of losses that stand twice
    too_long: list[int] = field(default_factory=list)  # lines with a cell over 16 MiB
    expected: int = 0  # how many rows there will be, about
    spoilt: int = 0  # rows with a NUL inside
    cut: int | None = None  # the last line, if it has too few cells and no line end
    unended: int | None = None  # the last line, if it was kept although it has no line end
    doubtful: int | None = None  # the last line, if it was not
    is_closed: bool = False  # whether the last cell of a text without a line end is whole

    def add(self, row: Row, *, is_cut: bool) -> None:
        """Add a row; ``is_cut`` says that the text ends after it without a line end."""
        cells = row.cells
        if self.has_nul:
            # a row written after a crash has NULs before it
            cells = [cells[0].lstrip("\0"), *cells[1:]]
            if any("\0" in cell for cell in cells):
                self.spoilt += 1
                return
        if not any(cells) or (is_cut and not any(map(str.strip, cells))):
            if is_cut and (len(cells) > 1 or not cells[0]):
                self.cut = row.line
            return
        if self._takes_header(cells):
            # nothing was written below a header without a line end, and perhaps half of it
            self.cut = row.line if is_cut and not self.lines else self.cut
            return
        fitting = fitted(cells, self.current, self.dialect.separator)
        if is_cut and fitting is not None and not self.is_closed:
            self._end(fitting, row.line)
        elif fitting is not None:
            self.lines.append(row.line)
            self.chunk.append(fitting)
            if len(self.chunk) >= _CHUNK:
                self._flush()
        elif is_cut and len(cells) <= len(self.current):
            self.cut = row.line
        else:
            self.ragged.append(row)

    def add_rows(self, rows: Rows, *, is_cut: bool) -> bool:
        """Add the rows of a text and say whether it has any; ``is_cut`` if it ends within one."""
        row = None
        for following in rows:
            if row is not None:
                self.add(row, is_cut=False)
            row = following
        if row is not None:
            self.add(row, is_cut=is_cut and not rows.ends_too_long)
        self.too_long += rows.too_long
        return row is not None

    def add_columns(self, columns: Sequence[Column], first: int) -> None:
        """Add rows that were read as columns of numbers; ``first`` is the line of the first."""
        self._flush()
        self.before = []
        start, rows = len(self.lines), len(columns[0])
        self.lines.extend_from(first, rows)
        for column in columns:
            self.parts[column.name].add(start, column, self.expected)

    def fits(self, cells: list[str]) -> bool:
        """Say whether cells make a row of numbers under the header."""
        if not any(map(is_number, cells)):
            return False
        return fitted(cells, self.current, self.dialect.separator) is not None

    def _takes_header(self, cells: list[str]) -> bool:
        """Apply a row that names columns; the second and third row may complete the first."""
        if not self.current:
            self.top = cells
            self._follow(cells)
            return True
        names = None
        if not self.lines and not self.headers:
            names = completed(self.top, self.current, cells)
        if names is not None:
            self.top = names if are_places(names) else []
            self.current, self.parts = (), {}
            self._follow(names)
            return True
        if not names_columns(cells, self.current):
            is_below = not self.lines and not self.chunk
            return is_below and len(cells) == len(self.current) and are_units(cells)
        self._follow(cells)
        return True

    def _end(self, cells: list[str], line: int) -> None:
        """Add the last row of a text without a line end if its last cell is surely whole."""
        rows = [*self.before, *self.chunk][-_ABOVE:]
        above = [row[-1].strip() for row in rows]
        last = cells[-1].strip()
        numbers = [self.dialect.number(cell) is not None for cell in above]
        is_number = self.dialect.number(last) is not None
        if (last and not is_number and all(numbers)) or is_torn(last, above):
            self.cut = line
        elif is_whole(last, above) or not (is_number or any(numbers) or not last):
            self.unended = line
            self.lines.append(line)
            self.chunk.append(cells)
        else:
            self.doubtful = line

    def _follow(self, cells: Sequence[str]) -> None:
        """Apply a header to the rows below it."""
        written = [cell.strip() for cell in cells]
        names = unique(written)
        again = [name for name, own in zip(names, written, strict=True) if name != own]
        self.again = [name for name in again if metrics.is_judged(name)]
        if self.current:
            self.headers.append(len(self.lines))
        if names != self.current:
            self._flush()
            self.before = []
            self.current = names
            self.parts.update({name: Growing() for name in names if name not in self.parts})

    def _flush(self) -> None:
        """Turn the rows kept as text into numbers."""
        start = len(self.lines) - len(self.chunk)
        values = _numbers(self.chunk) if self.dialect.is_plain and self.chunk else None
        if values is not None:
            present = np.ones(len(values), dtype=bool)
            for name, value in zip(self.current, values.T, strict=True):
                self.parts[name].add(start, Column(name, value, present))
        else:
            for name, cells in zip(self.current, zip(*self.chunk, strict=True), strict=False):
                self.parts[name].add(start, _column(name, cells, start, self.dialect))
        self.before = [*self.before, *self.chunk][-_ABOVE:]
        self.chunk = []

    def columns(self) -> list[Column]:
        """Return all columns, blank in the rows under a header that lacks their name."""
        self._flush()
        return [part.column(name, len(self.lines)) for name, part in self.parts.items()]

    def issues(self) -> list[LogIssue]:
        """Return what was lost; only the reader of the columns knows how many points were kept."""
        issues = []
        if self.ragged:
            line = self.ragged[0].line
            values = {"count": sum(row.height for row in self.ragged)}
            issues.append(LogIssue("warning", self.source, "ragged_rows", line, values=values))
        if self.too_long:
            values = {"count": len(self.too_long)}
            line = self.too_long[0]
            issues.append(LogIssue("warning", self.source, "cell_too_long", line, values=values))
        if self.again:
            named = {"name": printable(self.again[0]), "count": len(self.again)}
            issues.append(LogIssue("info", self.source, "name_twice", values=named))
        if self.cut is not None:
            issues.append(LogIssue("warning", self.source, "cut_line", self.cut))
        if self.doubtful is not None:
            issues.append(LogIssue("warning", self.source, "line_unended", self.doubtful))
        if self.unended is not None:
            issues.append(LogIssue("info", self.source, "no_line_end", self.unended))
        return issues


def _numbers(rows: Sequence[Sequence[str]]) -> Floats | None:
    """Return the cells of rows if each is a plain number that a float holds, else None."""
    if any("_" in "".join(row) for row in rows):
        return None
    try:
        values = np.array([list(map(float, row)) for row in rows])
    except ValueError:
        return None
    return None if (np.abs(values) >= _LONGEST_FLOAT).any() else values


def _column(name: str, cells: Sequence[str], start: int, dialect: Dialect) -> Column:
    """Return some cells as a column whose ``text`` and ``exact`` count rows of the whole sheet."""
    try:
        if not dialect.is_plain or any("_" in cell for cell in cells):
            raise ValueError
        value, present = np.array([float(cell) for cell in cells]), np.ones(len(cells), dtype=bool)
    except ValueError:
        numbers = [None if is_name(name, cell) else dialect.number(cell) for cell in cells]
        value = np.array([np.nan if number is None else number for number in numbers])
        present = np.array([number is not None for number in numbers], dtype=bool)
    text = {}
    for row in np.flatnonzero(~present).tolist() if not present.all() else ():
        if not is_blank(cells[row]):
            text[start + row] = cells[row]
    size = np.abs(value)
    is_long = (size >= _LONGEST_FLOAT) & (size < 2.0**63)
    long = np.flatnonzero(is_long).tolist() if is_long.any() else []
    exact = {start + row: int(cells[row]) for row in long if _WHOLE.match(cells[row])}
    return Column(name, value, present, text, exact)
