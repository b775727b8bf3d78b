"""The costs of a run's curves, made once; a held-out and a training curve side by side, and the gap between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.cost import Cost, cost_of
from analyzer.measures.data_size import assumed_examples, effective_examples
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats
from analyzer.stats.gap import gap_interval, score_gap_interval
from analyzer.stats.levels import end_level, movement, tail_of


def cost_in(run: Run, metric: str, split: str, *, at_least: int, by_step: bool = False) -> Cost:
    """Return the cost of a curve of a run. Raises NotApplicable where it is missing, short or never finite."""
    curve = run.curve(metric, split, at_least=at_least)
    examples, _ = assumed_examples(run)
    return run.once(
        ("cost", metric, split, by_step), lambda: cost_of(curve, examples, by_step=by_step)
    )


def cost_pair(run: Run, metric: str, *, at_least: int) -> tuple[Cost, Cost]:
    """Return the costs of the held-out and the training curve of a metric on one axis.

    Raises NotApplicable where one is missing or short, or where they have no stretch in common.
    """
    held_out = run.curve(metric, run.held_out(metric), at_least=at_least)
    trained_on = run.curve(metric, run.trained_on(metric), at_least=at_least)
    by_step = not (held_out.has_epochs and trained_on.has_epochs)
    val, train = (
        cost_in(run, metric, one.split, at_least=at_least, by_step=by_step)
        for one in (held_out, trained_on)
    )
    shared = min(val.x[-1], train.x[-1]) - max(val.x[0], train.x[0])
    if shared < 0.5 * (val.x[-1] - val.x[0]):
        raise NotApplicable("nothing_to_compare")
    return val, train


def beside(val: Cost, train: Cost) -> Floats:
    """Return the training cost at each held-out point: where it was logged more often, the mean since the point before.

    Means are taken of the values, not of their logarithms; a stretch without a training point is interpolated.
    """
    value = train.curve.value
    at = np.searchsorted(val.x, train.x, side="left")
    count = np.bincount(at, minlength=len(val.x) + 1)[: len(val.x)]
    total = np.bincount(at, value, minlength=len(val.x) + 1)[: len(val.x)]
    mean = np.where(count > 0, total / np.maximum(count, 1), np.interp(val.x, train.x, value))
    return train.costs(mean)


@dataclass(frozen=True, eq=False)
class EndGap:
    """Levels of the held-out and the training curve at the end, and the gap between them with its 95 % interval.

    ``sign`` is 1 for a loss and -1 for a score, so that a positive gap is worse; ``held_out`` and ``trained`` are the
    values at the held-out points, ``trained_cost`` the latter as a cost.
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
    """Return the gap at the end of a run. Raises NotApplicable where ``cost_pair`` does."""
    val, train = cost_pair(run, metric, at_least=at_least)
    return run.once(("end_gap", metric), lambda: _end_gap(val, train, run))


def _end_gap(val: Cost, train: Cost, run: Run) -> EndGap:
    beside_it = beside(val, train)
    held_out, trained = val.curve.value, train.levels(beside_it)
    levels = end_level(held_out), end_level(trained)
    sign = 1.0 if val.curve.lower_is_better else -1.0
    if val.scale == "error" and train.scale == "error":
        move = movement(trained[len(trained) // 2 :]) / val.width
        low, high = score_gap_interval(
            levels[0] / val.width, levels[1] / val.width, assumed_examples(run)[0], move
        )
        low, high = low * val.width, high * val.width
    elif val.scale == "log" and train.scale == "log":
        low, high = gap_interval(
            *levels, effective_examples(run)[0], movement(beside_it[len(beside_it) // 2 :])
        )
    else:
        scatter = [float(np.std(one[-tail_of(len(one)) :])) for one in (held_out, trained)]
        half = 1.96 * float(np.hypot(scatter[0], scatter[1]))
        low, high = sign * (levels[0] - levels[1]) - half, sign * (levels[0] - levels[1]) + half
    return EndGap(
        val, sign, held_out, trained, beside_it, *levels, sign * (levels[0] - levels[1]), low, high
    )
