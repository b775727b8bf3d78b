"""How far a curve scatters around its course, and whether successive deviations are related."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.stats.levels import running_median

FEWEST = 8  # points
_WIDTH = 11  # points of the running median that stands for the course
_TO_DEVIATION = 1.4826  # from the median absolute deviation to the standard deviation of a normal
_CHANCE = 0.003
_CLIP = 4.0  # standard deviations: a single spike decides no correlation


class Scatter(NamedTuple):
    """Standard deviation around the course, level, and the correlation of successive deviations."""

    deviation: float
    level: float
    correlation: float


def scatter_of(value: Floats) -> Scatter | None:
    """Return how finite values scatter around their running median; None with too few values.

    Shapes: (n,). White noise has a correlation of about -0.1, since the median follows it a little;
    a swing over several points has a positive one, and values that alternate a negative one.
    """
    if len(value) < FEWEST:
        return None
    rest = deviations_of(value)
    deviation = _TO_DEVIATION * float(np.median(np.abs(rest)))
    level = float(np.median(value))
    if deviation <= 0:
        return Scatter(0.0, level, 0.0)
    clipped = rest.clip(-_CLIP * deviation, _CLIP * deviation)
    power = float(np.mean(clipped**2))
    return Scatter(deviation, level, float(np.mean(clipped[1:] * clipped[:-1])) / power)


def deviations_of(value: Floats) -> Floats:
    """Return finite values less their running median, shape (n,)."""
    width = min(_WIDTH, max(1, (len(value) // 2) * 2 - 1))
    return value - running_median(value, width)


def move_together(train: Floats, held_out: Floats) -> bool:
    """Say whether two curves at the same points deviate from their courses together.

    A training loss may be the mean over an epoch, at whose end validation is evaluated, so that it
    resembles the evaluation before it. One correlation of the two must be beyond chance.
    Shapes: (n,), (n,).
    """
    from analyzer.stats.correlation import spearman  # loads scipy

    first, second = deviations_of(train), deviations_of(held_out)
    pairs = (spearman(first, second), spearman(first[1:], second[:-1]))
    return any(pair.rho > 0 and pair.chance < _CHANCE for pair in pairs)
