"""MLflow's database ``mlflow.db`` (SQLite): its runs with parameters and every logged value.

A deleted run is counted, not read. The database keeps NaN as 0 with a mark, and infinity as the
largest number; both become what was logged.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers import _mlflow, _sqlite
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._gathered import with_issues

_TABLES = {"metrics", "runs", "params", "experiments"}
_METRICS = ("run_uuid", "key", "value", "timestamp", "step", "is_nan")


class MlflowDatabase(_sqlite.DatabaseParser):
    """The store of an MLflow tracking server or of ``sqlite:///mlflow.db``."""

    title: ClassVar[str] = "MLflow database"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim a database with MLflow's tables, and the files SQLite keeps beside it."""
        if _sqlite.is_database(file):
            return _sqlite.table_names(file) >= _TABLES
        return _sqlite.is_beside(file, _TABLES)

    def parse(self, group: Group) -> list[Run]:
        """Read the runs; those of a damaged table have the rows before the damage."""
        file = _sqlite.database_in(group)
        shown = [file.shown]
        with _sqlite.open_database(file) as database:
            issues = list(database.issues)
            try:
                stored = _runs(database)
            except ParseError as error:
                stored = {}
                issues.append(LogIssue("error", file.shown, error.key, values=error.values))
            active = {
                run_id: run for run_id, run in stored.items() if run.lifecycle != _mlflow.DELETED
            }
            for read in (_read_params, _read_names, self._read_metrics):
                try:
                    read(database, active)
                except ParseError as error:
                    issues.append(LogIssue("warning", file.shown, error.key, values=error.values))
        hidden = len(stored) - len(active)
        if hidden:
            issues.append(_mlflow.deleted(shown, hidden))
        found = [
            _mlflow.run_of(run, shown, self.title) for run in active.values() if run.gathered.tags
        ]
        return with_issues(found, issues)

    def _read_metrics(self, database: _sqlite.Database, runs: dict[str, _mlflow.StoredRun]) -> None:
        """Add every logged value to its run."""
        for run_id, key, value, timestamp, step, is_nan in database.rows("metrics", _METRICS):
            run = runs.get(run_id)
            if run is None or (_mlflow.is_system(key) and not self.options.system_stats):
                continue
            number, time = _number(value), _number(timestamp) / 1000
            if is_nan:
                number = math.nan
            elif math.isnan(number):
                run.gathered.lost += 1
                continue
            whole = step if isinstance(step, int) else 0
            run.gathered.add(key, whole, _mlflow.finite_or_infinite(number), wall_time=time)


def _runs(database: _sqlite.Database) -> dict[str, _mlflow.StoredRun]:
    """Return the runs by id; those of a deleted experiment are deleted, too."""
    experiments: dict[Any, tuple[str, str]] = {}
    columns = ("experiment_id", "name", "lifecycle_stage")
    for number, name, stage in database.rows("experiments", columns):
        experiments[number] = (_word(name), _word(stage))
    runs = {}
    fields = ("run_uuid", "name", "lifecycle_stage", "experiment_id")
    for run_id, name, stage, number in database.rows("runs", fields):
        experiment, experiment_stage = experiments.get(number, ("", ""))
        if experiment_stage == _mlflow.DELETED:
            stage = experiment_stage
        runs[run_id] = _mlflow.StoredRun(_word(run_id), _word(name), experiment, _word(stage))
    return runs


def _read_params(database: _sqlite.Database, runs: dict[str, _mlflow.StoredRun]) -> None:
    for run_id, key, value in database.rows("params", ("run_uuid", "key", "value")):
        if run_id in runs:
            runs[run_id].params[_word(key)] = _word(value)


def _read_names(database: _sqlite.Database, runs: dict[str, _mlflow.StoredRun]) -> None:
    """Take the name of a run from its tag, where a user who renames it finds the new one."""
    for run_id, key, value in database.rows("tags", ("run_uuid", "key", "value")):
        if key == _mlflow.RUN_NAME and value and run_id in runs:
            runs[run_id].name = _word(value)


def _word(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
