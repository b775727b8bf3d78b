"""Delimited text to columns: encoding, separator, decimal comma, repeated headers, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from analyzer.errors import NotThisFormat
from analyzer.model import LogIssue
from analyzer.parsers._table import Column

_SEPARATORS = (",", ";", "\t", "|")
_BLANK = {"", "none", "null", "na", "n/a", "-", "<na>"}
_DECIMAL_COMMA = re.compile(r"^\s*[-+]?\d*,\d+(?:[eE][-+]?\d+)?\s*$")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Dialect:
    """How a text is cut into cells."""

    separator: str
    decimal_comma: bool
    header: tuple[str, ...]


@dataclass
class Sheet:
    """The cells of a text, by column name, and what was lost on the way; ``lines`` holds the line of each row."""

    columns: list[Column]
    lines: list[int]
    issues: list[LogIssue] = field(default_factory=list)


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
    for separator in _SEPARATORS:
        rows = list(_reader("\n".join(lines[:40]), separator))
        if not rows or len(rows[0]) < 2 or any(_number(cell, True) is not None for cell in rows[0]):
            continue
        names = tuple(cell.strip() for cell in rows[0])
        same = [row for row in rows[1:] if len(row) == len(names)]
        cells = [cell for row in same for cell in row if cell.strip()]
        comma = separator != "," and any(_DECIMAL_COMMA.match(cell) for cell in cells)
        if not any(_number(cell, comma) is not None for cell in cells) or 2 * len(same) < len(rows) - 1:
            continue
        if best is None or len(names) > best[0]:
            best = len(names), Dialect(separator, comma, names)
    return best[1] if best else None


def read_sheet(text: str, source: str) -> Sheet:
    """Cut a text into columns. Raises NotThisFormat where it is no table with a header.

    A header that stands again is a restart and is passed over, a header with other names is followed from there on; a
    row with too many or too few cells is lost and reported.
    """
    dialect = sniff(text[: 1 << 16], cut=len(text) > 1 << 16)
    if dialect is None:
        raise NotThisFormat("no_table")
    issues = []
    if "\0" in text:
        issues.append(LogIssue("warning", source, "nul_bytes", values={"count": text.count("\0")}))
        text = text.replace("\0", "")
    cells = _Cells(dialect, source)
    whole = text.endswith(("\n", "\r"))
    for line, row, is_last in _rows(text, dialect.separator):
        cells.add(line, row, cut=is_last and not whole)
    return Sheet(cells.columns(), cells.lines, issues + cells.issues())


_CHUNK = 8192  # rows held as text before they become numbers


@dataclass
class _Cells:
    """Rows on their way into columns; at most ``_CHUNK`` of them are held as text."""

    dialect: Dialect
    source: str
    lines: list[int] = field(default_factory=list)
    parts: dict[str, list[tuple[int, Column]]] = field(default_factory=dict)  # name -> (first row, cells)
    chunk: list[list[str]] = field(default_factory=list)
    current: tuple[str, ...] = ()
    ragged: list[int] = field(default_factory=list)
    cut: int | None = None

    def add(self, line: int, row: list[str], *, cut: bool) -> None:
        if not any(row):
            return
        if not self.current or self._is_header(row):
            self.flush()
            self.current = _unique(cell.strip() for cell in row)
            self.parts.update({name: [] for name in self.current if name not in self.parts})
        elif len(row) == len(self.current):
            self.lines.append(line)
            self.chunk.append(row)
            if len(self.chunk) >= _CHUNK:
                self.flush()
        elif cut and len(row) < len(self.current):
            self.cut = line
        else:
            self.ragged.append(line)

    def flush(self) -> None:
        """Turn the rows held as text into numbers."""
        start = len(self.lines) - len(self.chunk)
        for name, cells in zip(self.current, zip(*self.chunk, strict=True), strict=False):
            self.parts[name].append((start, _column(name, cells, start, self.dialect.decimal_comma)))
        self.chunk = []

    def _is_header(self, row: Sequence[str]) -> bool:
        """Say whether a row names columns: at least half of them known, and no number among them."""
        if _number(row[0], True) is not None:
            return False
        names = {cell.strip() for cell in row}
        return 2 * len(names & set(self.current)) >= len(row) and all(_number(one, True) is None for one in names)

    def columns(self) -> list[Column]:
        self.flush()
        return [_whole(name, parts, len(self.lines)) for name, parts in self.parts.items()]

    def issues(self) -> list[LogIssue]:
        kept = sum(int(part.present.sum()) for parts in self.parts.values() for _, part in parts)
        issues = []
        if self.ragged:
            values = {"count": len(self.ragged)}
            issues.append(LogIssue("warning", self.source, "ragged_rows", self.ragged[0], kept, None, values=values))
        if self.cut is not None:
            issues.append(LogIssue("warning", self.source, "cut_line", self.cut, kept))
        return issues


def _column(name: str, cells: Sequence[str], start: int, decimal_comma: bool) -> Column:
    """Return the cells of some rows as numbers; ``text`` counts its rows from the top of the sheet."""
    if not decimal_comma:
        try:
            return Column(name, np.array([float(cell) for cell in cells]), np.ones(len(cells), dtype=bool))
        except ValueError:
            pass
    value = np.full(len(cells), np.nan)
    present = np.zeros(len(cells), dtype=bool)
    text = {}
    for row, cell in enumerate(cells):
        number = _number(cell, decimal_comma)
        if number is not None:
            value[row], present[row] = number, True
        elif cell.strip().lower() not in _BLANK:
            text[start + row] = cell
    return Column(name, value, present, text)


def _whole(name: str, parts: Sequence[tuple[int, Column]], rows: int) -> Column:
    """Join the parts of a column; the rows under a header that did not name it are blank."""
    value = np.full(rows, np.nan)
    present = np.zeros(rows, dtype=bool)
    text: dict[int, str] = {}
    for start, part in parts:
        value[start : start + len(part.value)] = part.value
        present[start : start + len(part.value)] = part.present
        text.update(part.text)
    return Column(name, value, present, text)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return names with a number behind those that stand twice."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}.{seen[name] - 1}")
    return tuple(out)


def _number(cell: str, decimal_comma: bool) -> float | None:
    if decimal_comma and "," in cell and "." not in cell:
        cell = cell.replace(",", ".")
    try:
        return float(cell)
    except ValueError:
        return None


def _reader(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str], bool]]:
    """Yield (line, cells, whether it is the last row); comment lines are passed over."""
    csv.field_size_limit(1 << 24)  # a text column may hold a whole generated sample
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before: tuple[int, list[str]] | None = None
    line = 1
    for row in reader:
        if row and not row[0].startswith("#"):
            if before is not None:
                yield *before, False
            before = (line, row)
        line = reader.line_num + 1
    if before is not None:
        yield *before, True
