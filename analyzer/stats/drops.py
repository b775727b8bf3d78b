"""Find the drops of a step schedule, as opposed to the slope of a smooth decay."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats

DROP = 0.7  # of the value before: step schedules multiply by .1, .2, .5 or, at the gentlest, .7
CALM = 0.1  # of the drop: largest change just before and after; a smooth decay changes by more


def step_drops(value: Floats) -> npt.NDArray[np.intp]:
    """Return the indices at which a positive series has just dropped. Shapes: (n,) -> (drops,).

    A series with a value of 0 or less has no drops.
    """
    if len(value) < 2 or not (value > 0).all():
        return np.array([], dtype=np.intp)
    fall = -np.diff(np.log(value))
    before, after = np.abs(np.r_[0.0, fall[:-1]]), np.abs(np.r_[fall[1:], 0.0])
    is_drop = fall >= -np.log(DROP) * (1 - 1e-9)
    is_calm = np.maximum(before, after) <= CALM * fall
    return np.flatnonzero(is_drop & is_calm) + 1
