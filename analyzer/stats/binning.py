"""Bins for long curves: fine early in log time, even later, so that every statistic costs the same at any length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats

MOST = 300  # above this many points a curve is binned; below, every point is its own bin


@dataclass(frozen=True, eq=False)
class Binned:
    """Means over bins: position ``t`` (mean of the points), value ``y``, number of points."""

    t: Floats
    y: Floats
    count: Floats
    index: npt.NDArray[np.intp]  # the bin of each point

    def __len__(self) -> int:
        return len(self.t)

    @property
    def half(self) -> int:
        """The first bin of the second half of the run, by position: long curves have most of their bins early."""
        return int(np.searchsorted(self.t, (self.t[0] + self.t[-1]) / 2))

    def mean(self, values: Floats) -> Floats:
        """Return the means of other values of the same points over the same bins. Shapes: (n,) -> (bins,)."""
        return np.bincount(self.index, values, minlength=len(self)) / self.count


def bin_curve(t: Floats, y: Floats, *, most: int = MOST) -> Binned:
    """Return a curve of at most about ``most`` bins; ``t`` is sorted and at least 1, ``y`` is finite.

    Points that share a position are one bin. Above ``most`` positions the edges are the union of a third of as many
    spaced evenly in log time and two thirds spaced evenly; a bin without a point does not exist. Shapes: (n,) in,
    (bins,) out.
    """
    positions = t[np.diff(t, prepend=-np.inf) > 0]
    if len(positions) <= most:
        edges = positions[1:]
    else:
        log_edges = most // 3
        edges = np.union1d(
            np.geomspace(t[0], t[-1], log_edges), np.linspace(t[0], t[-1], most - log_edges)
        )[1:-1]
    index = np.searchsorted(edges, t, side="right")
    used, index = np.unique(index, return_inverse=True)
    count = np.bincount(index, minlength=len(used)).astype(np.float64)
    mean_t = np.bincount(index, t, minlength=len(used)) / count
    mean_y = np.bincount(index, y, minlength=len(used)) / count
    return Binned(mean_t, mean_y, count, index)
