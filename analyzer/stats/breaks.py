"""Where a curve jumps in one step and stays: no smoother may pass such a place."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats, Ints
from analyzer.stats.levels import jitter_of

_AROUND = 3  # points on either side that say what is usual
_TIMES = 4.0  # a jump is this much larger than any step around it: noise and falls are not
_STAYS = 0.5  # of a jump is left in the medians of both sides: else it is a single point
_LEAST = 0.05  # in log units 5 %: smaller jumps mislead no smoother
_NOISE = 6.0  # of the noise of all points: no luck goes so far


def breaks(y: Floats) -> Ints:
    """Return the indices of the first points after a jump, in order; none below 6 points.

    A jump is larger than 5 %, than six times the noise, and than four times every other step among
    the three points before it and the three after it, and half of it stays. Shape of y: (n,), on a
    scale on which errors are relative.
    """
    n = len(y)
    if n < 2 * _AROUND:
        return np.empty(0, dtype=np.int64)
    steps = np.abs(np.diff(y))
    width = 2 * _AROUND - 1
    padded = np.concatenate([np.zeros(_AROUND - 1), steps, np.zeros(_AROUND - 1)])
    around = np.lib.stride_tricks.sliding_window_view(padded, width).copy()
    around[:, _AROUND - 1] = 0.0
    least = max(_LEAST, _NOISE * jitter_of(y))
    is_large = (steps > least) & (steps > _TIMES * around.max(axis=1))
    found = [
        at
        for at in np.flatnonzero(is_large) + 1
        if 2 <= at <= n - 2
        and abs(np.median(y[at : at + _AROUND]) - np.median(y[max(0, at - _AROUND) : at]))
        > _STAYS * steps[at - 1]
    ]
    return np.array(found, dtype=np.int64)
