"""Delimited text to columns: encoding, separator, decimal comma, repeated headers, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.run import LogIssue
from analyzer.parsers._table import Column

_SEPARATORS = (",", ";", "\t", "|")
_BLANK = {"", "none", "null", "na", "n/a", "-", "<na>"}
_LONGEST_FLOAT = 2.0**53  # from here on a float does not hold every whole number
_DECIMAL_COMMA = re.compile(r"^\s*[-+]?\d*,\d+(?:[eE][-+]?\d+)?\s*$")
_WHOLE = re.compile(r"^\s*[-+]?\d{1,40}\s*$", re.ASCII)
_LONGEST_NAME = 200  # a longer cell is prose
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Dialect:
    """How a text is cut into cells."""

    separator: str
    decimal_comma: bool


@dataclass
class Sheet:
    """The cells of a text, by column name, and what was lost on the way; ``lines`` holds the line of each row."""

    columns: list[Column]
    lines: list[int]
    issues: list[LogIssue] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)  # rows before which a header stood again


def decode(data: bytes) -> str:
    """Return text from bytes: a byte order mark decides, then UTF-8, then Latin-1, which takes every byte."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def sniff(text: str, *, cut: bool = False) -> Dialect | None:
    """Return how the first lines of a text are cut, or None where they are no table with a header.

    A table has a header of at least two names, and a row below it with as many cells and a number among them.
    ``cut`` says that the text may end inside a line.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if cut and len(lines) > 2:
        lines = lines[:-1]
    best: tuple[int, Dialect] | None = None
    for separator in (one for one in _SEPARATORS if any(one in line for line in lines[:40])):
        rows = list(csv.reader(lines[:40], delimiter=separator))
        if not rows or len(rows[0]) < 2 or any(_number(cell, True) is not None for cell in rows[0]):
            continue
        width = len(rows[0])
        same = [row for row in rows[1:] if len(row) == width]
        cells = [cell for row in same for cell in row if cell.strip()]
        comma = separator != "," and any(_DECIMAL_COMMA.match(cell) for cell in cells)
        if (
            not any(_number(cell, comma) is not None for cell in cells)
            or 2 * len(same) < len(rows) - 1
        ):
            continue
        if best is None or width > best[0]:
            best = width, Dialect(separator, comma)
    return best[1] if best else None


def read_sheet(text: str, source: str) -> Sheet:
    """Cut a text into columns. Raises NotThisFormat where it is no table with a header.

    A header that stands again is a restart and is passed over, a header with other names is followed from there on; a
    row with too many or too few cells is lost and reported.
    """
    dialect = sniff(text[: 1 << 16], cut=len(text) > 1 << 16)
    if dialect is None:
        raise NotThisFormat("no_table")
    cells = _Cells(dialect, source, "\0" in text)
    whole = text.endswith(("\n", "\r"))
    try:
        for row, is_last in _rows(text, dialect.separator):
            cells.add(row, cut=is_last and not whole)
    except csv.Error as error:
        raise ParseError("cell_too_long") from error
    issues = cells.issues()
    if cells.unended is not None and not text.endswith('"'):
        issues.append(LogIssue("info", source, "no_line_end", cells.unended))
    if cells.has_nul:
        values = {"count": text.count("\0"), "rows": cells.spoilt}
        issues.insert(0, LogIssue("warning", source, "nul_bytes", values=values))
    return Sheet(cells.columns(), cells.lines, issues, cells.headers)


_CHUNK = 8192  # rows held as text before they become numbers


@dataclass
class _Row:
    """One row, the line it begins on and how many lines it fills."""

    cells: list[str]
    line: int
    height: int


@dataclass
class _Cells:
    """Rows on their way into columns; at most ``_CHUNK`` of them are held as text."""

    dialect: Dialect
    source: str
    has_nul: bool
    lines: list[int] = field(default_factory=list)
    parts: dict[str, list[tuple[int, Column]]] = field(
        default_factory=dict
    )  # name -> (first row, cells)
    chunk: list[list[str]] = field(default_factory=list)
    current: tuple[str, ...] = ()
    ragged: list[_Row] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    spoilt: int = 0  # rows with a NUL inside
    cut: int | None = None  # the last line, where it has too few cells and no line end
    unended: int | None = None  # the last line, where it has all cells and no line end

    def add(self, row: _Row, *, cut: bool) -> None:
        cells = row.cells
        if self.has_nul:
            cells = [
                cells[0].lstrip("\0"),
                *cells[1:],
            ]  # a row that was written after a crash stands behind NULs
            if any("\0" in cell for cell in cells):
                self.spoilt += 1
                return
        if not any(cells):
            return
        if not self.current or self._is_header(cells):
            self._follow(unique(cell.strip() for cell in cells))
        elif len(cells) == len(self.current):
            self.unended = row.line if cut else None
            self.lines.append(row.line)
            self.chunk.append(cells)
            if len(self.chunk) >= _CHUNK:
                self.flush()
        elif cut and len(cells) < len(self.current):
            self.cut = row.line
        else:
            self.ragged.append(row)

    def _follow(self, names: tuple[str, ...]) -> None:
        """Take a header for the rows below it."""
        if self.current:
            self.headers.append(len(self.lines))
        if names != self.current:
            self.flush()
            self.current = names
            self.parts.update({name: [] for name in names if name not in self.parts})

    def flush(self) -> None:
        """Turn the rows held as text into numbers."""
        start = len(self.lines) - len(self.chunk)
        for name, cells in zip(self.current, zip(*self.chunk, strict=True), strict=False):
            self.parts[name].append(
                (start, _column(name, cells, start, self.dialect.decimal_comma))
            )
        self.chunk = []

    def _is_header(self, row: Sequence[str]) -> bool:
        """Say whether a row names columns: no number among them, and at least half of them known here or anywhere."""
        if _number(row[0], True) is not None:
            return False
        names = {cell.strip() for cell in row}
        if any(_number(one, True) is not None for one in names):
            return False
        return 2 * sum(one in self.current or _is_metric(one) for one in names if one) >= len(row)

    def columns(self) -> list[Column]:
        self.flush()
        return [_whole(name, parts, len(self.lines)) for name, parts in self.parts.items()]

    def issues(self) -> list[LogIssue]:
        """Return what was lost; how many points were kept is known to whoever reads the columns."""
        issues = []
        if self.ragged:
            values = {"count": sum(row.height for row in self.ragged)}
            issues.append(
                LogIssue("warning", self.source, "ragged_rows", self.ragged[0].line, values=values)
            )
        if self.cut is not None:
            issues.append(LogIssue("warning", self.source, "cut_line", self.cut))
        return issues


def _column(name: str, cells: Sequence[str], start: int, decimal_comma: bool) -> Column:
    """Return the cells of some rows as numbers; ``text`` counts its rows from the top of the sheet."""
    try:
        if decimal_comma or any("_" in cell for cell in cells):
            raise ValueError
        value, present = np.array([float(cell) for cell in cells]), np.ones(len(cells), dtype=bool)
    except ValueError:
        numbers = [_number(cell, decimal_comma) for cell in cells]
        value = np.array([np.nan if one is None else one for one in numbers])
        present = np.array([one is not None for one in numbers], dtype=bool)
    text = {
        start + row: cells[row]
        for row in np.flatnonzero(~present).tolist()
        if not _is_blank(cells[row])
    }
    long = np.flatnonzero((np.abs(value) >= _LONGEST_FLOAT) & (np.abs(value) < 2.0**63)).tolist()
    exact = {start + row: int(cells[row]) for row in long if _WHOLE.match(cells[row])}
    return Column(name, value, present, text, exact)


def _is_blank(cell: str) -> bool:
    return cell.strip().lower() in _BLANK


def _whole(name: str, parts: Sequence[tuple[int, Column]], rows: int) -> Column:
    """Join the parts of a column; the rows under a header that did not name it are blank."""
    value = np.full(rows, np.nan)
    present = np.zeros(rows, dtype=bool)
    text: dict[int, str] = {}
    exact: dict[int, int] = {}
    for start, part in parts:
        value[start : start + len(part.value)] = part.value
        present[start : start + len(part.value)] = part.present
        text.update(part.text)
        exact.update(part.exact)
    return Column(name, value, present, text, exact)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return names with a number behind those that stood before."""
    seen: dict[str, int] = {}
    for name in names:
        free = name
        while free in seen:
            seen[name] += 1
            free = f"{name}.{seen[name]}"
        seen[free] = 0
    return tuple(seen)


def _is_metric(name: str) -> bool:
    """Say whether a name is that of a loss, an accuracy or an axis in any log."""
    if len(name) > _LONGEST_NAME:
        return False
    axes = {*metrics.STEP_AXES, *metrics.EPOCH_AXES, *metrics.WALL_TIME_AXES}
    return metrics.normal(name) in axes or metrics.kind(metrics.read(name).metric) is not None


def _number(cell: str, decimal_comma: bool) -> float | None:
    if decimal_comma and "," in cell and "." not in cell:
        cell = cell.replace(",", ".")
    return number(cell)


def number(cell: str) -> float | None:
    """Return the number that a cell holds; Python would take "2024_01" for one."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _rows(text: str, separator: str) -> Iterator[tuple[_Row, bool]]:
    """Yield each row and whether it is the last; comment lines are passed over."""
    csv.field_size_limit(1 << 24)  # a text column may hold a whole generated sample
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before: _Row | None = None
    line = 1
    for cells in reader:
        if cells and not cells[0].startswith("#"):
            if before is not None:
                yield before, False
            before = _Row(cells, line, reader.line_num - line + 1)
        line = reader.line_num + 1
    if before is not None:
        yield before, True
