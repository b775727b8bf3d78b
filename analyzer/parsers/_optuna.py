"""Optuna's trials, however they are stored: a run of what each reported, with its parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._gathered import with_issues
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._setting_texts import clean

FEWEST = 5  # values of a trial; fewer are no curve
NAMES = "study:metric_names"
_TAG = "intermediate_value"
_LARGEST_STEP = 2**62


@dataclass
class Study:
    """A study: its name, whether it maximizes, and the name of its metric, "" if it has none."""

    name: str
    maximizes: bool = False
    metric: str = ""

    @property
    def reading(self) -> metrics.Reading:
        """What the values are: the metric that the study names, or a loss or score."""
        for name in (self.metric, self.name):
            named = metrics.read(name)
            if metrics.kind(named.metric) is not None:
                return metrics.Reading(named.split or "val", named.metric)
        return metrics.Reading("val", "score" if self.maximizes else "loss")


@dataclass
class Trial:
    """A trial: its study, its number there, its settings and what it reported."""

    study: Study
    number: int
    config: dict[str, Any] = field(default_factory=dict)
    values: dict[int, float] = field(default_factory=dict)  # by step
    lost: int = 0  # reports without a number, or with a step beyond 64 bits

    def report(self, step: Any, value: Any) -> None:
        """Set the value of a step, or count it as lost; what a storage keeps as null is NaN.

        A later report of the same step replaces the earlier one, as in Optuna.
        """
        number = math.nan if value is None else as_float(value)
        if number is None or not isinstance(step, int) or abs(step) >= _LARGEST_STEP:
            self.lost += 1
            return
        self.values[step] = number


def as_float(value: Any) -> float | None:
    """Return a number as a float, None for what is not a number or exceeds the largest float."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def runs_of(
    trials: Iterable[Trial], file: LogFile, title: str, losses: Sequence[LogIssue]
) -> list[Run]:
    """Return a run for each trial with enough values; the first has the issues of the file."""
    trials, issues = list(trials), list(losses)
    lost = sum(trial.lost for trial in trials)
    if lost:
        kept = sum(len(trial.values) for trial in trials)
        issues.append(LogIssue("warning", file.shown, "points_unfit", kept=kept, lost=lost))
    curves = [trial for trial in trials if len(trial.values) >= FEWEST]
    if len(curves) < len(trials):
        values = {"count": len(trials) - len(curves), "fewest": FEWEST}
        issues.append(LogIssue("info", file.shown, "short_trials", values=values))
    assumed = {
        trial.study.reading.metric for trial in curves if not metrics.is_judged(trial.study.metric)
    }
    for metric in sorted(assumed):
        named = {"metric": metric, "name": _TAG}
        issues.append(LogIssue("info", file.shown, "reported_values", values=named))
    several = len({trial.study.name for trial in curves}) > 1
    return with_issues([_run(trial, file, title, several=several) for trial in curves], issues)


def _run(trial: Trial, file: LogFile, title: str, *, several: bool) -> Run:
    """Return the run of a trial; its name has that of the study if the database has several."""
    steps = sorted(trial.values)
    nothing = np.full(len(steps), np.nan)
    points = Points(
        tag=trial.study.metric or _TAG,
        split="",
        step=np.array(steps, dtype=np.int64),
        epoch=nothing,
        wall_time=nothing,
        value=np.array([trial.values[step] for step in steps]),
        reading=trial.study.reading,
    )
    series, issues = assemble([points], file.shown)
    meta = meta_of(title, [file.shown], [points], axes={"step": "step"})
    number = f"#{trial.number}"
    name = f"{trial.study.name} {number}" if several else number
    return Run(name, series, clean(trial.config), meta, tuple(issues))


def parameter(value: float, distribution: Any) -> Any:
    """Return a parameter as the trial had it: a choice by its place, a whole number as such."""
    if not isinstance(distribution, Mapping) or not math.isfinite(value):
        return value
    attributes = distribution.get("attributes")
    choices = attributes.get("choices") if isinstance(attributes, Mapping) else None
    if isinstance(choices, list) and value.is_integer() and 0 <= value < len(choices):
        return choices[int(value)]
    is_whole = str(distribution.get("name", "")).startswith("Int") and value.is_integer()
    return int(value) if is_whole else value
