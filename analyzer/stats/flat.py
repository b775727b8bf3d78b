"""Measure how flat the end of a curve is: the band that its last stretch stays in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats
from analyzer.stats.levels import running_median, tail_of
from analyzer.stats.median import median

LAST = 1 / 3  # of the run: a shorter flat end is ordinary convergence


def last_band(t: Floats, y: Floats, *, last: float = LAST) -> float:
    """Return the range of the running median over the last share of a curve, in units of y.

    The medians are those of ``levels_along``, so that jitter does not count as change.
    Shapes: (n,), (n,).
    """
    start = int(np.searchsorted(t, t[-1] - last * (t[-1] - t[0])))
    return float(np.ptp(levels_along(y)[start:]))


def levels_along(y: Floats) -> Floats:
    """Return the running median over 5 % of the points, at least three. Shapes: (n,) -> (n,)."""
    return running_median(y, tail_of(len(y)))


def is_no_better(y: Floats, half: int) -> bool:
    """Say whether the second half of a cost, from index ``half`` on, brought no new best level."""
    return median(y[half:]) >= float(levels_along(y)[:half].min())


def entries(y: Floats, widths: Floats) -> npt.NDArray[np.intp]:
    """Return, for each width, the index at which y enters a band that it stays in to its end.

    Shapes: (n,), (k,) -> (k,).
    """
    backwards = y[::-1]
    from_end = np.maximum.accumulate(backwards) - np.minimum.accumulate(backwards)
    band = from_end[::-1]  # the range of the rest of the curve at each point
    found: npt.NDArray[np.intp] = np.argmax(band[None, :] <= widths[:, None], axis=1)
    return found
