"""Bins for long curves: fine early in log time, even later, so that every statistic costs the same at any length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST = 300  # above this many points a curve is binned; below, every point is its own bin
_LOG_EDGES = 100
_EVEN_EDGES = 200


@dataclass(frozen=True, eq=False)
class Binned:
    """Means over bins: position ``t`` (mean of the points), value ``y``, number of points, variance within the bin."""

    t: Floats
    y: Floats
    count: Floats
    variance: Floats

    def __len__(self) -> int:
        return len(self.t)


def bin_curve(t: Floats, y: Floats) -> Binned:
    """Return a curve of at most about ``MOST`` bins; ``t`` is sorted and at least 1, ``y`` is finite.

    Points that share a position are one bin. Above ``MOST`` positions the edges are the union of 100 spaced evenly in
    log time and 200 spaced evenly; a bin without a point does not exist. Shapes: (n,) in, (bins,) out.
    """
    positions = np.unique(t)
    if len(positions) <= MOST:
        edges = positions[1:]
    else:
        edges = np.union1d(np.geomspace(t[0], t[-1], _LOG_EDGES), np.linspace(t[0], t[-1], _EVEN_EDGES))[1:-1]
    index = np.searchsorted(edges, t, side="right")
    used, index = np.unique(index, return_inverse=True)
    count = np.bincount(index, minlength=len(used)).astype(np.float64)
    mean_t = np.bincount(index, t, minlength=len(used)) / count
    mean_y = np.bincount(index, y, minlength=len(used)) / count
    variance = np.bincount(index, (y - mean_y[index]) ** 2, minlength=len(used)) / count
    return Binned(mean_t, mean_y, count, variance)
