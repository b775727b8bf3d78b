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
from analyzer.model.settings import walk
from analyzer.model.values import Values

_FEWEST = 12  # evaluations of a curve that most checks can judge


@dataclass(frozen=True, eq=False)
class WhatToLogValues(Values):
    """What is missing, the most useful first."""

    tags: tuple[str, ...]
    missing: int
    evaluations: int | None  # of the held-out curve


class WhatToLog(Fact):
    """What to log the next time."""

    place: ClassVar[int | None] = 90

    def compute(self, run: Run, best: Best | None) -> WhatToLogValues | None:
        """Return what the log lacks, or None if it lacks nothing or is no training run."""
        if best is None:
            return None
        evaluations = _evaluations(run, best)
        tags = [] if run.rewards else _curves(run, evaluations)
        tags += [tag for tag, is_there in _others(run).items() if not is_there]
        if not tags:
            return None
        return WhatToLogValues(tuple(tags), len(tags), evaluations)


def _evaluations(run: Run, best: Best) -> int | None:
    """Return how many finite values the held-out curve of the judged metric has."""
    curve = run.find_curve(best.metric, run.held_out(best.metric))
    return curve.finite_points if curve else None


def _curves(run: Run, evaluations: int | None) -> list[str]:
    """Return which curves are missing."""
    losses = run.metrics_of("loss")
    tags = []
    if not losses:
        tags.append("no_loss")
    if evaluations is None:
        tags.append("no_held_out")
    elif evaluations < _FEWEST:
        tags.append("few_evaluations")
    main = (losses or run.metrics_of("score"))[0]
    if run.find_curve(main, run.trained_on(main)) is None:
        tags.append("no_training")
    if not any(metrics.tells_errors(series.metric) for series in run.series):
        tags.append("no_score")
    return tags


def _others(run: Run) -> dict[str, bool]:
    """Return what else a log may hold, by the tag for its absence."""
    logged = {series.metric for series in run.series}
    timed = any(np.isfinite(times).any() for times in run.distinct("wall_time"))
    is_described = describes_training(run) or describes_layers(run) or _has_seed(run)
    no_rate = "no_rate_curve" if configured_rates(run.config) else "no_rate"
    found = {
        no_rate: any(name == "lr" or name.startswith("lr") for name in logged),
        "no_seed": _has_seed(run),
        "no_settings": is_described,
        "no_norms": "grad_norm" in logged,
        "no_time": timed,
    }
    if run.metrics_of("score") and not run.rewards:
        found["no_size"] = validation_examples(run) is not None
    if not is_described:
        del found["no_seed"]  # the settings would hold it, and a plan of epochs or steps would not
    return found


def _has_seed(run: Run) -> bool:
    """Say whether a setting is a seed, whatever the words around it."""
    return any(
        "seed" in setting.key.lower() or setting.key.lower().endswith("random_state")
        for setting in walk(run.config)
        if setting.value is not None
    )
