"""What is left of the learning rate at the end of a run."""

from __future__ import annotations

import numpy as np

from analyzer.model.run import Run


def rate_left(run: Run) -> float | None:
    """Return the last learning rate as a share of the highest, None if no curve of it was logged.

    Of several rates (groups of parameters), the one that kept most counts.
    """
    rates = [
        series.value[np.isfinite(series.value) & series.counted]
        for series in run.series
        if series.metric == "lr"
    ]
    left = [float(rate[-1] / rate.max()) for rate in rates if len(rate) > 1 and rate.max() > 0]
    return max(left, default=None)
