"""JSON Lines to rows: one object a line, nested names joined by "/", a line that is none passed over and counted."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TextIO

import numpy as np

from analyzer.errors import ParseError
from analyzer.model.run import LogIssue
from analyzer.parsers._delimited import decode, number
from analyzer.parsers._json import load_json
from analyzer.parsers._settings import text
from analyzer.parsers._table import Column

_LONGEST_LINE = 64 << 20  # characters; a longer one holds no record of interest
_DEEPEST = 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Rows:
    """Rows of one kind on their way into columns."""

    lines: list[int] = field(default_factory=list)
    cells: dict[str, tuple[array[int], list[Any]]] = field(
        default_factory=dict
    )  # name -> (rows, cells)

    def add(self, row: Mapping[str, Any], line: int) -> None:
        """Add a row; a name that stands twice in it gets a number."""
        at = len(self.lines)
        for name, cell in _flat(row, ""):
            while name in self.cells and self.cells[name][0][-1] == at:
                name += ".1"
            rows, cells = self.cells.setdefault(name, (array("q"), []))
            rows.append(at)
            cells.append(cell)
        self.lines.append(line)

    def columns(self) -> list[Column]:
        """Return one column for each name that holds more than lists."""
        columns = self.cells.items()
        return [
            _column(text(name), *one, len(self.lines))
            for name, one in columns
            if not _are_lists(one[1])
        ]

    def lists(self) -> list[tuple[str, str, dict[str, int]]]:
        """Return the names that hold lists alone, with the reason why they are passed over."""
        held = [(text(name), cells) for name, (_, cells) in self.cells.items() if _are_lists(cells)]
        return [
            (name, "not_scalar", {"count": sum(cell is not None for cell in cells)})
            for name, cells in held
        ]


@dataclass
class Losses:
    """Lines that gave no row."""

    bad: int = 0
    first: int | None = None  # the first bad line
    cut: int | None = None  # the last line, where it has no line end
    nuls: int = 0
    spoilt: int = 0  # lines with a NUL inside

    def issues(self, source: str, kept: int) -> list[LogIssue]:
        """Return an issue for each kind of loss."""
        issues = []
        if self.nuls:
            issues.append(
                LogIssue(
                    "warning", source, "nul_bytes", values={"count": self.nuls, "rows": self.spoilt}
                )
            )
        if self.bad:
            issues.append(
                LogIssue(
                    "warning", source, "bad_lines", self.first, kept, values={"count": self.bad}
                )
            )
        if self.cut is not None:
            issues.append(LogIssue("warning", source, "cut_line", self.cut, kept))
        return issues


def read_rows(handle: BinaryIO, losses: Losses) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield (line, object) of each line that holds one; blank lines and empty objects are passed over."""
    for line, content in enumerate(_lines(handle), 1):
        if not content.strip("\0 \t\r\n"):
            losses.nuls += content.count("\0")
            continue
        losses.nuls += content.count("\0")
        row = _object(
            content.lstrip("\0")
        )  # a row that was written after a crash stands behind NULs
        if row:
            yield line, row
        elif row is None and not content.endswith("\n"):
            losses.cut = line
        elif row is None and "\0" in content:
            losses.spoilt += 1
        elif row is None:
            losses.bad += 1
            losses.first = losses.first or line


def _object(content: str) -> Mapping[str, Any] | None:
    try:
        found = load_json(content)
    except ParseError:
        return None
    return found if isinstance(found, Mapping) else None


def _lines(handle: BinaryIO) -> Iterator[str]:
    """Yield the lines with their ends; one that is too long comes as a stub that is no JSON."""
    is_wide = handle.read(2) in _UTF16
    handle.seek(0)
    file: BinaryIO | TextIO = io.StringIO(decode(handle.read())) if is_wide else handle
    while line := file.readline(_LONGEST_LINE):
        rest = line
        while len(rest) == _LONGEST_LINE and not _ends(rest):
            rest = file.readline(_LONGEST_LINE)
            line = b"(too long)\n"
        yield decode(line) if isinstance(line, bytes) else line


def _ends(line: str | bytes) -> bool:
    return line.endswith("\n") if isinstance(line, str) else line.endswith(b"\n")


def _flat(row: Mapping[str, Any], before: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield (name, cell) of an object, the names of nested ones joined by "/"."""
    for name, cell in row.items():
        if isinstance(cell, Mapping) and depth < _DEEPEST:
            yield from _flat(cell, f"{before}{name}/", depth + 1)
        else:
            yield before + name, cell


def _are_lists(cells: Sequence[Any]) -> bool:
    """Say whether the cells that are not blank hold lists, of more or fewer than one entry, or objects too deep."""
    held = [cell for cell in cells if cell is not None]
    return bool(held) and all(isinstance(cell, list | Mapping) and len(cell) != 1 for cell in held)


def _column(name: str, rows: array[int], cells: list[Any], count: int) -> Column:
    value = np.full(count, np.nan)
    present = np.zeros(count, dtype=bool)
    other = {}
    exact = {}
    for row, cell in zip(rows, cells, strict=True):
        one = _number(cell)
        if one is not None:
            value[row], present[row] = one, True
            if isinstance(cell, int) and one != cell:
                exact[row] = cell
        elif cell is not None:
            other[row] = text(cell) if isinstance(cell, str) else f"({type(cell).__name__})"
    return Column(name, value, present, other, exact)


def _number(cell: Any) -> float | None:
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    try:
        return (
            float(cell)
            if isinstance(cell, int | float)
            else number(cell)
            if isinstance(cell, str)
            else None
        )
    except OverflowError:
        return None
