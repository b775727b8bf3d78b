"""The level of a curve at its best, by which runs are ranked, compared and gated."""

from __future__ import annotations

import math
from typing import NamedTuple

from analyzer.errors import NotApplicable
from analyzer.measures.cost import Cost
from analyzer.measures.pairs import cost_in
from analyzer.model.run import Run
from analyzer.stats.lowest import Lowest, lowest_level


class Level(NamedTuple):
    """The level of a curve at its best, in the unit of the metric, with its 95 % interval.

    ``low`` is the smaller end. Both ends are None if the curve has too few points to show its
    noise; the level is then its best value.
    """

    value: float
    low: float | None = None
    high: float | None = None


def best_level(run: Run, metric: str, split: str) -> Level:
    """Return the level of a curve of a run at its best, computed once per run.

    It is never better than the best value. Raises NotApplicable if the curve has no finite point.
    """
    return run.once(("level", metric, split), lambda: _best_level(run, metric, split))


def _best_level(run: Run, metric: str, split: str) -> Level:
    curve = run.curve(metric, split)
    best = float(curve.value[curve.best()])
    try:
        cost = cost_in(run, metric, split, at_least=1)
    except NotApplicable:  # all its points lie at one place
        return Level(best)
    found = lowest_level(cost.t, cost.y)
    if found.low is None or found.high is None:
        return Level(best)
    return _in_units(cost, found, best)


def _in_units(cost: Cost, found: Lowest, best: float) -> Level:
    """Return a level of the cost as values of the metric, none of them beyond what it can reach."""
    floor = float(cost.y.min())
    level = best if found.level <= floor else cost.level(found.level)
    ends = sorted(cost.level(end) for end in (found.low, found.high) if end is not None)
    if cost.scale == "error":
        ends = [min(end, max(cost.width, best)) for end in ends]
    low, high = min(ends[0], level), max(ends[1], level)
    if not all(map(math.isfinite, (level, low, high))):
        return Level(best)
    return Level(level, low, high)
