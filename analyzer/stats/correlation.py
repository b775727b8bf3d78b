"""Rank correlation: whether a result rises or falls with a setting, whatever the curve's shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats


class Correlation(NamedTuple):
    """A rank correlation from -1 to 1, and its two-sided p-value."""

    rho: float
    chance: float


def spearman(x: Floats, y: Floats) -> Correlation:
    """Return Spearman's rank correlation with its two-sided p-value by Student's t.

    Ties get their mean rank. The t approximation with n - 2 degrees of freedom is good above 20
    points. (0, 1) with fewer than three points, or if x or y does not vary. Shapes: (n,), (n,).

    References
    ----------
    Spearman, C. (1904). The proof and measurement of association between two things. Am. J.
    Psychol. 15(1). DOI 10.2307/1412159.
    """
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Correlation(0.0, 1.0)
    rho = float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])
    if abs(rho) >= 1 - 1e-12:
        return Correlation(float(np.sign(rho)), 0.0)
    stdtr = student_t()
    t = abs(rho) * np.sqrt((len(x) - 2) / (1 - rho**2))
    return Correlation(rho, float(2 * stdtr(len(x) - 2, -t)))


def student_t() -> Callable[[int, float], float]:
    """Import and return Student's distribution, which many a check never needs."""
    from scipy.special import stdtr

    student: Callable[[int, float], float] = stdtr
    return student


def _ranks(values: Floats) -> Floats:
    """Return ranks from 1; equal values share the mean of their ranks."""
    _, index, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: Floats = (last - (count - 1) / 2)[index]
    return ranks
