"""Rank correlation: whether a result goes up or down with a setting, whatever the shape of the curve between them."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from analyzer.stats.arrays import Floats


def spearman(x: Floats, y: Floats) -> tuple[float, float]:
    """Return Spearman's rank correlation, ties at their mean rank, and its two-sided probability by Student's t.

    Spearman, C. (1904). The proof and measurement of association between two things. Am. J. Psychol. 15(1). The t of
    n - 2 degrees is good above 20 points. (0, 1) where one of them does not vary. Shapes: (n,), (n,).
    """
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0, 1.0
    rho = float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])
    if abs(rho) >= 1 - 1e-12:
        return float(np.sign(rho)), 0.0
    t = abs(rho) * np.sqrt((len(x) - 2) / (1 - rho**2))
    return rho, float(2 * stdtr(len(x) - 2, -t))


def _ranks(values: Floats) -> Floats:
    """Return ranks from 1, the mean of their places for equal values."""
    _, index, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: Floats = (last - (count - 1) / 2)[index]
    return ranks
