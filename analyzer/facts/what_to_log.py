"""What the log lacks, by what it would show: the list for the next run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import metrics
from analyzer.facts._base import Fact
from analyzer.measures.configured_rate import configured_rates
from analyzer.measures.data_size import validation_examples
from analyzer.measures.described import describes_layers, describes_training
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.settings import meaning_of, walk
from analyzer.model.values import Values

_FEWEST = 12  # evaluations of a curve that most checks can judge
_MOST_TIMED = 0.5  # of the judged points: fewer times are of something else
_BATCHES = ("batch_size", "train_batch_size", "per_device_train_batch_size")


@dataclass(frozen=True, eq=False)
class WhatToLogValues(Values):
    """What is missing, the most useful first."""

    tags: tuple[str, ...]
    missing: int
    evaluations: int | None  # of the held-out curve
    not_finite: int  # of these
    unknown: tuple[str, ...]  # the settings to log, by their keys in the terms


class WhatToLog(Fact):
    """What to log the next time."""

    place: ClassVar[int | None] = 90

    def compute(self, run: Run, best: Best | None) -> WhatToLogValues | None:
        """Return what the log lacks, or None if it lacks nothing or is no training run."""
        if best is None:
            return None
        curve = _held_out(run, best)
        tags = [] if run.rewards else _curves(run, curve)
        tags += [tag for tag, is_there in _others(run, best).items() if not is_there]
        if not tags:
            return None
        return WhatToLogValues(
            tags=tuple(tags),
            missing=len(tags),
            evaluations=len(curve) if curve else None,
            not_finite=len(curve) - curve.finite_points if curve else 0,
            unknown=_unknown(run) if "no_settings" in tags else (),
        )


def _held_out(run: Run, best: Best) -> Curve | None:
    """Return the held-out curve of the judged metric, even without a finite value."""
    return run.find_curve(best.metric, run.held_out(best.metric), at_least=0)


def _curves(run: Run, evaluated: Curve | None) -> list[str]:
    """Return which curves are missing."""
    losses = run.metrics_of("loss")
    tags = []
    if not losses:
        tags.append("no_loss")
    if evaluated is None:
        tags.append("no_held_out")
    elif len(evaluated) < _FEWEST:
        tags.append("few_evaluations")
    elif evaluated.finite_points < _FEWEST:
        tags.append("few_finite")
    main = (losses or run.metrics_of("score"))[0]
    if run.find_curve(main, run.trained_on(main), at_least=0) is None:
        tags.append("no_training")
    if not any(metrics.tells_errors(series.metric) for series in run.series):
        tags.append("no_score")
    return tags


def _others(run: Run, best: Best) -> dict[str, bool]:
    """Return what else a log may hold, by the tag for its absence."""
    logged = {series.metric for series in run.series}
    is_described = describes_training(run) or describes_layers(run) or _has_seed(run)
    no_rate = "no_rate_curve" if configured_rates(run.config) else "no_rate"
    found = {
        no_rate: _has_rate(run),
        "no_seed": _has_seed(run),
        "no_settings": is_described,
        "no_norms": "grad_norm" in logged,
        "no_time": _is_timed(run, best),
    }
    if run.metrics_of("score") and not run.rewards:
        found["no_size"] = validation_examples(run) is not None
    if not is_described:
        del found["no_seed"]  # the settings would hold it, and a plan of epochs or steps would not
    return found


def _has_rate(run: Run) -> bool:
    """Say whether the learning rate was logged as a curve."""
    return any(series.metric.startswith("lr") for series in run.series)


def _is_timed(run: Run, best: Best) -> bool:
    """Say whether the points have times, or durations are logged about as often as they are."""
    if any(np.isfinite(times).any() for times in run.distinct("wall_time")):
        return True
    judged = run.find_curve(best.metric, best.split, at_least=0)
    fewest = max(2.0, _MOST_TIMED * (len(judged) if judged else 0))
    timed = [series for series in run.series if metrics.times_training(series.metric)]
    return any(
        np.isfinite(series.value).sum() >= fewest
        for series in timed
        if series.split not in ("val", "test")
    )


def _unknown(run: Run) -> tuple[str, ...]:
    """Return the usual settings that neither the settings nor the log itself gives.

    Only of a run whose settings describe no training: of its plan, they may give the rest.
    """
    keys = {meaning_of(setting.key) for setting in walk(run.config) if setting.value is not None}
    known = {
        "lr": _has_rate(run),
        "batch_size": not keys.isdisjoint(_BATCHES),
        "epochs": "epoch" in run.meta.planned or any("epochs" in key.split("_") for key in keys),
    }
    wanted = ("seed", "lr", "batch_size", "weight_decay", "dropout", "epochs")
    return tuple(name for name in wanted if not known.get(name))


def _has_seed(run: Run) -> bool:
    """Say whether a setting is a seed, whatever the words around it."""
    return any(
        "seed" in setting.key.lower() or setting.key.lower().endswith("random_state")
        for setting in walk(run.config)
        if setting.value is not None
    )
