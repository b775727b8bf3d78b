"""Where the scatter of the training loss comes from: single batches, or weights that move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import metrics
from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.stats.scatter import FEWEST, Scatter, move_together, scatter_of

BATCHES, WEIGHTS = "batches", "weights"
_VISIBLE = 0.05  # of the level: a smaller scatter is not seen in a chart
_FOLLOWS = 0.5  # of the scatter in training: less in validation, and the weights hardly move
_CALM = 0.25  # of it: clearly less
_RELATED = 0.4  # correlation of successive deviations that single batches do not have
_RUNAWAY = 0.5  # of the level: a loss that explodes does not move around anything
_LEAST_TURNS = 0.25  # of the points: noise turns at two in three, a swing over eight at one in four
_PER_BATCH = 4  # points of training to one evaluation: with fewer, each is a mean over an epoch


@dataclass(frozen=True, eq=False)
class BatchNoiseValues(Values):
    """The scatter of both losses over the second half of the run, as shares of their levels."""

    tags: tuple[str, ...]
    metric: str
    train: float
    held_out: float
    correlation: float  # of successive deviations of the training loss


class BatchNoise(Fact):
    """Whether training scatters by its batches alone, or validation swings as well."""

    place: ClassVar[int | None] = 46

    def compute(self, run: Run, best: Best | None) -> BatchNoiseValues | None:
        """Return the source of the scatter, or None if there is none to see or it is unclear.

        Noise of the training batches does not reach validation; weights that move reach both.
        """
        if best is None or run.rewards or metrics.kind(best.metric) != "loss":
            return None
        train_curve = _longest(run, best.metric)
        held_curve = run.find_curve(best.metric, run.held_out(best.metric))
        if train_curve is None or held_curve is None:
            return None
        train, held = _second_half(train_curve), _second_half(held_curve)
        if train is None or held is None or train.level <= 0 or held.level <= 0:
            return None
        tag = _source(train, held, len(train_curve) >= _PER_BATCH * len(held_curve))
        if tag is None or (tag == WEIGHTS and not _swings(train_curve, held_curve)):
            return None
        return BatchNoiseValues(
            tags=(tag,),
            metric=best.metric,
            train=train.deviation / train.level,
            held_out=held.deviation / held.level,
            correlation=train.correlation,
        )


def _longest(run: Run, metric: str) -> Curve | None:
    """Return the training curve with most points: values of batches rather than of epochs."""
    split = run.trained_on(metric)
    found = [series for series in run.series if (series.metric, series.split) == (metric, split)]
    return run.curve_of(max(found, key=len)) if found else None


def _source(train: Scatter, held: Scatter, is_by_batch: bool) -> str | None:
    """Return the tag of the source of the scatter, None if there is little or it is unclear."""
    share, held_share = train.deviation / train.level, held.deviation / held.level
    if max(share, held_share) > _RUNAWAY and not is_by_batch:
        return None
    if is_by_batch and share >= _VISIBLE and held_share <= _CALM * share:
        return BATCHES if abs(train.correlation) < _RELATED else None
    if held_share >= _VISIBLE and held_share >= _FOLLOWS * share and not is_by_batch:
        return WEIGHTS if share >= _FOLLOWS * held_share else None
    return None


def _swings(train: Curve, held: Curve) -> bool:
    """Say whether both curves turn back and forth, and do so together.

    A smooth fall over a few points bends away from its running median, but hardly ever turns.
    """
    return _turns(train) and _turns(held) and _together(train, held)


def _turns(curve: Curve) -> bool:
    """Say whether enough points of the second half lie above or below both of their neighbours."""
    value = curve.value[np.isfinite(curve.value)]
    moves = np.sign(np.diff(value[len(value) // 2 :]))
    return float(np.mean(moves[1:] * moves[:-1] < 0)) >= _LEAST_TURNS


def _together(train: Curve, held: Curve) -> bool:
    """Say whether both curves swing together over the second half of their common points."""
    _, in_train, in_held = np.intersect1d(train.step, held.step, return_indices=True)
    pairs = np.stack([train.value[in_train], held.value[in_held]])
    first, second = pairs[:, np.isfinite(pairs).all(axis=0)]
    half = len(first) // 2
    return len(first) - half >= FEWEST and move_together(first[half:], second[half:])


def _second_half(curve: Curve) -> Scatter | None:
    """Return the scatter over the second half of the finite points."""
    value = curve.value[np.isfinite(curve.value)]
    half = value[len(value) // 2 :]
    return scatter_of(half) if len(half) >= FEWEST else None
