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

LARGEST, SMALLEST = 1e150, 1e-150  # whose squares are still normal floats
LONGEST = 2.0**62  # epochs; no step is larger either


def is_extreme(run: Run) -> bool:
    """Say whether a loss or score has values, or epochs, that floats cannot be computed with."""
    for series in run.series:
        if metrics.kind(series.metric) is None:
            continue
        epoch = np.abs(series.epoch[np.isfinite(series.epoch)])
        if float(epoch.max(initial=0.0)) > LONGEST:
            return True
        size = np.abs(series.value[np.isfinite(series.value)])
        largest = float(size.max(initial=0.0))
        if largest > LARGEST or 0 < largest < SMALLEST:
            return True
    return False


def has_overflow(values: Mapping[str, Any]) -> bool:
    """Say whether one of some numbers is infinite or NaN."""
    return any(isinstance(value, float) and not math.isfinite(value) for value in values.values())
