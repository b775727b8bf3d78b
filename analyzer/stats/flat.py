"""How flat the end of a curve is: the band in which its last stretch stays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats
from analyzer.stats.levels import running_median, tail_of

LAST = 1 / 3  # of the run: a shorter flat end is ordinary convergence


def last_band(t: Floats, y: Floats, *, last: float = LAST) -> float:
    """Return the highest minus the lowest running median over the last share of a curve. Shapes: (n,), (n,).

    The medians are those of a level: 5 % of the points, at least three, so that jitter is not taken for change.
    """
    start = int(np.searchsorted(t, t[-1] - last * (t[-1] - t[0])))
    return float(np.ptp(levels_along(y)[start:]))


def levels_along(y: Floats) -> Floats:
    """Return the level at every point: the running median over 5 % of the points, at least three."""
    return running_median(y, tail_of(len(y)))


def entries(y: Floats, widths: Floats) -> npt.NDArray[np.intp]:
    """Return, for each width, the first index from which y stays within a band of that width to its end.

    Shapes: (n,), (k,) -> (k,).
    """
    backwards = y[::-1]
    band = (np.maximum.accumulate(backwards) - np.minimum.accumulate(backwards))[
        ::-1
    ]  # falls along the curve
    found: npt.NDArray[np.intp] = np.argmax(band[None, :] <= widths[:, None], axis=1)
    return found
