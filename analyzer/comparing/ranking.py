"""Many sides ranked: the best first, and which of the others can be told from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analyzer.comparing.contrast import BETTER, NOT_COMPARED, UNCLEAR, WORSE, certain_of_single
from analyzer.comparing.roles import is_seed
from analyzer.comparing.sides import BASELINE, Side
from analyzer.stats.bootstrap import LEVEL, Difference
from analyzer.stats.moderated import Prior, moderated, prior_of, student

MANY = 8  # sides: up to here each has a colour of its own, and a sentence is read
_LONG = 40  # characters of the name of a run: more do not fit beside a table
_KEYS = 4  # settings in the name of a side: more do not fit a line


def by_rank(sides: Sequence[Side], *, lower_is_better: bool) -> list[Side]:
    """Return sides named by their settings, the best mean level first, those without one last."""

    def place(side: Side) -> tuple[bool, float]:
        if side.mean is None:
            return True, 0.0
        return False, side.mean if lower_is_better else -side.mean

    return sorted(named_by_settings(sides), key=place)


def named_by_settings(sides: Sequence[Side]) -> list[Side]:
    """Return sides under the names of the settings that vary between them.

    A side of one run keeps the name of its run unless that is long, and so does every side if more
    than four settings vary or two sides would have the same name.
    """
    values: dict[str, set[str]] = {}
    for side in sides:
        for key, value in side.settings.items():
            values.setdefault(key, set()).add(repr(value))
    keys = [key for key, found in values.items() if len(found) > 1 and not is_seed(key)]
    if not 0 < len(keys) <= _KEYS:
        return list(sides)
    names = [
        _name(side, keys) if len(side.members) > 1 or len(side.name) > _LONG else side.name
        for side in sides
    ]
    if len(set(names)) < len(sides):
        return list(sides)
    return [replace(side, name=name) for side, name in zip(sides, names, strict=True)]


def _name(side: Side, keys: Sequence[str]) -> str:
    """Return the settings of a side in words, or its own name if it has none of them."""
    found = [f"{key}={_shown(side.settings[key])}" for key in keys if key in side.settings]
    return ", ".join(found) or side.name


def _shown(value: object) -> str:
    """Return a setting with four digits at most: those of a random search have sixteen."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def judge_against_best(ranked: Sequence[Side], *, lower_is_better: bool) -> list[Side]:
    """Return ranked sides, each judged against the first one.

    A side is worse if the interval of its difference excludes 0. The intervals hold together with
    95 % over all pairs of sides, since any of them might have come out best (Bonferroni). The
    deviation of each side is steadied by those of all others: three repeats alone hardly show
    theirs. Without any repeat there are no intervals.
    """
    best = ranked[0]
    spreads = _spreads(ranked)
    compared = [side for side in ranked[1:] if side.mean is not None]
    pairs = len(compared) * (len(compared) + 1) // 2
    judged = [replace(best, answer=BASELINE)]
    for side in ranked[1:]:
        told = certain_of_single(best, side)
        if side.mean is None or best.mean is None:
            judged.append(replace(side, answer=NOT_COMPARED, certain=told))
            continue
        difference = _difference(best, side, spreads, pairs)
        answer = _answer(difference, lower_is_better)
        judged.append(replace(side, answer=answer, certain=told, difference=difference))
    return judged


def _answer(difference: Difference, lower_is_better: bool) -> str:
    if difference.low is None or difference.high is None:
        return UNCLEAR
    if difference.high < 0:
        return BETTER if lower_is_better else WORSE
    if difference.low > 0:
        return WORSE if lower_is_better else BETTER
    return UNCLEAR


def _spreads(sides: Sequence[Side]) -> dict[str, Prior] | None:
    """Return the steadied variance of every side by its name, None without two repeated sides."""
    known = [side for side in sides if side.mean is not None]
    variances = np.array([(side.deviation or 0.0) ** 2 for side in known])
    freedom = np.array([len(side.known) - 1 for side in known])
    prior = prior_of(variances, freedom)
    if prior is None:
        return None
    return {
        side.name: moderated(variance, free, prior)
        for side, variance, free in zip(known, variances.tolist(), freedom.tolist(), strict=True)
    }


def _difference(best: Side, side: Side, spreads: dict[str, Prior] | None, count: int) -> Difference:
    """Return the difference of two means with the interval of one of ``count`` comparisons."""
    value = float(np.mean(side.known) - np.mean(best.known))
    if spreads is None:
        return Difference(value, None, None)
    own, others = spreads[best.name], spreads[side.name]
    error = np.sqrt(own.variance / len(best.known) + others.variance / len(side.known))
    freedom = min(own.freedom, others.freedom)
    level = 1 - (1 - LEVEL) / 2 / count
    quantile = student(level, freedom)
    return Difference(value, value - quantile * float(error), value + quantile * float(error))
