"""Collect the histories and summaries of a ``.wandb`` file, and read those of one shape at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from analyzer.parsers._tfrecord import Damage, Record
from analyzer.parsers._wandb_columns import Columns
from analyzer.parsers._wandb_items import Item
from analyzer.parsers._wandb_records import Contents, History, Update, read_record
from analyzer.parsers._wandb_shapes import HISTORY, Found, Shape, field_of, read_records, shape_of

_MOST_BYTES = 2 << 20  # that wait to be read
_FEWEST = 32  # records that are read at once, after as many of the file
_LARGEST = 1e300
_MOST_SHAPES = 4  # that are tried on each record
_MOST_LEARNED = 50  # in all; a file with more has no shape
_MOST_REFUSED = 500  # times that the numbers of some records could not be read at once


class _Known(NamedTuple):
    """A shape and the items of a record of it."""

    shape: Shape
    items: tuple[Item, ...]


class Blocks:
    """Collects records until ``end``; ``take`` adds the contents of a single one to the log.

    The order of histories, and of summaries, is kept; one does not depend on the other.
    """

    def __init__(self, columns: Columns, take: Callable[[Contents | None], list[str]]) -> None:
        self.columns = columns
        self.take = take
        self.waiting: dict[int, list[Record]] = {}
        self.bytes = 0
        self.seen = 0
        self.known: dict[int, list[_Known]] = {}
        self.learned = 0
        self.refused = 0
        self.damages: list[Damage] = []

    def takes(self, record: Record) -> bool:
        """Take a record if it is a history or a summary, and say whether it is."""
        field = field_of(record.payload)
        if field:
            self.waiting.setdefault(field, []).append(record)
            self.bytes += len(record.payload)
        return bool(field)

    @property
    def is_full(self) -> bool:
        return self.bytes >= _MOST_BYTES

    def end(self) -> list[Damage]:
        """Read the records that wait; return what was wrong with them, in the order of the log."""
        waiting, self.waiting, self.bytes = self.waiting, {}, 0
        self.damages = []
        for field, records in waiting.items():
            self._read(records, field)
        return sorted(self.damages, key=attrgetter("position"))

    def _read(self, records: Sequence[Record], field: int) -> None:
        known = self.known.get(field, [])
        shapes = [-1] * len(records)
        rows = [0] * len(records)
        found: list[Found] = []
        rest = np.arange(len(records))
        for index, candidate in enumerate(known):
            if len(rest) < _FEWEST:
                break
            read = read_records([records[at].payload for at in rest.tolist()], candidate.shape)
            if read is None:
                self._halve(records, field)
                return
            for row, at in enumerate(rest[read.fits].tolist()):
                shapes[at], rows[at] = index, row
            found.append(read)
            rest = rest[~read.fits]
        for index, places in groupby(range(len(records)), key=shapes.__getitem__):
            own = list(places)
            part = records[own[0] : own[-1] + 1]
            if index < 0:
                self._read_carefully(part, field)
            elif field != HISTORY:  # only the last one counts
                self._read_single(part[-1])
            else:
                self._add(part, known[index], found[index], slice(rows[own[0]], rows[own[-1]] + 1))

    def _halve(self, records: Sequence[Record], field: int) -> None:
        """Read records of which one has an unusual number."""
        self.refused += 1
        if self.refused > _MOST_REFUSED:
            self.known, self.learned = {}, _MOST_LEARNED
        half = len(records) // 2
        self._read(records[:half], field)
        self._read(records[half:], field)

    def _add(self, records: Sequence[Record], known: _Known, found: Found, own: slice) -> None:
        """Add histories of one shape."""
        steps = found.steps[own] if known.shape.has_step else None
        if not self.columns.add_many(known.items, found.numbers[:, own], steps):
            for record in records:
                self._read_single(record)

    def _read_carefully(self, records: Sequence[Record], field: int) -> None:
        """Read records one by one, until the shape of one is new and may be that of others."""
        for at, record in enumerate(records):
            contents = self._read_single(record)
            if contents is None or len(records) - at <= _FEWEST:
                continue
            if self._learn(record.payload, contents, field):
                self._read(records[at + 1 :], field)
                return

    def _read_single(self, record: Record) -> Contents | None:
        """Read a record and return its contents."""
        try:
            contents = read_record(record.payload)
        except ValueError:
            size = len(record.payload)
            self.damages.append(Damage("bad_wandb_record", record.position, size))
            return None
        for key in self.take(contents):
            self.damages.append(Damage(key, record.position, 0))
        return contents

    def _learn(self, payload: bytes, contents: Contents, field: int) -> bool:
        """Remember the shape of a record that was read, and say whether it is new."""
        if self.learned >= _MOST_LEARNED or not isinstance(contents, History | Update):
            return False
        shape = shape_of(payload)
        known = self.known.get(field, [])
        if shape is None or not _are_plain(contents.items):
            return False
        if any(candidate.shape == shape for candidate in known):
            return False
        self.learned += 1
        self.known[field] = [_Known(shape, contents.items), *known[: _MOST_SHAPES - 1]]
        return True


def _are_plain(items: Sequence[Item]) -> bool:
    """Say whether each item is a finite number under a name of its own."""
    names = {item.name for item in items}
    return len(names) == len(items) and all(
        type(item.value) in (int, float)
        and abs(item.value) < _LARGEST
        and not item.is_repaired
        and item.path[-1] != "_type"
        for item in items
    )
