"""Early stopping replayed: where it would have ended the run, and what it would have kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import ClassVar

import numpy as np

from analyzer.facts._base import Fact
from analyzer.facts.how_it_ended import CONFIGURED, SAID, STOPPED, HowItEndedValues, how_it_ended
from analyzer.measures.duration import seconds_after
from analyzer.measures.level import Level, best_level
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.stats.arrays import Ints
from analyzer.stats.patience import Stop, stops

COURSE = ((20, 0.001), (30, 0.01))  # patience and min_delta as the courses teach them
PATIENCES = (1, 2, 3, 5, 10, 20, 30)
MIN_DELTAS = (0.0, 0.001, 0.01)
_FEWEST = 3  # evaluations
_LIGHTNING = re.compile(r"val(id|idation)?[_/]")  # names of held-out metrics by library
_TRAINER = re.compile(r"eval[_/]")
_SHORT = 30  # evaluations: patience is counted in single ones only up to here
_WORTH = 0.02  # of the run: a smaller saving is not worth a setting
_LOST = 0.02  # of the fall up to the best: what stopping before a best value at the end may cost


@dataclass(frozen=True, eq=False)
class Setting(Values):
    """Early stopping with one setting; it keeps the best value by its own rule."""

    patience: int
    min_delta: float
    stop_step: int | None  # None if it does not stop the run
    stop_epoch: float | None
    kept_step: int
    kept_epoch: float | None
    kept_value: float
    saved: float | None  # share of the run after the stop
    saved_seconds: float | None
    keeps_best: bool = False  # whether the kept value lies within the interval of the best


@dataclass(frozen=True, eq=False)
class EarlyStoppingValues(Values):
    """Early stopping over a grid; the cheapest setting keeps the best within its interval."""

    tags: tuple[str, ...]
    code: tuple[str, ...]  # the snippets to show
    metric: str
    split: str
    settings: int
    chosen: Setting  # the cheapest, else the first of the course
    advised: Setting  # with twice its patience, if that does as well
    first: Setting  # of the two of the course
    second: Setting
    monitor: str  # the metric in code to paste, as Lightning logs it
    keras: str  # as Keras names it
    evaluated: str  # as the Trainer of Hugging Face names it
    eval_steps: int | None  # its steps between evaluations; None if it evaluates by epoch
    mode: str
    greater: bool
    rows: tuple[Setting, ...]


class EarlyStopping(Fact):
    """Where early stopping would have ended the run, for a grid of settings."""

    place: ClassVar[int | None] = 20

    def compute(self, run: Run, best: Best | None) -> EarlyStoppingValues | None:
        """Return the replay, or None for a run without enough evaluations on unseen data."""
        if best is None or best.split not in ("val", "test") or run.rewards:
            return None
        curve = run.curve(best.metric, best.split)
        if curve.finite_points < _FEWEST:
            return None
        level = best_level(run, best.metric, best.split)
        rows = _judged(replayed(curve), curve, best, level)
        ended = how_it_ended(run, best)
        already = _already(ended)
        cheapest = None if already else _cheapest(rows)
        return _values(run, curve, rows, cheapest, already=already)


def _already(ended: HowItEndedValues | None) -> str:
    """Return the tag of a run that early stopping ended, for sure or likely, "" for another."""
    tag = ended.tags[0] if ended is not None else ""
    if tag in (SAID, CONFIGURED):
        return "already"
    return "already_likely" if tag.startswith(STOPPED) else ""


def replayed(curve: Curve) -> tuple[Setting, ...]:
    """Return what early stopping does on a curve with each setting, by patience."""
    fall = curve.value if curve.lower_is_better else -curve.value
    used = [
        patience
        for patience in PATIENCES
        if patience >= 20 or (patience < len(curve) and (patience > 2 or len(curve) <= _SHORT))
    ]
    by_setting = {}
    for min_delta in MIN_DELTAS:
        for patience, stop in zip(used, stops(fall, min_delta, used), strict=True):
            by_setting[patience, min_delta] = _setting(curve, patience, min_delta, stop)
    return tuple(by_setting[setting] for setting in product(used, MIN_DELTAS))


def _share_after(step: Ints, at: int) -> float:
    """Return the share of a run after a point; one usual interval came before the first one."""
    between = float(np.median(np.diff(step))) if len(step) > 1 else 1.0
    start = float(step[0]) - between
    return float(step[-1] - step[at]) / (float(step[-1]) - start)


def _setting(curve: Curve, patience: int, min_delta: float, stop: Stop) -> Setting:
    ended, kept = stop.at, stop.kept
    saved = seconds = None
    if ended is not None:
        saved = _share_after(curve.step, ended)
        seconds = seconds_after(curve, ended) or None
    return Setting(
        patience=patience,
        min_delta=min_delta,
        stop_step=None if ended is None else int(curve.step[ended]),
        stop_epoch=None if ended is None else _epoch(curve, ended),
        kept_step=int(curve.step[kept]),
        kept_epoch=_epoch(curve, kept),
        kept_value=float(curve.value[kept]),
        saved=saved,
        saved_seconds=seconds,
    )


def _epoch(curve: Curve, at: int) -> float | None:
    return float(curve.epoch[at]) if curve.has_epochs else None


def _judged(rows: Sequence[Setting], curve: Curve, best: Best, level: Level) -> tuple[Setting, ...]:
    """Return the settings, each with whether it keeps the best within its interval.

    Where the best value is the last one, nothing came after it: a setting that stops earlier keeps
    the best only if it loses hardly anything of the fall, however wide the interval.
    """
    sign = 1.0 if curve.lower_is_better else -1.0
    worst = max(sign * end for end in (best.value, level.low, level.high) if end is not None)
    if len(curve) - 1 - curve.best() < _WORTH * len(curve):
        finite = sign * curve.finite().value
        worst = min(worst, sign * best.value + _LOST * float(finite[0] - sign * best.value))
    return tuple(replace(row, keeps_best=sign * row.kept_value <= worst) for row in rows)


def _cheapest(rows: Sequence[Setting]) -> Setting | None:
    """Return the setting that saves most of those that keep the best."""
    good = [row for row in rows if row.keeps_best and row.saved is not None and row.saved >= _WORTH]
    return max(good, key=lambda row: (row.saved or 0.0, -row.min_delta), default=None)


def _advised(rows: Sequence[Setting], chosen: Setting, evaluations: int) -> Setting:
    """Return a setting with reserve for the next run, whose noise will be another."""
    least = max(2 * chosen.patience, 5 if evaluations > _SHORT else 2)
    safe = [
        row
        for row in rows
        if row.patience >= least
        and row.min_delta == chosen.min_delta
        and row.saved is not None
        and row.saved >= _WORTH
        and row.kept_step == chosen.kept_step
    ]
    return min(safe, key=lambda row: row.patience, default=chosen)


def _values(
    run: Run,
    curve: Curve,
    rows: tuple[Setting, ...],
    cheapest: Setting | None,
    *,
    already: str,
) -> EarlyStoppingValues:
    by_setting = {(row.patience, row.min_delta): row for row in rows}
    first, second = (by_setting[setting] for setting in COURSE)
    chosen = cheapest or first
    tags = [already or ("cheapest" if cheapest else "none")]
    if chosen.saved_seconds is not None and cheapest:
        tags.append("time")
    for name, row in (("first", first), ("second", second)):
        tags.append(name if row.saved is not None else f"{name}_runs")
    metric, tag = curve.metric, _tag(run, curve)
    return EarlyStoppingValues(
        tags=tuple(tags),
        code=_snippets(run, curve) if cheapest else (),
        metric=metric,
        split=curve.split,
        settings=len(rows),
        chosen=chosen,
        advised=_advised(rows, chosen, len(curve)) if cheapest else chosen,
        first=first,
        second=second,
        monitor=tag if _LIGHTNING.match(tag) else f"val_{metric}",
        keras=tag if tag.startswith("val_") else f"val_{metric}",
        evaluated=f"eval_{tag[5:] if _TRAINER.match(tag) else metric}",
        eval_steps=_eval_steps(run, curve),
        mode="min" if curve.lower_is_better else "max",
        greater=not curve.lower_is_better,
        rows=rows,
    )


def _tag(run: Run, curve: Curve) -> str:
    """Return the name under which the log has a curve."""
    own = (curve.metric, curve.split)
    return next(series.tag for series in run.series if (series.metric, series.split) == own)


def _snippets(run: Run, curve: Curve) -> tuple[str, ...]:
    """Return which snippets to show: all, or that of the library which the log is known to be of.

    The Trainer of Hugging Face has two, by how it evaluates.
    """
    trainer = "Hugging Face" if _eval_steps(run, curve) is None else "Hugging Face (steps)"
    return (trainer,) if _is_trainer(run) else ("Keras", "Lightning", trainer)


def _is_trainer(run: Run) -> bool:
    return "Hugging Face" in run.meta.format


def _eval_steps(run: Run, curve: Curve) -> int | None:
    """Return the steps between evaluations of a Trainer, None if it evaluates once per epoch."""
    is_trainer = _is_trainer(run) or _TRAINER.match(_tag(run, curve))
    whole = curve.has_epochs and bool(np.all(curve.epoch == np.round(curve.epoch)))
    between = np.diff(np.unique(curve.step))
    if not is_trainer or whole or not len(between):
        return None
    return int(np.median(between))
