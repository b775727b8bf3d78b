"""A sweep: how the result depends on each setting of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from analyzer.comparing.roles import is_seed
from analyzer.stats.correlation import spearman

# In runs: up to here a rank correlation is mostly chance (its error is 1 / sqrt(n - 1), .23 at 20).
SWEEP = 20
_LEVELS = 3  # different values of a setting: with two, a rank correlation means little


@dataclass(frozen=True)
class Correlation:
    """The rank correlation of a setting with the best value.

    ``chance`` is the probability that chance alone does as much, given how many settings there are.
    """

    setting: str
    rho: float
    chance: float
    runs: int


def correlations(
    values: Sequence[float | None], settings: Sequence[Mapping[str, Any]]
) -> tuple[Correlation, ...]:
    """Return the rank correlation of each numeric setting with the best value, strongest first.

    There are none up to 20 runs. The probability of chance is multiplied by the number of settings
    that are left (Holm, S. (1979). A simple sequentially rejective multiple test procedure.
    Scandinavian Journal of Statistics 6(2)).
    """
    found = []
    for key in dict.fromkeys(key for run in settings for key in run):
        correlation = None if is_seed(key) else _correlation(key, values, settings)
        if correlation is not None:
            found.append(correlation)
    found.sort(key=attrgetter("chance"))
    corrected, worst = [], 0.0
    for place, correlation in enumerate(found):
        worst = max(worst, min(1.0, correlation.chance * (len(found) - place)))
        corrected.append(Correlation(correlation.setting, correlation.rho, worst, correlation.runs))
    return tuple(corrected)


def _correlation(
    key: str, values: Sequence[float | None], settings: Sequence[Mapping[str, Any]]
) -> Correlation | None:
    """Return the correlation of one setting before any correction, None for too few numbers."""
    x, y = [], []
    for run, value in zip(settings, values, strict=True):
        setting = run.get(key)
        if value is None or not isinstance(setting, int | float) or isinstance(setting, bool):
            continue
        x.append(float(setting))
        y.append(value)
    if len(x) <= SWEEP or len(set(x)) < _LEVELS:
        return None
    rho, chance = spearman(np.array(x), np.array(y))
    return Correlation(key, rho, chance, len(x))
