"""What is left of the learning rate at the end of a run, and what it can still move."""

from __future__ import annotations

import numpy as np

from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def rate_left(run: Run) -> float | None:
    """Return the last learning rate as a share of the highest, None if no curve of it was logged.

    Of several rates (groups of parameters), the one that kept most counts.
    """
    left = [float(rate[-1] / rate.max()) for rate in _rates(run)]
    return max(left, default=None)


def rate_ahead(run: Run) -> float:
    """Return the last learning rate as a share of its mean over the last half of the log.

    It says how much of what the loss did lately as many epochs at the last rate could repeat: 1 if
    no rate was logged, and at most 1. Of several rates, the one that kept most counts.
    """
    ahead = []
    for rate in _rates(run):
        usual = float(rate[len(rate) // 2 :].mean())
        ahead.append(float(rate[-1]) / usual if usual > 0 else 0.0)
    return min(max(ahead, default=1.0), 1.0)


def _rates(run: Run) -> list[Floats]:
    """Return every logged learning rate with two values and one above 0, each (points,)."""
    rates = [
        series.value[np.isfinite(series.value) & series.counted]
        for series in run.series
        if series.metric == "lr"
    ]
    return [rate for rate in rates if len(rate) > 1 and rate.max() > 0]
