"""The learning-rate schedule: its kind and parameters, which drops helped, a dead tail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer.facts._base import Fact
from analyzer.facts._rate_drops import Drop, judged_drops, matched
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.settings import find
from analyzer.model.values import Values
from analyzer.stats.levels import end_level, level_at
from analyzer.stats.on_plateau import patience_of
from analyzer.stats.schedules import CONSTANT, ONE_CYCLE, STEP, Schedule, schedule_of

ON_PLATEAU = "reduce_on_plateau"
DEAD = 0.0099  # of the highest rate: two stairs of a tenth are still alive
_DEAD_SHARE = 0.1  # of the run: half a cosine spends 6 % there
_WHOLE = 0.95  # of the run: a warm-up so long has no end
_SCHEDULERS = ("scheduler", "lr_scheduler", "lr_schedule", "lr_scheduler_type", "schedule")


@dataclass(frozen=True, eq=False)
class LearningRateScheduleValues(Values):
    """The schedule as it was logged; values that its kind does not have are None."""

    tags: tuple[str, ...]
    kind: str
    highest: float
    lowest: float
    last: float
    warmup_step: int | None  # the first step at the highest rate
    warmup_epoch: float | None
    warmup_share: float | None  # of the run
    unit: str  # "epoch" or "step", of factor and period
    factor: float | None  # of each drop, or of an exponential fall by unit
    period: float | None  # of a cycle
    cycles: int | None
    power: float | None  # of a polynomial
    patience: int | None  # evaluations, if the drops followed a plateau of the loss
    drops: int
    helped: int | None  # of the drops that could be judged
    judged: int
    dead_share: float | None  # of the run, at the end, below 1 % of the highest rate
    dead_step: int | None
    dead_epoch: float | None
    dead_change: float | None  # of the judged curve over that time
    metric: str | None
    split: str | None
    rows: tuple[Drop, ...]


class LearningRateSchedule(Fact):
    """What the learning rate did."""

    place: ClassVar[int | None] = 40

    def compute(self, run: Run, best: Best | None) -> LearningRateScheduleValues | None:
        """Return the schedule, or None if no learning rate was logged."""
        rate = _rate(run)
        if rate is None:
            return None
        found = schedule_of(rate.x, rate.value)
        if found is None:
            return None
        curve = run.curve(best.metric, best.split).finite() if best else None
        patience = _patience(run, rate, found, curve)
        drops = judged_drops(rate, found.drops, curve) if curve is not None else ()
        return _values(rate, found, curve, patience, drops)


def _rate(run: Run) -> Curve | None:
    """Return the first learning rate of the run without what is not finite."""
    curves = (run.find_curve("lr", split, at_least=2) for split in run.splits("lr"))
    rate = next((curve for curve in curves if curve is not None), None)
    return rate.finite() if rate else None


def _patience(run: Run, rate: Curve, found: Schedule, curve: Curve | None) -> int | None:
    """Return the patience of a schedule that waits for a plateau, None for one that does not."""
    named = {str(item.value).lower() for item in find(run.config, _SCHEDULERS)}
    if found.kind != STEP or found.warmup or curve is None or not curve.lower_is_better:
        return None
    if any("step" in name for name in named):
        return None
    loss = matched(rate, curve)
    return None if loss is None else patience_of(loss, found.drops)


def _values(
    rate: Curve,
    found: Schedule,
    curve: Curve | None,
    patience: int | None,
    drops: tuple[Drop, ...],
) -> LearningRateScheduleValues:
    kind = found.kind if patience is None else ON_PLATEAU
    length = float(rate.x[-1] - rate.x[0])
    warm = found.warmup if found.warmup and kind != ONE_CYCLE else None
    dead = _dead_from(rate, found)
    dead_change = None if dead is None else _change(rate, dead, curve)
    judged = [drop for drop in drops if drop.helped is not None]
    return LearningRateScheduleValues(
        tags=_tags(kind, rate, warm, dead, dead_change, judged),
        kind=kind,
        highest=found.highest,
        lowest=found.lowest,
        last=found.last,
        warmup_step=None if warm is None else int(rate.step[warm]),
        warmup_epoch=float(rate.epoch[warm]) if warm is not None and rate.has_epochs else None,
        warmup_share=None if warm is None else float((rate.x[warm] - rate.x[0]) / length),
        unit=rate.unit,
        factor=found.factor,
        period=found.period,
        cycles=found.cycles,
        power=found.power,
        patience=patience,
        drops=len(found.drops),
        helped=_count_helped(judged) if judged else None,
        judged=len(judged),
        dead_share=None if dead is None else float((rate.x[-1] - rate.x[dead]) / length),
        dead_step=None if dead is None else int(rate.step[dead]),
        dead_epoch=float(rate.epoch[dead]) if dead is not None and rate.has_epochs else None,
        dead_change=dead_change,
        metric=curve.metric if curve else None,
        split=curve.split if curve else None,
        rows=drops,
    )


def _dead_from(rate: Curve, found: Schedule) -> int | None:
    """Return where the rate falls for good below a share of its highest, if that is early."""
    alive = np.flatnonzero(rate.value >= DEAD * found.highest)
    first = int(alive[-1]) + 1
    length = rate.x[-1] - rate.x[0]
    if first >= len(rate) or rate.x[-1] - rate.x[first] < _DEAD_SHARE * length:
        return None
    return first


def _change(rate: Curve, dead: int, curve: Curve | None) -> float | None:
    """Return the change of a curve since the rate was dead, as a share of its level there."""
    if curve is None or rate.unit != curve.unit:
        return None
    first = int(np.searchsorted(curve.x, rate.x[dead]))
    if first >= len(curve) - 2:
        return None
    start = level_at(curve.value, first)
    return (end_level(curve.value) - start) / abs(start) if start else None


def _count_helped(judged: list[Drop]) -> int:
    return sum(bool(drop.helped) for drop in judged)


def _tags(
    kind: str,
    rate: Curve,
    warm: int | None,
    dead: int | None,
    dead_change: float | None,
    judged: list[Drop],
) -> tuple[str, ...]:
    if warm is not None and rate.x[warm] - rate.x[0] > _WHOLE * (rate.x[-1] - rate.x[0]):
        return ("rising",)
    tags = [kind]
    if kind in ("exponential", "cyclic", "warm_restarts"):
        tags = [f"{kind}_{rate.unit}"]
    if warm is not None:
        tags.append("warmup" if kind != CONSTANT else "warmup_only")
    if judged:
        helped = _count_helped(judged)
        some = "helped" if helped else "none_helped"
        tags.append("all_helped" if helped == len(judged) else some)
    if dead is not None:
        tags.append("dead")
    if dead_change is not None:
        tags.append("dead_change")
    return tuple(tags)
