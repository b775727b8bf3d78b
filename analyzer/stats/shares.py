"""Shares of counted examples with their intervals: Wilson's, and of F1 by a bootstrap."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Ints

_Z = 1.959964  # of the 97.5th percentile of the normal distribution
_DRAWS = 2000


class Interval(NamedTuple):
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(share: float, examples: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of some examples.

    Wilson, E. B. (1927). Probable inference. JASA 22(158), doi:10.1080/01621459.1927.10502953.
    """
    spread = _Z * (share * (1 - share) / examples + _Z**2 / (4 * examples**2)) ** 0.5
    middle, scale = share + _Z**2 / (2 * examples), 1 + _Z**2 / examples
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def share_of(part: int, whole: int) -> Interval:
    """Return a share with Wilson's interval; NaN, from 0 to 1, if nothing was counted."""
    if not whole:
        return Interval(float("nan"), 0.0, 1.0)
    return Interval(part / whole, *wilson(part / whole, whole))


def counted(truth: Ints, predicted: Ints, classes: int) -> Ints:
    """Return how often each class (row) was taken for each (column)."""
    counts = np.bincount(truth * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)


def f1_interval(right: int, predicted: int, true: int, examples: int, *, seed: int = 0) -> Interval:
    """Return F1 of one class with the interval of 2,000 bootstrap samples of the examples.

    ``right`` examples were taken for the class and are of it, ``predicted`` were taken for it,
    ``true`` are of it.
    """
    if not predicted + true:
        return Interval(float("nan"), 0.0, 1.0)
    parts = np.array([right, predicted - right, true - right], dtype=np.float64)
    rest = max(examples - parts.sum(), 0.0)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(examples, np.append(parts, rest) / (parts.sum() + rest), size=_DRAWS)
    both = 2 * drawn[:, 0]
    whole = both + drawn[:, 1] + drawn[:, 2]
    values = (both / np.maximum(whole, 1))[whole > 0]
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(2 * right / (predicted + true), float(low), float(high))
