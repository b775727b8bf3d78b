"""Compare the held-out and the training curve of a metric: their costs, and the gap at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.cost import PERCENT_FROM, Cost, cost_of
from analyzer.measures.data_size import assumed_examples, effective_examples
from analyzer.measures.guess_in_percent import guesses_in_percent
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats
from analyzer.stats.binning import Binned, bin_curve
from analyzer.stats.gap import (
    Interval,
    gap_interval,
    likelihood_gap_interval,
    score_gap_interval,
)
from analyzer.stats.levels import end_level, movement, tail_of

_SHARED = 0.5  # of the held-out curve: the stretch that both curves must cover
_Z95 = 1.96  # 95 % of a normal distribution lie within this many standard deviations


class CostPair(NamedTuple):
    """The costs of the held-out and the training curve of a metric, on one axis."""

    val: Cost
    train: Cost


def cost_in(run: Run, metric: str, split: str, *, at_least: int, by_step: bool = False) -> Cost:
    """Return the cost of a curve of a run, computed once per run.

    Raises NotApplicable if the curve is missing, has fewer than ``at_least`` finite points or lies
    at one step.
    """
    curve = run.curve(metric, split, at_least=at_least)
    examples = assumed_examples(run).examples

    def made() -> Cost:
        in_percent = guesses_in_percent(run, curve, most=PERCENT_FROM)
        return cost_of(curve, examples, by_step=by_step, in_percent=in_percent)

    return run.once(("cost", metric, split, by_step), made)


def cost_pair(
    run: Run, metric: str, *, at_least: int, trained_metric: str | None = None
) -> CostPair:
    """Return the costs of the held-out and the training curve of a metric on one axis.

    ``trained_metric`` is the metric of the training curve, the same one if None. The axis is in
    steps if either curve has no epochs. Raises NotApplicable if a curve is missing or short, or if
    they share less than half of the held-out curve's stretch.
    """
    trained_metric = trained_metric or metric
    held_out, trained_on = run.held_out(metric), run.trained_on(trained_metric)
    curves = [
        run.curve(metric, held_out, at_least=at_least),
        run.curve(trained_metric, trained_on, at_least=at_least),
    ]
    by_step = not all(curve.has_epochs for curve in curves)
    val = cost_in(run, metric, held_out, at_least=at_least, by_step=by_step)
    train = cost_in(run, trained_metric, trained_on, at_least=at_least, by_step=by_step)
    shared = min(val.x[-1], train.x[-1]) - max(val.x[0], train.x[0])
    if shared < _SHARED * (val.x[-1] - val.x[0]):
        raise NotApplicable("nothing_to_compare")
    return CostPair(val, train)


def cost_pair_or_alone(run: Run, metric: str, *, at_least: int) -> tuple[Cost, Cost | None]:
    """Return the held-out cost and that of training, None if training was not logged.

    A metric that was only logged for held-out data, as detection and speech recognition do, stands
    beside the training loss; a loss without any, beside the training accuracy. Raises NotApplicable
    as ``cost_pair`` does, but for a missing training curve.
    """
    trained = _trained_metric(run, metric)
    if trained is None:
        return cost_in(run, metric, run.held_out(metric), at_least=at_least), None
    return cost_pair(run, metric, at_least=at_least, trained_metric=trained)


def _trained_metric(run: Run, metric: str) -> str | None:
    """Return the metric of the training curve that belongs to a held-out one, None if none does."""
    if run.trained_on(metric) in run.splits(metric):
        return metric
    others = run.metrics_of("loss")
    if metric not in run.metrics_of("score"):
        others += run.metrics_of("score")
    return next((other for other in others if run.trained_on(other) in run.splits(other)), None)


def train_cost_at_val(val: Cost, train: Cost) -> Floats:
    """Return the training cost at each held-out point. Shape: (held-out points,).

    Training points since the previous held-out point are averaged, as values of the metric and not
    as logarithms. If there are none, the training curve is interpolated.
    """
    value = train.curve.value
    if np.array_equal(val.x, train.x) and (np.diff(val.x) > 0).all():
        return train.costs(value)
    at = np.searchsorted(val.x, train.x, side="left")
    count = np.bincount(at, minlength=len(val.x) + 1)[: len(val.x)]
    total = np.bincount(at, value, minlength=len(val.x) + 1)[: len(val.x)]
    mean = total / np.maximum(count, 1)
    if not count.all():
        mean = np.where(count > 0, mean, np.interp(val.x, train.x, value))
    return train.costs(mean)


@dataclass(frozen=True, eq=False)
class EndGap:
    """The end levels of the held-out and the training curve, and their gap with a 95 % interval.

    Levels, ``gap``, ``low`` and ``high`` are in units of the metric. ``sign`` is 1 for a loss and
    -1 for a score, so that a positive gap is worse. ``held_out``, ``trained`` (values) and
    ``trained_cost`` have the shape (held-out points,).
    """

    val: Cost
    sign: float
    held_out: Floats
    trained: Floats
    trained_cost: Floats
    held_out_level: float
    trained_level: float
    gap: float
    low: float
    high: float


def end_gap(run: Run, metric: str, *, at_least: int) -> EndGap:
    """Return the gap at the end of a run. Raises NotApplicable if ``cost_pair`` does."""
    val, train = cost_pair(run, metric, at_least=at_least)
    return run.once(("end_gap", metric), lambda: _end_gap(val, train, run))


def _end_gap(val: Cost, train: Cost, run: Run) -> EndGap:
    trained_cost = train_cost_at_val(val, train)
    held_out, trained = val.curve.value, train.levels(trained_cost)
    held_out_level, trained_level = end_level(held_out), end_level(trained)
    sign = 1.0 if val.curve.lower_is_better else -1.0
    gap = sign * (held_out_level - trained_level)
    half = len(trained) // 2
    if val.scale == "error" and train.scale == "error":
        shares = score_gap_interval(
            held_out_level / val.width,
            trained_level / val.width,
            examples=assumed_examples(run).examples,
            move=movement(trained[half:]) / val.width,
        )
        interval = Interval(shares.low * val.width, shares.high * val.width)
    elif val.scale == "log" and train.scale == "log":
        interval = gap_interval(
            held_out_level,
            trained_level,
            examples=effective_examples(run).examples,
            move=movement(trained_cost[half:]),
        )
    else:
        error = _Z95 * float(np.hypot(_end_scatter(held_out), _end_scatter(trained)))
        interval = Interval(gap - error, gap + error)
        if val.curve.lower_is_better:
            interval = likelihood_gap_interval(gap, effective_examples(run).examples, error)
    return EndGap(
        val=val,
        sign=sign,
        held_out=held_out,
        trained=trained,
        trained_cost=trained_cost,
        held_out_level=held_out_level,
        trained_level=trained_level,
        gap=gap,
        low=interval.low,
        high=interval.high,
    )


def _end_scatter(y: Floats) -> float:
    """Return the standard deviation of the points that make the end level."""
    return float(np.std(y[-tail_of(len(y)) :]))


def bins_at_val(run: Run, metric: str, cost: Cost, *, at_least: int) -> Binned:
    """Return a cost in bins; single batches of training are averaged between held-out points."""
    try:
        val, train = cost_pair(run, metric, at_least=at_least)
    except NotApplicable:
        return cost.bins
    if train.curve.split != cost.curve.split:
        return cost.bins
    return bin_curve(val.t, train_cost_at_val(val, train))
