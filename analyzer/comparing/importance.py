"""Which settings of a sweep matter for its result, by a random forest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from analyzer.comparing.repeats import varying
from analyzer.comparing.roles import alike, is_cause, is_seed
from analyzer.stats.arrays import Floats
from analyzer.stats.forest import Weight, weights

FOREST = 30  # groups of repeats: up to here a tree sees too few to tell settings apart
_KINDS = 20  # values of a text that are told apart: more are names

Grow = Callable[[Sequence[Floats], Floats], list[Weight]]  # as ``stats.forest.weights``


@dataclass(frozen=True)
class Importance:
    """How much a setting matters: the share of the variance of the result that goes with it.

    ``low`` and ``high`` are its 95 % interval over trees. ``chance`` is the probability that a
    setting without effect does as much, given how many settings there are (Holm). ``groups`` counts
    the groups of repeats behind it.
    """

    setting: str
    share: float
    low: float
    high: float
    chance: float
    groups: int


def can_grow() -> bool:
    """Say whether scikit-learn, which grows the forest, is installed."""
    return find_spec("sklearn") is not None


def importances(
    values: Sequence[float | None],
    settings: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    grow: Grow = weights,
) -> tuple[Importance, ...]:
    """Return how much each of the settings ``keys`` matters, the largest share first.

    Each value is the mean of a group of repeats: repeats are no independent evidence on their
    settings. There are none up to 30 groups, without a setting that varies, or without
    scikit-learn.
    """
    known = [at for at, value in enumerate(values) if value is not None]
    columns = {key: _column([settings[at].get(key) for at in known]) for key in keys}
    told = {
        key: column
        for key, column in columns.items()
        if column is not None and not is_seed(key) and len(np.unique(column)) > 1
    }
    result = np.array([values[at] for at in known], dtype=float)
    if len(known) <= FOREST or not told or np.ptp(result) == 0 or not can_grow():
        return ()
    found = dict(zip(told, grow(list(told.values()), result), strict=True))
    chances = _adjusted({key: weight.chance for key, weight in found.items()})
    made = [
        Importance(key, weight.share, weight.low, weight.high, chances[key], len(known))
        for key, weight in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.share, one.setting)))


def importances_of_causes(
    values: Sequence[float | None], settings: Sequence[Mapping[str, Any]], grow: Grow = weights
) -> tuple[Importance, ...]:
    """Return how much each setting matters that varies and can be a cause: see ``importances``."""
    causes = [key for key in varying(settings) if is_cause(key)]
    return importances(values, settings, causes, grow)


def _column(values: Sequence[Any]) -> Floats | None:
    """Return a setting as numbers: itself, or a number for each of its values; None for names.

    A number that is missing becomes one below the range, so that a tree can split it off.
    """
    given = [value for value in values if value is not None]
    if given and all(_is_number(value) for value in given):
        low = min(given)
        missing = low - (max(given) - low or 1)
        return np.array([missing if value is None else value for value in values], dtype=float)
    kinds = sorted({alike(value) for value in values})
    if len(kinds) > _KINDS:
        return None
    return np.array([kinds.index(alike(value)) for value in values], dtype=float)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _adjusted(chances: Mapping[str, float]) -> dict[str, float]:
    """Return p-values multiplied by the number of settings that are left (Holm, 1979)."""
    worst, found = 0.0, {}
    for place, key in enumerate(sorted(chances, key=lambda key: chances[key])):
        worst = max(worst, min(1.0, chances[key] * (len(chances) - place)))
        found[key] = worst
    return found
