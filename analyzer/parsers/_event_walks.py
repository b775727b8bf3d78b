"""Records of an event file, followed from length to length, and when they repeat."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from analyzer.parsers._event_layouts import Layout
from analyzer.parsers._event_periods import Period
from analyzer.parsers._tfrecord import FOOTER, HEADER, headers
from analyzer.stats.arrays import Ints

_FEWEST_WALKED = 128  # records without a period: with more, there will hardly be one
MOST_WALKED = 1 << 12  # as above, if every record has a layout of its own


@dataclass(eq=False)
class Walk:
    """Records of a window whose lengths were followed; their payloads are not verified.

    ``start`` and ``length`` are those of the payloads, ``end`` is behind the last record, and
    ``period`` is what follows there. ``layout`` is empty if only the headers were looked at.
    """

    end: int
    start: list[int] | Ints = field(default_factory=list)
    length: list[int] | Ints = field(default_factory=list)
    layout: list[Layout | None] = field(default_factory=list)
    period: Period | None = None
    is_broken: bool = False  # the checksum of the next length is wrong
    is_irregular: bool = False  # there are many records and no period

    def cut(self, count: int) -> None:
        """Keep the first records alone."""
        if count < len(self.start):
            self.end = int(self.start[count]) - HEADER.size
            self.start, self.length = self.start[:count], self.length[:count]
            self.layout = self.layout[:count]


def consecutive(data: bytes, at: int, end: int) -> Walk:
    """Return the records that follow each other between two places, found by their headers.

    They may be fewer than there are: if a record has a whole header inside, those behind it are
    left out.
    """
    place, length = headers(data, at, end)
    if not len(place) or place[0] != at:
        return Walk(at, place[:0], length[:0], is_irregular=True)
    behind = place + HEADER.size + length + FOOTER.size
    follows = place[1:] == behind[:-1]
    count = len(place) if follows.all() else 1 + int(np.argmin(follows))
    if behind[count - 1] > end:
        count -= 1
    stop = int(behind[count - 1]) if count else at
    return Walk(stop, place[:count] + HEADER.size, length[:count], is_irregular=True)


@dataclass(eq=False)
class Repeats:
    """Tells when the layouts of a walk repeat: each at the same distance behind the one before.

    ``most`` is how many records are looked at if every one has a layout of its own.
    """

    most: int = MOST_WALKED
    last: dict[Layout, int] = field(default_factory=dict)  # the number of its last record
    distance: int = 0
    count: int = 0  # of the last records that have this distance
    records: int = 0

    def add(self, number: int, layout: Layout | None) -> bool:
        """Add a record; say whether two whole periods were the last."""
        self.records += 1
        if layout is None:
            self.last.clear()
            self.count = self.distance = 0
            return False
        distance = number - self.last.get(layout, number)
        self.count = self.count + 1 if distance == self.distance else 1
        self.distance = distance
        self.last[layout] = number
        return 0 < distance <= self.count

    @property
    def is_in_vain(self) -> bool:
        """Whether so many records were added that there will hardly be a period."""
        enough = min(self.most, 3 * len(self.last))
        return self.records >= max(_FEWEST_WALKED, enough)
