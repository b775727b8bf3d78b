"""Notice values so large or small that sums, squares or ratios of them leave the range of floats.

A loss of 1e308 is a point like any other, but what is computed from two of them is infinite or NaN.
Such a number is never a result: the check that met it is skipped, and the fact is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from analyzer import metrics
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

LARGEST, SMALLEST = 1e150, 1e-150  # whose squares are still normal floats
LONGEST = 2.0**62  # epochs; no step is larger either


def is_extreme(run: Run) -> bool:
    """Say whether a loss or score has values, or epochs, that floats cannot be computed with."""
    judged = [series for series in run.series if metrics.kind(series.metric) is not None]
    epochs = {id(series.epoch): series.epoch for series in judged}
    if any(_largest(epoch) > LONGEST for epoch in epochs.values()):
        return True
    for series in judged:
        largest = _largest(series.value)
        if largest > LARGEST or 0 < largest < SMALLEST:
            return True
    return False


def _largest(values: Floats) -> float:
    """Return the largest size of the finite values, 0 without any."""
    if not len(values):
        return 0.0
    largest = max(float(values.max()), -float(values.min()))
    if math.isfinite(largest):
        return largest
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0))


def has_overflow(values: Mapping[str, Any]) -> bool:
    """Say whether one of some numbers is infinite or NaN."""
    return any(isinstance(value, float) and not math.isfinite(value) for value in values.values())
