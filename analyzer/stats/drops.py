"""Drops of a schedule: where a learning rate falls by a step, as against the slope of a smooth decay."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats

DROP = 0.7  # of the value before: schedules by steps multiply by .1, .2, .5 or, at the gentlest, .7
CALM = 0.1  # of the drop: what may change just before and after it; a smooth decay changes as much there


def step_drops(value: Floats) -> npt.NDArray[np.intp]:
    """Return the indices at which a positive series has just fallen by a step. Shapes: (n,) -> (drops,)."""
    if len(value) < 2 or not (value > 0).all():
        return np.array([], dtype=np.intp)
    fall = -np.diff(np.log(value))
    before, after = np.abs(np.r_[0.0, fall[:-1]]), np.abs(np.r_[fall[1:], 0.0])
    found = (fall >= -np.log(DROP) * (1 - 1e-9)) & (np.maximum(before, after) <= CALM * fall)
    return np.flatnonzero(found) + 1
