"""Bootstrap interval of the difference of two means, corrected for small samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, stdtrit

from analyzer.stats.arrays import Floats

RESAMPLES = 9999
LEVEL = 0.95
_ROUNDING = 1e-6  # share of the values: a smaller spread is float32 rounding of the log
_POOLED = 2  # so few numbers cannot show their own spread
# Numbers in both samples: above it the means are as good as normal, so resampling costs time
# without changing the interval. An untested round number.
_MANY = 500
_TOGETHER = 1 << 17  # numbers drawn at once: an untested round number that keeps memory low
# Resamples beyond a quantile: with fewer, the tails are too light (.938 at 6 pairs). No level lies
# exactly on this limit, so it does not matter on which side it would count.
_FEWEST = 50


@dataclass(frozen=True)
class Difference:
    """The difference of two means (second minus first) with its ``LEVEL`` confidence interval.

    ``low`` and ``high`` are None if no sample contains two different numbers: the spread of a
    repeat is then unknown. ``paired`` marks the mean difference of pairs.
    """

    value: float
    low: float | None
    high: float | None
    paired: bool = False


class _Spread(NamedTuple):
    """The variances of the two means, and their degrees of freedom."""

    variances: list[float]
    freedom: float


@np.errstate(over="ignore", invalid="ignore")
def mean_difference(first: Floats, second: Floats, *, seed: int = 0) -> Difference:
    """Return mean(second) - mean(first) with its interval. Shapes: (n,), (m,), neither empty.

    Expanded percentile bootstrap: with few numbers the plain one is too narrow, because a resample
    varies by sqrt((n - 1) / n) too little and the normal quantile ignores how poorly the spread is
    known. The level is therefore raised to that of Student's t with Welch's degrees of freedom.
    Student's interval itself is returned if that level lies among the last resamples, if both
    samples have more than 500 numbers, whose means are as good as normal, or if a sample has two
    numbers or fewer; the samples are then assumed to vary alike.

    References
    ----------
    Hesterberg, T. C. (2015). What teachers should know about the bootstrap. The American
    Statistician 69(4). DOI 10.1080/00031305.2015.1089789.
    """
    value = float(second.mean() - first.mean())
    counts = [len(first), len(second)]
    if max(counts) < 2:
        return Difference(value, None, None)
    few = min(counts) <= _POOLED
    spread = _pooled(first, second) if few else _welch(first, second)
    error = float(np.sqrt(sum(spread.variances)))
    if not _is_measurable(error, first, second):
        return Difference(value, None, None)
    quantile = float(stdtrit(spread.freedom, 0.5 + LEVEL / 2))
    share = float(ndtr(-quantile * _narrowness(spread.variances, counts)))
    if few or min(counts) > _MANY or share * RESAMPLES < _FEWEST:
        return Difference(value, value - quantile * error, value + quantile * error)
    rng = np.random.default_rng(seed)
    low, high = np.quantile(_means(second, rng) - _means(first, rng), [share, 1 - share])
    return Difference(value, float(low), float(high))


@np.errstate(over="ignore", invalid="ignore")
def paired_difference(first: Floats, second: Floats, *, seed: int = 0) -> Difference:
    """Return the mean of second - first with its interval, over pairs of runs with the same seed.

    What the seed draws (rows, initial weights, order) moves both numbers of a pair and cancels in
    their difference, which narrows the interval. If a seed moves each number in its own way, the
    interval still covers the truth. Its level is raised as in ``mean_difference``, to that of
    Student's t with n - 1 degrees of freedom. Shapes: (n,), (n,).
    """
    moved = second - first
    count, value = len(moved), float(moved.mean())
    error = float(moved.std(ddof=1)) / np.sqrt(count) if count > 1 else 0.0
    if not _is_measurable(error, first, second):
        return Difference(value, None, None, paired=True)
    quantile = float(stdtrit(count - 1, 0.5 + LEVEL / 2))
    share = float(ndtr(-quantile * np.sqrt(count / (count - 1))))
    if share * RESAMPLES < _FEWEST:
        return Difference(value, value - quantile * error, value + quantile * error, paired=True)
    low, high = np.quantile(_means(moved, np.random.default_rng(seed)), [share, 1 - share])
    return Difference(value, float(low), float(high), paired=True)


def _is_measurable(error: float, first: Floats, second: Floats) -> bool:
    """Say whether a standard error is larger than rounding and did not overflow when squared."""
    size = float(max(np.abs(first).max(), np.abs(second).max()))
    return _ROUNDING * size < error < np.inf


def _means(values: Floats, rng: np.random.Generator) -> Floats:
    """Return the means of resamples of the same size. Shapes: (n,) -> (RESAMPLES,).

    They are drawn a few at a time: all of a thousand numbers together would take 160 MB.
    """
    size = max(1, _TOGETHER // len(values))
    means = []
    for start in range(0, RESAMPLES, size):
        shape = min(size, RESAMPLES - start), len(values)
        means.append(values[rng.integers(0, len(values), shape)].mean(axis=1))
    found: Floats = np.concatenate(means)
    return found


def _pooled(first: Floats, second: Floats) -> _Spread:
    """Return the spread of two samples that are assumed to vary alike."""
    samples = (first, second)
    freedom = len(first) + len(second) - 2
    squares = sum(float(((sample - sample.mean()) ** 2).sum()) for sample in samples)
    return _Spread([squares / freedom / len(sample) for sample in samples], float(freedom))


def _welch(first: Floats, second: Floats) -> _Spread:
    """Return the spread of two samples with variances of their own."""
    samples = (first, second)
    variances = [float(sample.var(ddof=1)) / len(sample) for sample in samples]
    below = 0.0
    for variance, sample in zip(variances, samples, strict=True):
        below += variance**2 / (len(sample) - 1)
    return _Spread(variances, sum(variances) ** 2 / below if below else 1.0)


def _narrowness(variances: list[float], counts: list[int]) -> float:
    """Return the factor by which a resampled difference varies too little."""
    drawn = 0.0
    for variance, count in zip(variances, counts, strict=True):
        drawn += variance * (count - 1) / count
    return float(np.sqrt(sum(variances) / drawn)) if drawn else 1.0
