"""Gather the points of an event file by tag: from columns, from single records, from mixtures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats, Ints


class TagPoints(NamedTuple):
    """The points of one tag in log order; all arrays have the same length."""

    step: Ints
    wall_time: Floats
    value: Floats


class Row(NamedTuple):
    """One point and the number of its record in the file."""

    record: int
    step: int
    wall_time: float
    value: float


class Part(NamedTuple):
    """Some points by columns, and the numbers of their records in the file."""

    record: range | Ints
    step: Ints
    wall_time: Floats
    value: npt.NDArray[np.floating]


@dataclass
class Mixture:
    """Points of many tags, and the tag of each by its number."""

    numbers: dict[str, int] = field(default_factory=dict)
    tag: list[Ints] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def add(self, tags: Sequence[str], part: Part) -> None:
        """Add points, each with its tag."""
        numbers = self.numbers
        self.tag.append(np.array([numbers.setdefault(tag, len(numbers)) for tag in tags]))
        self.parts.append(part)

    def by_tag(self) -> dict[str, Part]:
        """Return the points of each tag in the order of their records; forget them."""
        if not self.parts:
            return {}
        tag = np.concatenate(self.tag)
        record, step, time, value = (
            np.concatenate(arrays) for arrays in zip(*self.parts, strict=True)
        )
        self.tag, self.parts = [], []  # their memory is needed
        order = np.lexsort((record, tag))
        record, step, time, value = record[order], step[order], time[order], value[order]
        value = value.astype(np.float64)
        ends = np.cumsum(np.bincount(tag, minlength=len(self.numbers))).tolist()
        return {
            name: Part(record[low:high], step[low:high], time[low:high], value[low:high])
            for name, (low, high) in zip(self.numbers, pairwise([0, *ends]), strict=True)
        }


def by_column(rows: Sequence[Row]) -> Part:
    """Return points that were read one by one by column."""
    record, step, time, value = zip(*rows, strict=True)
    return Part(np.array(record), np.array(step, dtype=np.int64), np.array(time), np.array(value))


def joined(parts: Sequence[Part]) -> TagPoints:
    """Return the points of one tag in the order of their records."""
    if len(parts) == 1:
        (part,) = parts
        return TagPoints(part.step, part.wall_time, np.asarray(part.value, dtype=np.float64))
    points = TagPoints(
        np.concatenate([part.step for part in parts]),
        np.concatenate([part.wall_time for part in parts]),
        np.concatenate([part.value for part in parts], dtype=np.float64),
    )
    if all(part.record[-1] < after.record[0] for part, after in pairwise(parts)):
        return points
    record = np.concatenate([np.asarray(part.record) for part in parts])
    order = np.argsort(record, kind="stable")
    return TagPoints(points.step[order], points.wall_time[order], points.value[order])
