"""Optuna's database (SQLite): the intermediate values that trials reported, a run for each trial.

A study whose trials reported nothing has results and no curves; it is named with its export.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers import _sqlite
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._gathered import with_issues
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._setting_texts import clean

_TABLES = {"studies", "trials", "trial_intermediate_values"}
_VALUES = ("trial_id", "step", "intermediate_value", "intermediate_value_type")
_FEWEST = 5  # values of a trial; fewer are no curve
_LARGEST_STEP = 2**62
_NOT_FINITE = {"INF_POS": math.inf, "INF_NEG": -math.inf, "NAN": math.nan}
_NAMES = "study:metric_names"
_TAG = "intermediate_value"


@dataclass
class _Study:
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
class _Trial:
    """A trial: its study, its number there, its settings and what it reported."""

    study: _Study
    number: int
    config: dict[str, Any] = field(default_factory=dict)
    step: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    lost: int = 0  # reports without a number, or with a step beyond 64 bits


class OptunaStudy(Parser):
    """The storage ``sqlite:///study.db`` of a study whose trials call ``trial.report``."""

    title: ClassVar[str] = "Optuna study"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim a database with a trial that reported enough values, and its side files."""
        if not _sqlite.is_database(file):
            database = _sqlite.database_of(file)
            return database is not None and self.claims(database)
        if not _sqlite.table_names(file) >= _TABLES:
            return False
        counts: Counter[Any] = Counter()
        try:
            with _sqlite.open_database(file) as opened:
                for (trial,) in opened.rows("trial_intermediate_values", ("trial_id",)):
                    counts[trial] += 1
                    if counts[trial] >= _FEWEST:
                        return True
        except ParseError:
            return bool(counts)  # what is before the damage can be read
        return False

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put a database and its side files together."""
        return _sqlite.groups(files)

    def parse(self, group: Group) -> list[Run]:
        """Read the trials; those of a damaged table have the rows before the damage."""
        file = group.files[0]
        if not _sqlite.is_database(file):
            raise NotThisFormat("sqlite_side_file")
        trials: dict[Any, _Trial] = {}
        with _sqlite.open_database(file) as database:
            issues = list(database.issues)
            for read in (_read_trials, _read_settings, _read_values):
                try:
                    read(database, trials)
                except ParseError as error:
                    issues.append(LogIssue("warning", file.shown, error.key, values=error.values))
        issues += _unfit(trials.values(), file.shown)
        curves = [trial for trial in trials.values() if len(trial.value) >= _FEWEST]
        if len(curves) < len(trials):
            values = {"count": len(trials) - len(curves), "fewest": _FEWEST}
            issues.append(LogIssue("info", file.shown, "short_trials", values=values))
        assumed = {
            trial.study.reading.metric
            for trial in curves
            if not metrics.is_judged(trial.study.metric)
        }
        for metric in sorted(assumed):
            named = {"metric": metric, "name": _TAG}
            issues.append(LogIssue("info", file.shown, "reported_values", values=named))
        several = len({trial.study.name for trial in curves}) > 1
        runs = [self._run(trial, file, several=several) for trial in curves]
        return with_issues(runs, issues)

    def _run(self, trial: _Trial, file: LogFile, *, several: bool) -> Run:
        """Return the run of a trial; its name has that of the study if the database has several."""
        order = np.argsort(np.array(trial.step, dtype=np.int64), kind="stable")
        nothing = np.full(len(order), np.nan)
        points = Points(
            tag=trial.study.metric or _TAG,
            split="",
            step=np.array(trial.step, dtype=np.int64)[order],
            epoch=nothing,
            wall_time=nothing,
            value=np.array(trial.value)[order],
            reading=trial.study.reading,
        )
        series, issues = assemble([points], file.shown)
        meta = meta_of(self.title, [file.shown], [points], axes={"step": "step"})
        number = f"#{trial.number}"
        name = f"{trial.study.name} {number}" if several else number
        return Run(name, series, clean(trial.config), meta, tuple(issues))


def _read_trials(database: _sqlite.Database, trials: dict[Any, _Trial]) -> None:
    """Add the trials of all studies, by their id."""
    studies = {
        study: _Study(str(name)) for study, name in database.rows("studies", _of("study_name"))
    }
    for study, direction in database.rows("study_directions", _of("direction")):
        if study in studies:
            studies[study].maximizes = direction == "MAXIMIZE"
    for study, key, text in database.rows("study_system_attributes", _of("key", "value_json")):
        names = _decoded(text) if key == _NAMES and study in studies else None
        if isinstance(names, list) and names and isinstance(names[0], str):
            studies[study].metric = names[0]
    for trial, number, study in database.rows("trials", ("trial_id", "number", "study_id")):
        if study in studies:
            whole = number if isinstance(number, int) else len(trials)
            trials[trial] = _Trial(studies[study], whole)


def _of(*columns: str) -> tuple[str, ...]:
    return ("study_id", *columns)


def _read_settings(database: _sqlite.Database, trials: dict[Any, _Trial]) -> None:
    """Add the parameters of each trial and the single values that a user put beside them."""
    beside = ("trial_id", "key", "value_json")
    for trial, name, text in database.rows("trial_user_attributes", beside):
        value = _decoded(text)
        if trial in trials and isinstance(value, str | int | float):
            trials[trial].config[str(name)] = value
    params = ("trial_id", "param_name", "param_value", "distribution_json")
    for trial, name, number, text in database.rows("trial_params", params):
        if trial in trials and isinstance(number, int | float):
            trials[trial].config[str(name)] = _parameter(float(number), _decoded(text))


def _parameter(value: float, distribution: Any) -> Any:
    """Return a parameter as the trial had it: a choice by its place, a whole number as such."""
    if not isinstance(distribution, Mapping) or not math.isfinite(value):
        return value
    attributes = distribution.get("attributes")
    choices = attributes.get("choices") if isinstance(attributes, Mapping) else None
    if isinstance(choices, list) and value.is_integer() and 0 <= value < len(choices):
        return choices[int(value)]
    is_whole = str(distribution.get("name", "")).startswith("Int") and value.is_integer()
    return int(value) if is_whole else value


def _read_values(database: _sqlite.Database, trials: dict[Any, _Trial]) -> None:
    """Add what each trial reported; one that cannot be kept is counted."""
    for trial, step, value, kind in database.rows("trial_intermediate_values", _VALUES):
        if trial not in trials:
            continue
        number = _reported(value, kind)
        if number is None or not isinstance(step, int) or abs(step) >= _LARGEST_STEP:
            trials[trial].lost += 1
            continue
        trials[trial].step.append(step)
        trials[trial].value.append(number)


def _reported(value: Any, kind: Any) -> float | None:
    """Return a reported value, None if it is no number; older databases keep NaN as NULL."""
    if str(kind) in _NOT_FINITE:
        return _NOT_FINITE[str(kind)]
    if value is None:
        return math.nan
    return float(value) if isinstance(value, int | float) else None


def _unfit(trials: Iterable[_Trial], source: str) -> list[LogIssue]:
    """Return an issue if reports could not be kept."""
    counts = [(len(trial.value), trial.lost) for trial in trials]
    kept, lost = sum(kept for kept, _ in counts), sum(lost for _, lost in counts)
    return [LogIssue("warning", source, "points_unfit", kept=kept, lost=lost)] if lost else []


def _decoded(text: Any) -> Any:
    """Return the value of a JSON text, None if it is not one."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
