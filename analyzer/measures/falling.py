"""Whether a loss falls after its start, on the training data and on unseen data."""

from __future__ import annotations

import numpy as np

from analyzer import metrics
from analyzer.errors import NotApplicable
from analyzer.measures.pairs import bins_at_val, cost_in
from analyzer.model.run import Run
from analyzer.stats.levels import end_level, level_at
from analyzer.stats.rank import kendall


def keeps_falling(
    run: Run, metric: str, split: str, *, after: float, at_least: int, agree: float
) -> bool:
    """Say whether a loss falls after the first part of a run, held-out as well if it was logged.

    ``after`` is that part as a share of the run; it falls if Kendall's tau is -``agree`` or less.
    A network that guesses comes down to its level at once and stands there; the loss of a language
    model passes the level of some number of classes by chance.
    """
    for side in dict.fromkeys((split, run.held_out(metric))):
        try:
            cost = cost_in(run, metric, side, at_least=at_least)
        except NotApplicable:
            continue
        bins = bins_at_val(run, metric, cost, at_least=at_least)
        begun = bins.t[0] + after * (bins.t[-1] - bins.t[0])
        if kendall(bins.y[bins.t >= begun]) > -agree:
            return False
    return True


def held_out_fall(run: Run, metric: str, *, since: float, at_least: int) -> float:
    """Return how far the held-out loss fell (on a log scale), from its start or its middle.

    ``since`` is 0 or the share of the run after which it counts; 0 without such a loss.
    """
    try:
        cost = cost_in(run, metric, run.held_out(metric), at_least=at_least)
    except NotApplicable:
        return 0.0
    if cost.scale != "log":
        return 0.0
    y = cost.bins.y
    begun = cost.bins.t[0] + since * (cost.bins.t[-1] - cost.bins.t[0])
    began = level_at(y, int(np.searchsorted(cost.bins.t, begun))) if since else float(y[0])
    return began - end_level(y)


def part_fell(run: Run, split: str, *, at_least: int, fall: float) -> bool:
    """Say whether a part of a loss ends ``fall`` below its start (on a log scale).

    A total that rises then holds another term that grows by plan, such as an annealed one.
    """
    names = {series.metric for series in run.series if metrics.kind(series.metric) == "loss"}
    for name in sorted(names - {"loss"}):
        try:
            cost = cost_in(run, name, split, at_least=at_least)
        except NotApplicable:
            continue
        if cost.scale == "log" and float(cost.bins.y[0]) - end_level(cost.bins.y) >= fall:
            return True
    return False
