"""Scan console output: a line of each shape is understood, the rest are read by their columns.

Two lines have one shape if they differ only in their digits. A long log has few shapes, so its
numbers are cut out of blocks of equal lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analyzer.parsers._text_grammar import read_line
from analyzer.parsers._text_models import with_models
from analyzer.parsers._text_names import AXIS_WORDS, METRIC_WORDS
from analyzer.parsers._text_numbered import with_labels
from analyzer.parsers._text_plan import ASIDE, BAR, STAMP, TEST, Cells, Field, Key, Plan
from analyzer.parsers._text_sections import ends_section, in_section, takes_section
from analyzer.parsers._text_tables import Header
from analyzer.parsers._text_times import (
    may_say_time,
    seconds_at_midnight,
    time_line,
    without_times_of_day,
)
from analyzer.stats.arrays import Floats

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_MOST_SHAPES = 1 << 16
_FEW = 6  # lines; numpy does not pay for fewer
_MOST_NAMES = 2000
_WORDS = re.compile(rb"|".join((*METRIC_WORDS, *AXIS_WORDS, b"lr")))
_CELLS = re.compile(rb"[^\w{]*(?:[\d{]|all )|[^\w]+e  ")  # how a row or a dict begins
_COUNT = re.compile(rb"\d/ ?\d")
_MIXED = re.compile(rb"\b(?=\w*[A-Za-z])(?=\w*0)\w+")


class Shape:
    """The lines of one shape that wait to be read."""

    __slots__ = ("is_empty", "is_plain", "lines", "plan", "rows", "variants")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.is_empty = plan.is_empty
        self.is_plain = not (plan.fixed or plan.header or plan.cells or plan.section)
        self.lines: list[bytes] = []
        self.rows: list[int] = []
        self.variants: dict[bytes, Shape] = {}  # by the digits in its names

    def variant(self, line: bytes) -> Shape:
        """Return the shape of a line among those that differ in the digits of a name."""
        key = b"\0".join(line[span.start : span.end] for span in self.plan.fixed)
        found = self.variants.get(key)
        if found is None:
            found = self.variants[key] = Shape(read_line(line))
        return found

    def all(self) -> Iterator[Shape]:
        """Yield the shape and its variants."""
        yield self
        for variant in self.variants.values():
            yield from variant.all()

    def below(self, section: str) -> Shape:
        """Return the shape of a line below the heading of a split."""
        key = section.encode()
        if key not in self.variants:
            self.variants[key] = Shape(in_section(self.plan, section))
        return self.variants[key]


_NOTHING = Shape(Plan())  # of all lines that say nothing


@dataclass
class Scan:
    """Collects the numbers of a text by column."""

    mapped: Sequence[bytes] = ()
    line: int = 0
    empty: set[bytes] = field(default_factory=set)  # shapes without numbers of a log
    parts: dict[Key, list[Cells]] = field(default_factory=dict)
    shapes: dict[bytes, Shape] = field(default_factory=dict)
    section: str = ""  # the split of the heading in force
    table: Header | None = None
    tables: dict[tuple[str, ...], Header] = field(default_factory=dict)
    rows: dict[tuple[str, ...], dict[bytes, Shape]] = field(default_factory=dict)

    def read(self, chunk: bytes) -> None:
        """Read whole lines."""
        lines = chunk.split(b"\n")
        forms = chunk.translate(_DIGITS).split(b"\n")
        shapes = self.shapes
        for row, (line, form) in enumerate(zip(lines, forms, strict=True), self.line):
            shape = shapes.get(form)
            if shape is None:
                shape = self._learn(line, form)
            if shape.is_empty:
                continue
            if not shape.is_plain:
                shape = self._settle(shape, line, form)
                if shape.is_empty:
                    continue
            if self.section and not shape.plan.section:
                shape = self._below_heading(shape)
            shape.lines.append(line)
            shape.rows.append(row)
        self.line += len(lines)
        self._flush()

    def _settle(self, shape: Shape, line: bytes, form: bytes) -> Shape:
        """Return the shape of a line that depends on its names or on the table it stands in."""
        if shape.plan.section:
            self.section = shape.plan.section
            return shape if shape.plan.fields else _NOTHING
        if shape.plan.fixed:
            shape = shape.variant(line)
        if shape.plan.header:
            self._open_table(shape.plan.header, line)
            return _NOTHING
        return self._row(shape, line, form) if shape.plan.cells else shape

    def _below_heading(self, shape: Shape) -> Shape:
        """Return the shape of a line that may be of the section, and end the section if not."""
        if takes_section(shape.plan):
            return shape.below(self.section)
        if ends_section(shape.plan):
            self.section = ""
        return shape

    def columns(self) -> Mapping[Key, Cells]:
        """Return the columns, each in the order of its lines."""
        columns = {}
        for key, parts in self.parts.items():
            rows = np.concatenate([part.rows for part in parts])
            values = np.concatenate([part.values for part in parts])
            order = np.argsort(rows, kind="stable")
            columns[key] = Cells(rows[order], values[order])
        return columns

    def _learn(self, line: bytes, form: bytes) -> Shape:
        """Understand a line of a new shape."""
        is_time = not may_say(line, self.mapped)
        if is_time and not may_say_time(line):
            return _NOTHING
        coarse = _MIXED.sub(b"0a", form)
        if coarse in self.empty:
            return _NOTHING
        if len(self.shapes) >= _MOST_SHAPES:
            self._flush()
            self.shapes.clear()
            self.empty.clear()
        shape = self.shapes[form] = Shape(time_line(line) if is_time else read_line(line))
        if shape.is_empty:
            self.empty.add(coarse)
        return shape

    def _open_table(self, names: tuple[str, ...], line: bytes) -> None:
        """Read the rows that follow under a header."""
        if names not in self.tables:
            self.tables[names] = Header(names, line.decode("latin-1"))
            self.rows[names] = {}
        self.table = self.tables[names]

    def _row(self, shape: Shape, line: bytes, form: bytes) -> Shape:
        """Return the shape of a row under the header in force."""
        if self.table is None:
            return _NOTHING
        known = self.rows[self.table.names]
        found = known.get(form)
        if found is None:
            plan = self.table.plan(line.decode("latin-1"), shape.plan.cells)
            found = known[form] = Shape(plan)
        return found

    def _flush(self) -> None:
        """Turn the lines that wait into numbers."""
        waiting: list[Shape] = []
        for known in (self.shapes, *self.rows.values()):
            for shape in known.values():
                waiting += shape.all()
        found: dict[Key, list[Cells]] = {}
        for shape in waiting:
            if shape.lines:
                _take(shape, found)
                shape.lines, shape.rows = [], []
        for key, parts in found.items():
            if key in self.parts or len(self.parts) < _MOST_NAMES:
                rows = np.concatenate([part.rows for part in parts])
                values = np.concatenate([part.values for part in parts])
                self.parts.setdefault(key, []).append(Cells(rows, values))


def numbers_in(columns: Mapping[Key, Cells]) -> int:
    """Return how many numbers of a log a text has, beside its times."""
    return sum(len(cells.rows) for key, cells in columns.items() if key.role not in ASIDE)


def may_say(line: bytes, mapped: Sequence[bytes]) -> bool:
    """Say, fast, whether a line may have a metric, an axis or cells of a table."""
    plain = line.lower()
    if _WORDS.search(plain) or (mapped and any(name in plain for name in mapped)):
        return True
    return _CELLS.match(plain) is not None or _COUNT.search(plain) is not None


def _take(shape: Shape, found: dict[Key, list[Cells]]) -> None:
    """Add the numbers of all lines of a shape to their columns."""
    rows = np.array(shape.rows, dtype=np.int64)
    for column in shape.plan.fields:
        key = Key(column.role, column.name, column.split, column.rank, column.path)
        values = _numbers(shape.lines, column)
        found.setdefault(key, []).append(Cells(rows, values))
    for role, holds in ((BAR, shape.plan.is_bar), (TEST, shape.plan.is_test)):
        if holds:
            found.setdefault(Key(role), []).append(Cells(rows, np.ones(len(rows))))


def _numbers(lines: list[bytes], column: Field) -> Floats:
    if column.parts:
        return _seconds(lines, column)
    start, end = column.span
    values = _floats(lines, start, end)
    if column.over is None:
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return values / _floats(lines, *column.over)


def _seconds(lines: list[bytes], column: Field) -> Floats:
    """Return the times at one place of lines of equal length."""
    numbers = [_floats(lines, *part.span) for part in column.parts]
    total = np.zeros(len(lines))
    if column.role == STAMP:
        total = seconds_at_midnight(*numbers[:3])
    for part, values in zip(column.parts, numbers, strict=True):
        total = total + part.factor * values
    return total


def _floats(lines: list[bytes], start: int, end: int) -> Floats:
    """Return the numbers at one place of lines of equal length."""
    if len(lines) < _FEW:
        return np.array([float(line[start:end]) for line in lines])
    grid = np.frombuffer(b"".join(lines), dtype="S1").reshape(len(lines), -1)
    cut = np.ascontiguousarray(grid[:, start:end]).view(f"S{end - start}")
    return cut[:, 0].astype(np.float64)


def scan_text(chunks: Iterable[bytes], mapped: Iterable[str] = ()) -> Mapping[Key, Cells]:
    """Return the numbers of a text by column; ``mapped`` are names that the user gave a meaning."""
    scan = Scan(tuple(name.lower().encode() for name in mapped))
    for chunk in chunks:
        scan.read(chunk)
    return with_models(with_labels(without_times_of_day(scan.columns())))
