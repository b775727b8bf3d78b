"""Read JSON Lines as rows: one object per line, nested names joined by "/", bad lines counted."""

from __future__ import annotations

import io
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, BinaryIO, NamedTuple, TextIO

import numpy as np

from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.parsers._class_lists import class_parts
from analyzer.parsers._coco_lists import coco_parts
from analyzer.parsers._column import Column
from analyzer.parsers._encoding import UTF16, decode, wide
from analyzer.parsers._json import load_json
from analyzer.parsers._json_cells import are_lists, column_of, column_of_numbers, numbers_in
from analyzer.parsers._json_joined import Joined, joined_objects
from analyzer.parsers._json_marks import roles_in
from analyzer.parsers._json_series import flat
from analyzer.parsers._rare_names import MOST_NAMES, RareNames, rare_among
from analyzer.parsers._settings import text

_START = 16  # bytes by which UTF-16 without a mark is known
_LOGGED = re.compile(r'[^{"\n]{1,200}(?=\{\s*")')  # what a logger puts before a record
_LISTED = re.compile(r"\}\s*,\s*$")
LONGEST_LINE = 64 << 20  # characters; a longer one has no record of interest
TOO_LONG = b"(too long)\n"  # in place of such a line
_DEEPEST = 20


class Record(NamedTuple):
    """The object on one line, or the entry of a list with its index."""

    line: int
    row: Mapping[str, Any]


class _Cells(NamedTuple):
    """The cells under one name and the row of each."""

    rows: array[int]
    cells: list[Any]


