"""A sweep: how the result goes with each setting of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.comparing.settings import is_seed
from analyzer.stats.correlation import spearman

# Runs: up to here a rank correlation is mostly chance (its error is 1 / sqrt(n - 1), .23 at 20).
SWEEP = 20
_LEVELS = 3  # different values of a setting: with two there is no rank to speak of


@dataclass(frozen=True)
class Correlation:
    """Rank correlation of a setting with the best value.

    ``chance`` allows for how many settings were looked at.
    """

    setting: str
    rho: float
    chance: float
    runs: int


def correlations(
    values: Sequence[float | None], settings: Sequence[Mapping[str, Any]]
) -> tuple[Correlation, ...]:
    """Return the rank correlation of each numeric setting with the best value, strongest first.

    None up to 20 runs.

    The probability that chance alone does as much is multiplied by the number of settings left to
    look at (Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J.
    Stat. 6(2)).
    """
    found = []
    for key in dict.fromkeys(key for setting in settings for key in setting):
        rows = [
            (setting[key], value)
            for setting, value in zip(settings, values, strict=True)
            if key in setting
        ]
        numbers = [
            pair
            for pair in rows
            if isinstance(pair[0], int | float) and not isinstance(pair[0], bool)
        ]
        pairs = [(float(setting), value) for setting, value in numbers if value is not None]
        if is_seed(key) or len(pairs) <= SWEEP or len({setting for setting, _ in pairs}) < _LEVELS:
            continue
        x, y = (np.array(column) for column in zip(*pairs, strict=True))
        found.append((*spearman(x, y), key, len(pairs)))
    found.sort(key=lambda item: item[1])
    out, worst = [], 0.0
    for place, (rho, chance, key, runs) in enumerate(found):
        worst = max(worst, min(1.0, chance * (len(found) - place)))
        out.append(Correlation(key, rho, worst, runs))
    return tuple(out)
