"""Whether a log begins in the middle of the training."""

from __future__ import annotations

import numpy as np

from analyzer.model.series import Curve


def begins_late(curve: Curve) -> bool:
    """Say whether more was trained before the first point of a curve than the curve shows.

    Then its first value is not that of an untrained model. Steps and epochs may count from 1.
    """
    first, last = int(curve.step[0]), int(curve.step[-1])
    if first - 1 > last - first:
        return True
    epoch = curve.epoch[np.isfinite(curve.epoch)]
    return bool(len(epoch) and epoch[0] - 1 > epoch[-1] - epoch[0])
