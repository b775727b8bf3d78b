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
    rho = float(np.corrcoef(ranks(x), ranks(y))[0, 1])
    if abs(rho) >= 1 - 1e-12:
        return Correlation(float(np.sign(rho)), 0.0)
    stdtr = student_t()
    t = abs(rho) * np.sqrt((len(x) - 2) / (1 - rho**2))
    return Correlation(rho, float(2 * stdtr(len(x) - 2, -t)))


class Valley(NamedTuple):
    """The value of x where y is lowest inside its range, and the p-value of the valley."""

    best: float
    chance: float


def valley(x: Floats, y: Floats) -> Valley | None:
    """Return the valley of y over x, None if y is lowest at an end of x or no valley is there.

    A parabola through ranks must open upwards, with its vertex inside; the p-value is that of its
    quadratic term (Student's t). The best x is the one with the lowest median of y, which must not
    be an end either. Up to it y must fall and from it y must rise: the p-value is the largest of
    the three, since a curve that falls and then flattens bends upwards too. Of ranks, since x is
    often spread over decades, and one bad run is no valley. Shapes: (n,), (n,).
    """
    levels, place = np.unique(x, return_inverse=True)
    if len(levels) < 3 or len(x) < 6 or np.ptp(y) == 0:
        return None
    at = place / (len(levels) - 1) - 0.5
    ranked = ranks(y)
    design = np.stack([np.ones(len(x)), at, at**2], axis=1)
    fitted, *_ = np.linalg.lstsq(design, ranked, rcond=None)
    best = int(np.argmin([np.median(y[place == level]) for level in range(len(levels))]))
    _, slope, bend = fitted.tolist()
    if bend <= 0 or not abs(slope) < bend or best in (0, len(levels) - 1):
        return None
    before, after = x <= levels[best], x >= levels[best]
    falls, rises = spearman(x[before], y[before]), spearman(x[after], y[after])
    if falls.rho >= 0 or rises.rho <= 0:
        return None
    chance = _chance_of_bend(design, ranked - design @ fitted, bend)
    return Valley(float(levels[best]), max(chance, falls.chance, rises.chance))


def _chance_of_bend(design: Floats, residuals: Floats, bend: float) -> float:
    """Return the p-value of a quadratic term; 0 if the parabola goes through all points."""
    freedom = len(design) - 3
    spread = float(residuals @ residuals) / freedom * np.linalg.inv(design.T @ design)[2, 2]
    if spread <= 0:
        return 0.0
    return float(2 * student_t()(freedom, -bend / np.sqrt(spread)))


def student_t() -> Callable[[int, float], float]:
    """Import and return Student's distribution, which many a check never needs."""
    from scipy.special import stdtr

    student: Callable[[int, float], float] = stdtr
    return student


def ranks(values: Floats) -> Floats:
    """Return ranks from 1; equal values share the mean of their ranks."""
    _, index, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: Floats = (last - (count - 1) / 2)[index]
    return ranks