def flat_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row by the names that ``Rows`` gives them."""
    cells: dict[str, Any] = {}
    for name, cell in flat(row, _DEEPEST):
        while name in cells:
            name += ".1"
        cells[name] = cell
    return cells


@dataclass
class Rows:
    """Collects rows into columns."""

    lines: array[int] = field(default_factory=lambda: array("q"))
    cells: dict[str, _Cells] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any], line: int) -> None:
        """Add a row; a name that is repeated in it gets a suffix."""
        at = len(self.lines)
        for name, cell in flat(row, _DEEPEST):
            while name in self.cells and self.cells[name].rows[-1] == at:
                name += ".1"
            if name not in self.cells:
                self.cells[name] = _Cells(array("q"), [])
            found = self.cells[name]
            found.rows.append(at)
            found.cells.append(cell)
        self.lines.append(line)

    def add_many(self, cells: Mapping[str, Sequence[Any]], lines: range) -> None:
        """Add rows of one shape, whose names are known: the cells of each name, and the lines."""
        rows = array("q", range(len(self.lines), len(self.lines) + len(lines)))
        for name, own in cells.items():
            found = self.cells[name]
            found.rows.extend(rows)
            found.cells.extend(own)
        self.lines.extend(lines)

    def joined(self, other: Rows) -> Rows:
        """Return these rows and others in the order of their lines."""
        lines = np.concatenate([self.lines, other.lines]).astype(np.int64)
        order = np.argsort(lines, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        found = Rows(array("q", lines[order].tolist()))
        for name in {**self.cells, **other.cells}:
            placed: list[tuple[int, Any]] = []
            for rows, behind in ((self, 0), (other, len(self.lines))):
                if name in rows.cells:
                    own = place[np.add(rows.cells[name].rows, behind)]
                    placed += zip(own.tolist(), rows.cells[name].cells, strict=True)
            placed.sort(key=itemgetter(0))
            at = array("q", [row for row, _ in placed])
            found.cells[name] = _Cells(at, [cell for _, cell in placed])
        return found

    def leave_rare(self, most: int = MOST_NAMES, place: str = "") -> RareNames | None:
        """Forget names with a single value until ``most`` are left; return what was forgotten.

        ``place`` names the list whose entries the rows are, if they are no lines of a file; the
        line of a row is then its index there.
        """
        rows = {name: cells.rows[0] for name, cells in self.cells.items() if len(cells.rows) == 1}
        forgotten = rare_among(rows, len(self.cells), most)
        if not forgotten:
            return None
        first = min(rows[name] for name in forgotten)
        names = len(self.cells)
        for name in forgotten:
            del self.cells[name]
        if place:
            return RareNames(len(forgotten), names, place=f"{place}[{self.lines[first]}]")
        return RareNames(len(forgotten), names, self.lines[first])

    def roles(self) -> frozenset[str]:
        """Return what the cells show of the marks in numbers that are strings."""
        return roles_in({name: found.cells for name, found in self.cells.items()})

    def columns(self, roles: Set[str] | None = None) -> list[Column]:
        """Return one column for each name that has more than lists.

        ``roles`` is what all rows of the log show of the marks in numbers, by default these.
        """
        columns = []
        roles = self.roles() if roles is None else roles
        for name, found in self.cells.items():
            numbers = numbers_in(found.cells)
            if numbers is not None:
                rows = np.frombuffer(found.rows, dtype=np.int64)
                columns.append(column_of_numbers(name, rows, numbers, len(self.lines)))
            elif not are_lists(found.cells):
                cells = zip(found.rows, found.cells, strict=True)
                columns.append(column_of(name, cells, len(self.lines), roles))
            else:
                for part, own in _parts(name, found.cells):
                    placed = zip(found.rows, own, strict=True)
                    columns.append(column_of(part, placed, len(self.lines)))
        return columns

    def lists(self) -> list[PassedOver]:
        """Return the names that have only lists."""
        names = []
        for name, found in self.cells.items():
            if are_lists(found.cells) and not any(_parts(name, found.cells)):
                count = sum(cell is not None for cell in found.cells)
                names.append(PassedOver(text(name), "not_scalar", {"count": count}))
        return names


def _parts(name: str, cells: Sequence[Any]) -> Iterator[tuple[str, list[float | None]]]:
    """Yield the curves that the lists under a name have, each under its own name."""
    yield from coco_parts(name, cells)
    yield from class_parts(name, cells)


@dataclass
class Losses:
    """Counts the lines that gave no row."""

    bad: int = 0
    first: int | None = None  # the first bad line
    cut: int | None = None  # the last line, if it has no line end
    nuls: int = 0
    spoilt: int = 0  # lines with a NUL inside

    def issues(self, source: str, kept: int) -> list[LogIssue]:
        """Return an issue for each kind of loss."""
        issues = []
        if self.nuls:
            values = {"count": self.nuls, "rows": self.spoilt}
            issues.append(LogIssue("warning", source, "nul_bytes", values=values))
        if self.bad:
            values = {"count": self.bad}
            issues.append(LogIssue("warning", source, "bad_lines", self.first, kept, values=values))
        if self.cut is not None:
            issues.append(LogIssue("warning", source, "cut_line", self.cut, kept))
        return issues


def read_rows(handle: BinaryIO, losses: Losses) -> Iterator[Record]:
    """Yield each line with an object that is not empty; count bad lines in ``losses``."""
    yield from rows_of(_lines(handle), losses)


def rows_of(lines: Iterable[str], losses: Losses, first: int = 1) -> Iterator[Record]:
    """Yield the same from lines with their ends, of which the first has a number."""
    for line, content in enumerate(lines, first):
        losses.nuls += content.count("\0")
        if not content.strip("\0 \t\r\n"):
            continue
        row = _object(content.lstrip("\0"))  # a row written after a crash has NULs before it
        joined = joined_objects(content) if row is None else Joined([])
        if joined.objects:
            yield from (Record(line, record) for record in joined.objects if record)
            losses.cut = line if joined.is_cut else losses.cut
        elif row:
            yield Record(line, row)
        elif row is None and not content.endswith("\n"):
            losses.cut = line
        elif row is None and "\0" in content:
            losses.spoilt += 1
        elif row is None:
            losses.bad += 1
            losses.first = losses.first or line


def unlogged(line: str) -> str:
    """Return a line without what a logger put before its object: a time, a level, a name.

    A comma behind it, as in a list, is left out, too.
    """
    logged = _LOGGED.match(line)
    line = line[logged.end() :] if logged else line
    return line[: line.rindex("}") + 1] if _LISTED.search(line) else line


def _object(content: str) -> Mapping[str, Any] | None:
    """Return the object on a line, None if there is none."""
    try:
        found = load_json(unlogged(content))
    except ParseError:
        return None
    return found if isinstance(found, Mapping) else None


def is_wide(handle: BinaryIO) -> bool:
    """Say whether a file begins as UTF-16 does; leaves it at its start."""
    start = handle.read(_START)
    handle.seek(0)
    return start[:2] in UTF16 or bool(wide(start))


def _lines(handle: BinaryIO) -> Iterator[str]:
    """Yield the lines with their ends; a line that is too long becomes a stub that is not JSON."""
    file: BinaryIO | TextIO = handle
    if is_wide(handle):
        file = io.StringIO(decode(handle.read()))
    while line := file.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and not _ends(rest):
            rest = file.readline(LONGEST_LINE)
            line = TOO_LONG
        yield decode(line) if isinstance(line, bytes) else line


def _ends(line: str | bytes) -> bool:
    return line.endswith("\n") if isinstance(line, str) else line.endswith(b"\n")
