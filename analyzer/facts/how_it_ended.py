"""How a run ended: at its plan, by early stopping, at NaN, by an exception, or cut short.

What the log itself says of its end ("Early stopping", "Training finished") comes before a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np

from analyzer.facts._base import Fact
from analyzer.facts._stopped_early import DELTAS, Guess, guess
from analyzer.measures.plan import Progress, progress
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.settings import find
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats, Ints
from analyzer.stats.patience import stops

PLANNED, STOPPED, NAN, CUT = "planned", "early_stopping", "nan", "cut"
SAID, CONFIGURED = "early_stopping_said", "early_stopping_configured"
FINISHED = "finished"  # the log says that the training was over
CRASHED, EXIT_CODE = "crashed", "exit_code"
UNCLEAR = "unclear"  # early stopping or an interruption: the log cannot tell
_PATIENCE = (
    *("patience", "early_stopping_patience", "early_stop_patience", "es_patience", "stop_patience"),
    *("early_stopping_rounds", "early_stopping", "early_stop", "n_iter_no_change"),
)
_LIKELY = 0.65  # that early stopping ended it: about two to one
_POSSIBLE = 0.15  # less is chance
_LOSS_WATCHED = 0.85  # how often the judged curve is the watched one: it is by default
_DONE = 0.995  # of the plan: the last point is logged a little before the end
_CUT = 0.95


@dataclass(frozen=True, eq=False)
class HowItEndedValues(Values):
    """Why the log ends where it does; the plan is known only if settings or log state it."""

    tags: tuple[str, ...]
    unit: str | None  # of the plan: "step" or "epoch"
    done: float | None
    planned: float | None
    share: float | None
    patience: int | None  # evaluations without an improvement, if early stopping explains the end
    min_delta: float | None  # by which an improvement had to be larger
    probability: float | None  # of a guessed early stopping
    fitting: int | None  # evaluations at which a usual patience would have ended it, the last too
    evaluations: int
    configured: bool  # whether the settings state this patience
    metric: str | None
    split: str | None
    best_step: int | None
    best_epoch: float | None
    end_step: int
    end_epoch: float | None
    exception: str | None  # in whose traceback the console output ends
    exit_code: int | None  # of the process, as a tracker recorded it
    words: str | None  # with which the log says that it was stopped or over


class _Configured(NamedTuple):
    """Early stopping in the settings that ends a curve; its last improvement is ``kept``."""

    patience: int
    kept: int


class HowItEnded(Fact):
    """Why the run ended, if the log shows it."""

    place: ClassVar[int | None] = 30

    def compute(self, run: Run, best: Best | None) -> HowItEndedValues | None:
        """Return how it ended, or None if nothing in the log shows it."""
        return how_it_ended(run, best)


def how_it_ended(run: Run, best: Best | None) -> HowItEndedValues | None:
    """Return how it ended, or None if nothing in the log shows it."""
    if best is None:
        return None
    curve = run.curve(best.metric, best.split)
    plan = _plan(run, curve)
    is_over = plan is not None and plan.done >= _DONE * plan.planned
    if is_over:
        return _with_crash(_values(PLANNED, plan, curve), run)
    if _ends_in_nan(run, best.metric):
        return _with_crash(_values(NAN, plan, curve), run)
    stopped = None if run.rewards else _stopped(run, best, plan)
    is_sure = stopped is not None and CONFIGURED in stopped.tags
    if not is_sure and _has_words(run, stopped):
        return _with_crash(_said(run, plan, curve), run)
    has_crashed = bool(run.meta.exception or _exit_code(run))  # which says more than a guess does
    if stopped is not None and UNCLEAR not in stopped.tags and (is_sure or not has_crashed):
        return _with_crash(stopped, run)
    if run.meta.exception:
        return replace(_values(CRASHED, plan, curve), exception=run.meta.exception)
    if _exit_code(run):
        return replace(_values(EXIT_CODE, plan, curve), exit_code=_exit_code(run))
    if stopped is not None:
        return stopped
    if plan is not None and plan.done < _CUT * plan.planned:
        return _values(CUT, plan, curve)
    return None


def _has_words(run: Run, stopped: HowItEndedValues | None) -> bool:
    """Say whether the log says how it ended, and more than a likely early stopping tells."""
    said = run.meta.said_end
    is_likely = stopped is not None and UNCLEAR not in stopped.tags
    return said is not None and (said.kind == "stopped" or not is_likely)


def _said(run: Run, plan: Progress | None, curve: Curve) -> HowItEndedValues:
    """Return the end that the log states in words."""
    said = run.meta.said_end
    if said is not None and said.kind == "stopped":
        return replace(_values(SAID, plan, curve), words=said.words)
    return replace(_values(FINISHED, plan, curve), words=said.words if said else None)


def _with_crash(values: HowItEndedValues, run: Run) -> HowItEndedValues:
    """Return how a run ended with the exception or exit code that came after, if any."""
    exception, code = run.meta.exception or None, _exit_code(run)
    tags = values.tags
    if exception:
        tags = (*tags, f"{CRASHED}_after")
    elif code:
        tags = (*tags, EXIT_CODE)
    return replace(values, tags=tags, exception=exception, exit_code=code)


def _exit_code(run: Run) -> int | None:
    """Return the exit code that a tracker recorded if it is not 0."""
    return (run.meta.tracker and run.meta.tracker.exit_code) or None


def _plan(run: Run, curve: Curve) -> Progress | None:
    """Return the plan and what was done of it; epochs that count from 0 are one more."""
    plan = progress(run)
    if plan is None:
        return None
    if plan.unit == "epoch":
        epochs = curve.epoch[np.isfinite(curve.epoch)]
        counts = len(epochs) > 0 and epochs[0] == 0 and (epochs == np.round(epochs)).all()
        plan = plan._replace(done=plan.done + 1) if counts else plan
        return _next_beyond(plan, epochs)
    return _next_beyond(plan, curve.step)


def _next_beyond(plan: Progress, places: Ints | Floats) -> Progress:
    """Return a plan that is done if the next point would lie beyond it."""
    gaps = np.diff(np.unique(places))
    between = float(np.median(gaps)) if len(gaps) > 1 else 0.0
    return plan._replace(done=plan.planned) if 0 <= plan.planned - plan.done < between else plan


def _ends_in_nan(run: Run, metric: str) -> bool:
    """Say whether a curve of the metric ends in a value that is not finite."""
    curves = (run.find_curve(metric, split) for split in run.splits(metric))
    return any(curve is not None and not np.isfinite(curve.value[-1]) for curve in curves)


def _stopped(run: Run, best: Best, plan: Progress | None) -> HowItEndedValues | None:
    """Return the early stopping that ends the run where it ended, None if none fits."""
    watched = list(_monitored(run, best))
    configured = _configured(run)
    if configured is not None:
        for curve in watched:
            fitting = _fitting(curve, configured)
            if fitting is not None:
                return _values(STOPPED, plan, curve, fitting)
        return None
    guesses = [(_guessed(curve, plan, best, len(watched)), curve) for curve in watched]
    found = [(guessed, curve) for guessed, curve in guesses if guessed is not None]
    if not found:
        return None
    guessed, curve = max(found, key=lambda pair: pair[0].probability)
    if guessed.probability < _POSSIBLE:
        return None
    return _values(STOPPED if guessed.probability >= _LIKELY else UNCLEAR, plan, curve, guessed)


def _configured(run: Run) -> int | None:
    """Return the patience in the settings, None if there is none or they disagree."""
    found = {
        int(setting.value)
        for setting in find(run.config, _PATIENCE)
        if isinstance(setting.value, int | float)
        and not isinstance(setting.value, bool)
        and 0 < setting.value < 1e6
    }
    return found.pop() if len(found) == 1 else None


def _monitored(run: Run, best: Best) -> Iterator[Curve]:
    """Yield the curves that early stopping may have watched, the judged one first."""
    if best.split in ("val", "test"):
        yield run.curve(best.metric, best.split)
    for metric in run.metrics_of("score")[:3]:
        curve = run.find_curve(metric, run.held_out(metric))
        if curve is not None and metric != best.metric:
            yield curve


def _fitting(curve: Curve, patience: int) -> _Configured | None:
    """Return the early stopping of a known patience if it ends a curve at its last point."""
    if len(curve) <= patience:
        return None
    fall = curve.value if curve.lower_is_better else -curve.value
    waits = (patience, patience + 1)  # some libraries stop only beyond the patience
    for delta in DELTAS:
        if any(stop.at == len(fall) - 1 for stop in stops(fall, delta, waits)):
            return _Configured(patience, curve.best())
    return None


def _guessed(curve: Curve, plan: Progress | None, best: Best, watched: int) -> Guess | None:
    """Return the likeliest early stopping on one of the curves that it may have watched."""
    share = 1.0
    if watched > 1:
        is_judged = curve.metric == best.metric
        share = _LOSS_WATCHED if is_judged else (1 - _LOSS_WATCHED) / (watched - 1)
    planned = len(curve) * plan.planned / plan.done if plan and plan.done > 0 else None
    return guess(curve, planned, share)


def _values(
    tag: str,
    plan: Progress | None,
    curve: Curve,
    stopped: Guess | _Configured | None = None,
) -> HowItEndedValues:
    at = stopped.kept if stopped else None
    guessed = stopped if isinstance(stopped, Guess) else None
    return HowItEndedValues(
        tags=(_tag(tag, plan, stopped),),
        unit=plan.unit if plan else None,
        done=plan.done if plan else None,
        planned=plan.planned if plan else None,
        share=plan.done / plan.planned if plan else None,
        patience=stopped.patience if stopped else None,
        min_delta=guessed.min_delta if guessed else None,
        probability=guessed.probability if guessed else None,
        fitting=guessed.fitting if guessed else None,
        evaluations=len(curve),
        configured=isinstance(stopped, _Configured),
        metric=curve.metric,
        split=curve.split,
        best_step=None if at is None else int(curve.step[at]),
        best_epoch=float(curve.epoch[at]) if at is not None and curve.has_epochs else None,
        end_step=int(curve.step[-1]),
        end_epoch=float(curve.epoch[-1]) if curve.has_epochs else None,
        exception=None,
        exit_code=None,
        words=None,
    )


def _tag(tag: str, plan: Progress | None, stopped: Guess | _Configured | None) -> str:
    """Return the tag of the sentence that says how the run ended."""
    if tag in (PLANNED, CUT, CRASHED, FINISHED) and plan:
        return f"{tag}_{plan.unit}"
    if isinstance(stopped, _Configured):
        return CONFIGURED
    if tag == STOPPED and stopped is not None and stopped.min_delta:
        return f"{STOPPED}_delta"
    return tag
