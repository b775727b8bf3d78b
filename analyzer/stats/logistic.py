"""The logistic curve: a probability from a margin."""

from __future__ import annotations

import numpy as np

_LARGEST_SCORE = 500.0  # exp of it is still finite


def logistic(margin: float, slope: float, intercept: float) -> float:
    """Return 1 / (1 + exp(-(slope * margin + intercept)))."""
    score = np.clip(slope * margin + intercept, -_LARGEST_SCORE, _LARGEST_SCORE)
    return float(1 / (1 + np.exp(-score)))
