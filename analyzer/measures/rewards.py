"""The course of an agent's reward: its level along the run, what it gained and what it lost."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analyzer.stats.arrays import Floats, Ints
from analyzer.stats.levels import noise_of

MOST_BLOCKS = 20  # each is 5 % of the run, the share of a level elsewhere
FEWEST_BLOCKS = 8  # below, differences of neighbours do not show the noise
PER_BLOCK = 3  # points; fewer have no spread
FEWEST = FEWEST_BLOCKS * PER_BLOCK
END = 0.1  # of the blocks: how long a loss must last to the end of the run
LATE = 0.25  # of the blocks: the stretches that show whether a reward still moves
_CLIPPED = 1.0  # percent of the values at either end, so that one bad episode is not a level
_CLIPPED_FROM = 100  # points
_FIRST = 0.01  # of the points: the level before any learning, if a block already saw some


@dataclass(frozen=True, eq=False)
class Course:
    """Mean rewards of equal stretches of a run, in order, and how far chance moves them.

    ``levels`` and ``ends`` (the last point of each stretch) have the shape (stretches,).
    ``start`` and ``end`` are the levels before learning and at the end; ``end_best`` is the best
    level of the stretches at the end. ``noise`` is the standard error of a level.
    """

    levels: Floats
    ends: Ints
    start: float
    end: float
    end_best: float
    noise: float

    @property
    def best(self) -> int:
        """The stretch with the highest level."""
        return int(np.argmax(self.levels))

    @property
    def gain(self) -> float:
        """The rise from the start to the best level."""
        return float(self.levels[self.best]) - self.start

    @property
    def rise(self) -> float:
        """The rise from the first stretch to the best one, in units of the noise."""
        return self._in_noise(float(self.levels[self.best] - self.levels[0]))

    @property
    def fall(self) -> float:
        """The fall from the best level to the end, in units of the noise."""
        return self._in_noise(float(self.levels[self.best]) - self.end)

    @property
    def lost(self) -> float:
        """Which share of the gain is lost at the end, even at its best; 0 without a gain."""
        if self.gain <= 0:
            return 0.0
        return (float(self.levels[self.best]) - self.end_best) / self.gain

    @property
    def late_change(self) -> float:
        """The change from the last quarter but one to the last quarter."""
        late = max(1, round(LATE * len(self.levels)))
        return float(self.levels[-late:].mean() - self.levels[-2 * late : -late].mean())

    @property
    def late_error(self) -> float:
        """The standard error of ``late_change``."""
        late = max(1, round(LATE * len(self.levels)))
        return self.noise * float(np.sqrt(2 / late))

    def below_for_good(self, level: float) -> int:
        """Return the first of the last stretches that all lie below a level."""
        above = np.flatnonzero(self.levels >= level)
        return int(above[-1]) + 1 if len(above) else 0

    def _in_noise(self, change: float) -> float:
        if self.noise > 0:
            return change / self.noise
        return float(np.inf) if change > 0 else 0.0


def course_of(value: Floats) -> Course:
    """Return the course of finite rewards in the order of the run. Shape: (points,).

    The noise is the larger of two estimates: from the differences of neighbouring levels (which
    sees slow wander, as of a mean over the last hundred episodes), and from the spread within the
    stretches (which sees single successes among many failures). Needs ``FEWEST`` points.
    """
    first = max(PER_BLOCK, round(_FIRST * len(value)))
    early = float(value[:first].mean())
    if len(value) >= _CLIPPED_FROM:
        value = np.clip(value, *np.percentile(value, [_CLIPPED, 100 - _CLIPPED]))
    blocks = int(np.clip(len(value) // PER_BLOCK, FEWEST_BLOCKS, MOST_BLOCKS))
    edges = np.linspace(0, len(value), blocks + 1).round().astype(np.int64)
    parts = [value[low:high] for low, high in pairwise(edges.tolist())]
    levels = np.array([part.mean() for part in parts])
    errors = np.array([part.std(ddof=1) / np.sqrt(len(part)) for part in parts])
    within = np.sqrt(np.mean(errors**2))
    last = levels[-max(2, round(END * blocks)) :]
    return Course(
        levels=levels,
        ends=edges[1:] - 1,
        start=min(float(levels[0]), early),
        end=float(last.mean()),
        end_best=float(last.max()),
        noise=float(max(noise_of(levels), within, errors[np.argmax(levels)])),
    )
