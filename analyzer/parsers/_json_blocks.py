"""Read the rest of a large file of JSON Lines in blocks of lines, those of one shape at once."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from analyzer.parsers._encoding import decode
from analyzer.parsers._json import load_json
from analyzer.parsers._json_rows import (
    LONGEST_LINE,
    TOO_LONG,
    Losses,
    Record,
    Rows,
    flat_cells,
    rows_of,
    unlogged,
)
from analyzer.parsers._record_blocks import Shape, read_lines, shape_of
from analyzer.stats.arrays import Floats

SMALLEST = 1 << 17  # bytes of a file
_BLOCK = 2 << 20  # bytes
_FEWEST = 16  # lines that are read at once
_MOST_SHAPES = 4  # that are tried on each line
_MOST_REFUSED = 500  # times; a file with more is read line by line from there on
_MOST_LEARNED = 50  # in all; a file with more has no shape


class Placed(NamedTuple):
    """The cells of a record, the rows that it belongs to, and the keys that say so."""

    cells: Mapping[str, Any]
    rows: Rows
    keys: set[str]


@dataclass
class Log(ABC):
    """What collects records; ``losses`` counts the lines that gave none."""

    losses: Losses = field(default_factory=Losses)

    @abstractmethod
    def take(self, record: Record) -> None:
        """Add a record."""

    @abstractmethod
    def place(self, row: Mapping[str, Any]) -> Placed:
        """Return the cells of a record, and the rows that it belongs to."""


class _Found(NamedTuple):
    """The shape of each line, -1 if unknown, its row among the lines of its shape; the shapes."""

    shape_of: list[int]
    row_of: list[int]
    numbers: list[Floats]
    known: list[_Known]


class _Known(NamedTuple):
    """A shape, the rows that its records belong to, and for each name what its cells are.

    That is the place of its number in the shape, or a cell that is always the same.
    """

    shape: Shape
    rows: Rows
    places: dict[str, int]
    constants: dict[str, Any]


def read_blocks(handle: BinaryIO, line: int, log: Log) -> None:
    """Read the rest of a file, whose next line has a number, into a log."""
    reader = _Reader(log)
    while lines := _lines(handle):
        reader.read(lines, line)
        line += len(lines)


def _lines(handle: BinaryIO) -> list[bytes]:
    """Return the next lines with their ends; one that is too long becomes a stub, as elsewhere."""
    block = handle.read(_BLOCK)
    if block and not block.endswith(b"\n"):
        block += handle.readline(LONGEST_LINE)
    lines = io.BytesIO(block).readlines()
    if lines and len(lines[-1]) >= LONGEST_LINE:
        last = lines[-1]
        if len(last) > LONGEST_LINE or not last.endswith(b"\n"):
            lines[-1] = TOO_LONG
            while last and not last.endswith(b"\n"):
                last = handle.readline(LONGEST_LINE)
    return lines


class _Reader:
    """Reads blocks of lines and remembers the last shapes."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.known: list[_Known] = []
        self.learned = 0
        self.refused = 0  # times that the numbers of some lines could not be read at once

    def read(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines, of which the first has a number."""
        found = self._found(lines)
        if found is None:
            self.refused += 1
            if self.refused > _MOST_REFUSED:
                self.known, self.learned = [], _MOST_LEARNED
            half = len(lines) // 2
            self.read(lines[:half], first)
            self.read(lines[half:], first + half)
            return
        for shape, places in groupby(range(len(lines)), key=found.shape_of.__getitem__):
            start, *rest = places
            end = start + 1 + len(rest)
            if shape < 0:
                self._read_carefully(lines[start:end], first + start)
            else:
                self._add(found, shape, range(start, end), first)

    def _found(self, lines: Sequence[bytes]) -> _Found | None:
        """Return the lines of known shapes, None if there are few of them to be tried again."""
        found = _Found([-1] * len(lines), [0] * len(lines), [], [])
        rest = list(range(len(lines)))
        for index, known in enumerate(self.known):
            if len(rest) < _FEWEST:
                break
            read = read_lines([lines[at] for at in rest], known.shape)
            if read is None:
                return None
            for row, at in enumerate(np.array(rest)[read.fits].tolist()):
                found.shape_of[at], found.row_of[at] = index, row
            found.known.append(known)
            found.numbers.append(read.numbers)
            rest = np.array(rest)[~read.fits].tolist()
        return found

    def _add(self, found: _Found, shape: int, places: range, first: int) -> None:
        """Add neighbouring lines of one shape."""
        known, numbers = found.known[shape], found.numbers[shape]
        start = found.row_of[places[0]]
        own = slice(start, start + len(places))
        cells: dict[str, Sequence[Any]] = {
            name: numbers[place, own].tolist() for name, place in known.places.items()
        }
        for name, cell in known.constants.items():
            cells[name] = [cell] * len(places)
        known.rows.add_many(cells, range(first + places[0], first + places[0] + len(places)))

    def _read_carefully(self, lines: Sequence[bytes], first: int) -> None:
        """Read lines one by one, until the shape of one is new and may be that of others."""
        texts = map(decode, lines)
        for record in rows_of(texts, self.log.losses, first):
            self.log.take(record)
            at = record.line - first
            if self._learn(lines[at]) and len(lines) - at > _FEWEST:
                self.read(lines[at + 1 :], record.line + 1)
                return

    def _learn(self, line: bytes) -> bool:
        """Remember the shape of a line that was read, and say whether it is new."""
        shape = shape_of(line) if self.learned < _MOST_LEARNED else None
        if shape is None or any(known.shape == shape for known in self.known):
            return False
        self.learned += 1
        row = load_json(unlogged(shape.marked()))
        placed = self.log.place(row)
        places, constants = {}, {}
        for name, cell in flat_cells(placed.cells).items():
            if type(cell) is int:
                places[name] = cell
            else:
                constants[name] = cell
        if sorted(places.values()) != list(range(len(shape.before))):
            return False  # a number in a list, or in what is not a cell
        known = _Known(shape, placed.rows, places, constants)
        self.known = [known, *self.known[: _MOST_SHAPES - 1]]
        return True
