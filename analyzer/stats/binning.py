"""Bin long curves: finely early in log time and evenly later, so that statistics stay cheap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats
from analyzer.stats.levels import running_median, tail_of

_REMEMBERED = 64  # sets of edges: the curves of a run, and its parts, end at few places
MOST = 300  # a curve with more points is binned; in a shorter one every point is its own bin


@dataclass(frozen=True, eq=False)
class Binned:
    """Bin means of a curve: position ``t``, value ``y`` and number of points, each (bins,)."""

    t: Floats
    y: Floats
    count: Floats
    index: npt.NDArray[np.intp]  # the bin of each point, (n,)

    def __len__(self) -> int:
        return len(self.t)

    @cached_property
    def levels(self) -> Floats:
        """The running median over 5 % of the bins, at least three, so that jitter is no change."""
        return running_median(self.y, tail_of(len(self)))

    @property
    def half(self) -> int:
        """The first bin of the second half of the run, by position.

        Position, not index: most bins of a long curve lie early in the run.
        """
        return int(np.searchsorted(self.t, (self.t[0] + self.t[-1]) / 2))

    def mean(self, values: Floats) -> Floats:
        """Return the bin means of other values of the same points. Shapes: (n,) -> (bins,)."""
        return _means(values, self.index, self.count)


def bin_curve(t: Floats, y: Floats, *, most: int = MOST) -> Binned:
    """Return a curve of at most about ``most`` bins.

    Positions ``t`` are sorted and at least 1; ``y`` is finite. Points at the same position share a
    bin. With more than ``most`` positions, a third of the edges are spaced evenly in log time and
    two thirds evenly in time; empty bins are dropped. Shapes: (n,), (n,) -> (bins,).
    """
    positions = t[np.diff(t, prepend=-np.inf) > 0]
    is_short = len(positions) <= most
    edges = positions[1:] if is_short else _edges(float(t[0]), float(t[-1]), most)
    starts = np.searchsorted(t, edges, side="left")  # far fewer edges than points
    points = np.diff(starts, prepend=0, append=len(t))
    points = points[points > 0]
    index = np.repeat(np.arange(len(points)), points)
    count = points.astype(np.float64)
    return Binned(_means(t, index, count), _means(y, index, count), count, index)


@lru_cache(maxsize=_REMEMBERED)
def _edges(first: float, last: float, most: int) -> Floats:
    """Return the inner edges of bins, a third of them evenly spaced in log time: read them only."""
    log_edges = most // 3
    in_log_time = np.geomspace(first, last, log_edges)
    in_time = np.linspace(first, last, most - log_edges)
    edges: Floats = np.union1d(in_log_time, in_time)[1:-1]
    edges.flags.writeable = False
    return edges


def _means(values: Floats, index: npt.NDArray[np.intp], count: Floats) -> Floats:
    """Return the mean of each bin; equal values keep theirs, so that no rounding makes a trend."""
    if len(values) == len(count):
        return values.astype(np.float64)
    first = values[(np.cumsum(count) - count).astype(np.intp)]
    rest = np.bincount(
        index, values - np.repeat(first, count.astype(np.intp)), minlength=len(count)
    )
    return first + rest / count
