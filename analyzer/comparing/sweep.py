"""A sweep: how the result depends on each setting of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

import numpy as np

from analyzer.comparing.roles import is_seed
from analyzer.stats.arrays import Floats
from analyzer.stats.correlation import Valley, spearman, valley

# In runs: up to here a rank correlation is mostly chance (its error is 1 / sqrt(n - 1), .23 at 20).
SWEEP = 20
_CHANCE = 0.05  # of a valley by chance, for all settings together
_LEVELS = 3  # different values of a setting: with two, a rank correlation means little


@dataclass(frozen=True)
class Correlation:
    """The rank correlation of a setting with the best value.

    ``chance`` is the probability that chance alone does as much, given how many settings there are.
    ``best_inside`` is the value of the setting with the best mean if it lies inside the range, and
    lower and higher values are worse beyond chance; a rank correlation does not show that.
    """

    setting: str
    rho: float
    chance: float
    runs: int
    best_inside: float | None = None


def correlations(
    values: Sequence[float | None],
    settings: Sequence[Mapping[str, Any]],
    *,
    lower_is_better: bool = True,
) -> tuple[Correlation, ...]:
    """Return the rank correlation of each numeric setting with the best value, strongest first.

    There are none up to 20 runs. The probability of chance is multiplied by the number of settings
    that are left (Holm, S. (1979). A simple sequentially rejective multiple test procedure.
    Scandinavian Journal of Statistics 6(2)).
    """
    found: list[Correlation] = []
    insides: dict[str, Valley] = {}
    for key in dict.fromkeys(key for run in settings for key in run):
        pairs = None if is_seed(key) else _pairs(key, values, settings)
        if pairs is None:
            continue
        x, y = pairs
        rho, chance = spearman(x, y)
        found.append(Correlation(key, rho, chance, len(x)))
        inside = valley(x, y if lower_is_better else -y)
        if inside is not None:
            insides[key] = inside
    found.sort(key=attrgetter("chance"))
    corrected, worst = [], 0.0
    for place, correlation in enumerate(found):
        worst = max(worst, min(1.0, correlation.chance * (len(found) - place)))
        inside = insides.get(correlation.setting)
        is_sure = inside is not None and inside.chance * len(found) < _CHANCE
        corrected.append(
            replace(
                correlation,
                chance=worst,
                best_inside=inside.best if inside is not None and is_sure else None,
            )
        )
    return tuple(corrected)


def _pairs(
    key: str, values: Sequence[float | None], settings: Sequence[Mapping[str, Any]]
) -> tuple[Floats, Floats] | None:
    """Return a numeric setting and the values of its runs, None for too few numbers."""
    x, y = [], []
    for run, value in zip(settings, values, strict=True):
        setting = run.get(key)
        if value is None or not isinstance(setting, int | float) or isinstance(setting, bool):
            continue
        x.append(float(setting))
        y.append(value)
    if len(x) <= SWEEP or len(set(x)) < _LEVELS:
        return None
    return np.array(x), np.array(y)
