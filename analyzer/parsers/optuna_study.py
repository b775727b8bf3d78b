"""Optuna's database (SQLite): the intermediate values that trials reported, a run for each trial.

A study whose trials reported nothing has results and no curves; it is named with its export.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, ClassVar

from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers import _sqlite
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._optuna import FEWEST, NAMES, Study, Trial, parameter, runs_of

_TABLES = {"studies", "trials", "trial_intermediate_values"}
_VALUES = ("trial_id", "step", "intermediate_value", "intermediate_value_type")
_NOT_FINITE = {"INF_POS": math.inf, "INF_NEG": -math.inf, "NAN": math.nan}


class OptunaStudy(_sqlite.DatabaseParser):
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
                    if counts[trial] >= FEWEST:
                        return True
        except ParseError:
            return bool(counts)  # what is before the damage can be read
        return False

    def parse(self, group: Group) -> list[Run]:
        """Read the trials; those of a damaged table have the rows before the damage."""
        file = _sqlite.database_in(group)
        trials: dict[Any, Trial] = {}
        with _sqlite.open_database(file) as database:
            issues = list(database.issues)
            for read in (_read_trials, _read_settings, _read_values):
                try:
                    read(database, trials)
                except ParseError as error:
                    issues.append(LogIssue("warning", file.shown, error.key, values=error.values))
        return runs_of(trials.values(), file, self.title, issues)


def _read_trials(database: _sqlite.Database, trials: dict[Any, Trial]) -> None:
    """Add the trials of all studies, by their id."""
    studies = {
        study: Study(str(name)) for study, name in database.rows("studies", _of("study_name"))
    }
    for study, direction in database.rows("study_directions", _of("direction")):
        if study in studies:
            studies[study].maximizes = direction == "MAXIMIZE"
    for study, key, text in database.rows("study_system_attributes", _of("key", "value_json")):
        names = _decoded(text) if key == NAMES and study in studies else None
        if isinstance(names, list) and names and isinstance(names[0], str):
            studies[study].metric = names[0]
    for trial, number, study in database.rows("trials", ("trial_id", "number", "study_id")):
        if study in studies:
            whole = number if isinstance(number, int) else len(trials)
            trials[trial] = Trial(studies[study], whole)


def _of(*columns: str) -> tuple[str, ...]:
    return ("study_id", *columns)


def _read_settings(database: _sqlite.Database, trials: dict[Any, Trial]) -> None:
    """Add the parameters of each trial and the single values that a user put beside them."""
    beside = ("trial_id", "key", "value_json")
    for trial, name, text in database.rows("trial_user_attributes", beside):
        value = _decoded(text)
        if trial in trials and isinstance(value, str | int | float):
            trials[trial].config[str(name)] = value
    params = ("trial_id", "param_name", "param_value", "distribution_json")
    for trial, name, number, text in database.rows("trial_params", params):
        if trial in trials and isinstance(number, int | float):
            trials[trial].config[str(name)] = parameter(float(number), _decoded(text))


def _read_values(database: _sqlite.Database, trials: dict[Any, Trial]) -> None:
    """Add what each trial reported; one that cannot be kept is counted."""
    for trial, step, value, kind in database.rows("trial_intermediate_values", _VALUES):
        if trial in trials:
            trials[trial].report(step, _NOT_FINITE.get(str(kind), value))


def _decoded(text: Any) -> Any:
    """Return the value of a JSON text, None if it is not one."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
