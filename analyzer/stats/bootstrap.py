"""How sure the difference of two means is: a bootstrap interval that small samples do not fool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from analyzer.stats.arrays import Floats

RESAMPLES = 9999
LEVEL = 0.95
_ROUNDING = 1e-6  # of the values: what varies by less varies by the rounding of float32, in which most logs are written
_POOLED = 2  # numbers: so few do not tell how much they vary themselves
_FEWEST = 50  # resamples beyond a quantile: where fewer are, the tails of so few numbers are too light (.938 at 6 pairs)


@dataclass(frozen=True)
class Difference:
    """The difference of two means (second minus first) and the interval that holds the true one at ``LEVEL``.

    ``low`` and ``high`` are None where no sample holds two different numbers: then nothing tells how much a repeat
    would differ. ``paired`` says whether it is the mean difference of pairs.
    """

    value: float
    low: float | None
    high: float | None
    paired: bool = False


@np.errstate(over="ignore", invalid="ignore")
def mean_difference(first: Floats, second: Floats, *, seed: int = 0) -> Difference:
    """Return mean(second) - mean(first) with its interval. Shapes: (n,), (m,); both hold at least one number.

    Expanded percentile bootstrap: with few numbers the plain one is too narrow, since a resample varies by
    sqrt((n - 1) / n) too little and the normal quantile ignores how badly the spread is known; so the level is raised
    to that of Student's t at the degrees of freedom of Welch (Hesterberg, T. C. (2015). What teachers should know about
    the bootstrap. The American Statistician 69(4). DOI 10.1080/00031305.2015.1089789). Where that level lies in the
    last resamples, or one sample holds a single number, Student's interval itself is returned; a single number is taken
    to vary as the other sample does.
    """
    value = float(second.mean() - first.mean())
    counts = [len(first), len(second)]
    if max(counts) < 2:
        return Difference(value, None, None)
    parts, freedom = _pooled(first, second) if min(counts) <= _POOLED else _welch(first, second)
    error = float(np.sqrt(sum(parts)))
    if (
        not _ROUNDING * _size(first, second) < error < np.inf
    ):  # equal but for rounding, or too large to square
        return Difference(value, None, None)
    quantile = float(stdtrit(freedom, 0.5 + LEVEL / 2))
    share = float(ndtr(-quantile * _narrowness(parts, counts)))
    if min(counts) <= _POOLED or share * RESAMPLES < _FEWEST:
        return Difference(value, value - quantile * error, value + quantile * error)
    rng = np.random.default_rng(seed)
    low, high = np.quantile(_means(second, rng) - _means(first, rng), [share, 1 - share])
    return Difference(value, float(low), float(high))


@np.errstate(over="ignore", invalid="ignore")
def paired_difference(first: Floats, second: Floats, *, seed: int = 0) -> Difference:
    """Return the mean of second - first with its interval, by pairs that one seed drew. Shapes: (n,), (n,).

    What the seed draws (rows, first weights, order) moves both numbers of a pair and leaves their difference: by that
    the interval is narrower, and where a seed moves each in its own way it still holds the truth. Its level is raised
    as in ``mean_difference``, to that of Student's t at n - 1 degrees of freedom.
    """
    moved = second - first
    count, value = len(moved), float(moved.mean())
    error = float(moved.std(ddof=1)) / np.sqrt(count) if count > 1 else 0.0
    if (
        not _ROUNDING * _size(first, second) < error < np.inf
    ):  # all moved alike: nothing tells how another pair would
        return Difference(value, None, None, paired=True)
    quantile = float(stdtrit(count - 1, 0.5 + LEVEL / 2))
    share = float(ndtr(-quantile * np.sqrt(count / (count - 1))))
    if share * RESAMPLES < _FEWEST:
        return Difference(value, value - quantile * error, value + quantile * error, paired=True)
    low, high = np.quantile(_means(moved, np.random.default_rng(seed)), [share, 1 - share])
    return Difference(value, float(low), float(high), paired=True)


def _size(first: Floats, second: Floats) -> float:
    return float(max(np.abs(first).max(), np.abs(second).max()))


def _means(values: Floats, rng: np.random.Generator) -> Floats:
    """Return the means of RESAMPLES samples drawn from some values, as many as there are."""
    means: Floats = values[rng.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    return means


def _pooled(first: Floats, second: Floats) -> tuple[list[float], float]:
    """Return the variance of each mean and the degrees of freedom, where both samples are taken to vary alike."""
    freedom = len(first) + len(second) - 2
    squares = sum(float(((one - one.mean()) ** 2).sum()) for one in (first, second))
    return [squares / freedom / len(one) for one in (first, second)], float(freedom)


def _welch(first: Floats, second: Floats) -> tuple[list[float], float]:
    """Return the variance of each mean and the degrees of freedom, where each sample varies in its own way."""
    parts = [float(one.var(ddof=1)) / len(one) for one in (first, second)]
    below = sum(part**2 / (len(one) - 1) for part, one in zip(parts, (first, second), strict=True))
    return parts, sum(parts) ** 2 / below if below else 1.0


def _narrowness(parts: list[float], counts: list[int]) -> float:
    """Return by how much a resampled difference varies too little: each mean by sqrt((n - 1) / n)."""
    drawn = sum(part * (count - 1) / count for part, count in zip(parts, counts, strict=True))
    return float(np.sqrt(sum(parts) / drawn)) if drawn else 1.0
