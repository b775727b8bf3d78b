"""Gather the points of an event file by tag: from columns, from single records, from mixtures.

Points are kept as they are read, in columns that grow. At the end each column is sorted by tag in
one piece of memory, and the next one only when the memory of the last is free again: a file needs
less than the frame that is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.model.columns import Shared, joined
from analyzer.stats.arrays import Floats, Ints

_TYPES: dict[str, npt.DTypeLike] = {"step": np.int64, "wall_time": np.float64, "value": np.float64}


class Points(NamedTuple):
    """Points by column; all arrays have the same length."""

    step: Ints
    wall_time: Floats
    value: npt.NDArray[Any]  # single precision as it is read, double precision in the end


class Row(NamedTuple):
    """One point and the number of its record in the file."""

    record: int
    step: int
    wall_time: float
    value: float


class Store:
    """Points in the order in which they were read; each column grows in place."""

    def __init__(self, value: npt.DTypeLike = np.float32) -> None:
        """Take the type of the values: most files have them in single precision."""
        self._types = {**_TYPES, "value": value}
        self._bytes = {name: bytearray() for name in _TYPES}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, points: Points) -> int:
        """Add points; return the place of the first. No column may be in use."""
        first = self._count
        for (name, kind), numbers in zip(self._types.items(), points, strict=True):
            self._bytes[name] += np.ascontiguousarray(numbers, kind).data
        self._count += points.step.size
        return first

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column: "step", "wall_time" or "value"."""
        return np.frombuffer(self._bytes[name], self._types[name])

    def forget(self, name: str) -> None:
        """Free the memory of a column."""
        self._bytes[name] = bytearray()


class Part(NamedTuple):
    """Points of one tag: the numbers of their records, and their places in a store."""

    record: range | Ints
    store: Store
    start: int

    @property
    def place(self) -> slice:
        """Where in the store the points are."""
        return slice(self.start, self.start + len(self.record))

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column of these points, a view of the store's."""
        return self.store.column(name)[self.place]


@dataclass
class Mixture:
    """Points of many tags, and the tag of each by its number."""

    numbers: dict[str, int] = field(default_factory=dict)
    tag: list[Ints] = field(default_factory=list)
    record: list[Ints] = field(default_factory=list)
    store: Store = field(default_factory=Store)

    def add(self, tags: Sequence[str], record: Ints, points: Points) -> None:
        """Add points, each with its tag and the number of its record."""
        numbers = self.numbers
        self.tag.append(np.array([numbers.setdefault(tag, len(numbers)) for tag in tags]))
        self.record.append(record)
        self.store.add(points)

    def by_tag(self) -> dict[str, Part]:
        """Return the points of each tag in the order of their records; forget their columns."""
        if not self.record:
            return {}
        tag, record = np.concatenate(self.tag), np.concatenate(self.record)
        order = np.lexsort((record, tag))
        store = _sorted([Part(record, self.store, 0)], order, np.float32)
        for name in _TYPES:
            self.store.forget(name)
        record = record[order]
        ends = np.cumsum(np.bincount(tag, minlength=len(self.numbers))).tolist()
        return {
            name: Part(record[low:high], store, low)
            for name, (low, high) in zip(self.numbers, pairwise([0, *ends]), strict=True)
        }


def of_rows(rows: Mapping[str, Sequence[Row]], store: Store) -> dict[str, Part]:
    """Return points that were read one by one, by tag, as parts of a store, which takes them."""
    record, step, time, value = zip(*chain.from_iterable(rows.values()), strict=True)
    points = Points(np.array(step, dtype=np.int64), np.array(time), np.array(value))
    numbers, start = np.array(record), store.add(points)
    ends = accumulate(map(len, rows.values()), initial=0)
    return {
        tag: Part(numbers[low:high], store, start + low)
        for tag, (low, high) in zip(rows, pairwise(ends), strict=True)
    }


def in_order(parts: Sequence[Part]) -> list[Part]:
    """Return the points of one tag of a file in the order of their records."""
    ordered = list(parts)
    if not _follow(ordered):
        ordered.sort(key=lambda part: part.record[0])
    if _follow(ordered):
        return ordered
    record = np.concatenate([np.asarray(part.record) for part in ordered])
    order = np.argsort(record, kind="stable")
    return [Part(record[order], _sorted(ordered, order, np.float64), 0)]


def _follow(parts: Sequence[Part]) -> bool:
    """Say whether the records of each part come behind those of the one before."""
    return all(part.record[-1] < after.record[0] for part, after in pairwise(parts))


def _sorted(parts: Sequence[Part], order: Ints, value: npt.DTypeLike) -> Store:
    """Return a store with some points in another order."""
    step, time, numbers = (
        np.concatenate([part.column(name) for part in parts])[order] for name in _TYPES
    )
    store = Store(value)
    store.add(Points(step, time, numbers))
    return store


def gathered(tags: Sequence[Sequence[Part]]) -> list[Points]:
    """Return the points of each tag, which its parts have in their order; empty their stores.

    The arrays are views of three columns with the points of all tags, which a frame may share.
    """
    parts = list(chain.from_iterable(tags))
    stores = {id(part.store): part.store for part in parts}
    places = [(id(part.store), part.place) for part in parts]
    columns = []
    for name, kind in _TYPES.items():
        whole = {key: store.column(name) for key, store in stores.items()}
        pieces = [whole[key][place] for key, place in places]
        columns.append(Shared(joined(pieces, kind)).array)
        del whole, pieces  # so that the memory of the column is free
        for store in stores.values():
            store.forget(name)
    ends = accumulate((sum(len(part.record) for part in own) for own in tags), initial=0)
    return [Points(*(column[low:high] for column in columns)) for low, high in pairwise(ends)]
