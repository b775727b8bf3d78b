"""Trackio's database (SQLite): a project with its runs, each row a JSON object of metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import TrackerRecord
from analyzer.model.run import Run
from analyzer.parsers import _sqlite
from analyzer.parsers._axes import seconds_of
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._gathered import with_issues
from analyzer.parsers._json import Unreadable, as_number, read_value
from analyzer.parsers._json_rows import Rows
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import read_table

_TABLES = {"metrics", "configs"}
_COLUMNS = {"run_name", "step", "metrics"}
_ROW = ("run_id", "run_name", "step", "timestamp", "metrics")
_STEP, _TIME = "step", "timestamp"


class Trackio(_sqlite.DatabaseParser):
    """The database of a project in ``TRACKIO_DIR``."""

    title: ClassVar[str] = "Trackio database"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim a database with Trackio's tables, and the files SQLite keeps beside it."""
        if _sqlite.is_database(file):
            return _is_trackio(file)
        database = _sqlite.database_of(file)
        return database is not None and _is_trackio(database)

    def parse(self, group: Group) -> list[Run]:
        """Read the runs of a project; those of a damaged table have the rows before the damage."""
        file = _sqlite.database_in(group)
        logs: dict[str, _Log] = {}
        with _sqlite.open_database(file) as database:
            issues = list(database.issues)
            if not database.columns("metrics") >= _COLUMNS:
                raise NotThisFormat("not_a_log")
            tables = ["metrics", "system_metrics"] if self.options.system_stats else ["metrics"]
            for table in tables:
                try:
                    _read_rows(database, table, logs)
                except ParseError as error:
                    issues.append(LogIssue("warning", file.shown, error.key, values=error.values))
            try:
                _read_configs(database, logs)
            except ParseError as error:
                issues.append(LogIssue("warning", file.shown, error.key, values=error.values))
        issues += [
            _bad_rows(log, file, 0) for log in logs.values() if log.bad and not log.rows.lines
        ]
        runs = [self._run(log, file, group.name.name) for log in logs.values() if log.rows.lines]
        return with_issues(runs, issues)

    def _run(self, log: _Log, file: LogFile, project: str) -> Run:
        """Return the rows of one run as a Run."""
        rare = log.rows.leave_rare(place="metrics")
        table = read_table(log.rows.columns(), file.shown, rows_are_epochs=False, is_log=True)
        series, issues = assemble(table.points, f"{file.shown} ({log.name})")
        issues = [*table.issues, *issues]
        if log.bad:
            issues.append(_bad_rows(log, file, sum(map(len, series))))
        if rare is not None:
            issues.append(rare.issue(f"{file.shown} ({log.name})", sum(map(len, series))))
        meta = meta_of(
            self.title,
            [file.shown],
            table.points,
            axes=table.axes,
            passed_over=(*table.passed_over, *log.rows.lists()),
            tracker=TrackerRecord(run_id=log.run_id, project=project, display_name=log.name),
        )
        return Run(log.name, series, log.config, meta, tuple(issues))


@dataclass
class _Log:
    """The rows and the settings of one run."""

    run_id: str
    name: str
    rows: Rows = field(default_factory=Rows)
    config: dict[str, Any] = field(default_factory=dict)
    bad: int = 0


def _bad_rows(log: _Log, file: LogFile, kept: int) -> LogIssue:
    return LogIssue("warning", file.shown, "bad_rows", kept=kept, values={"count": log.bad})


def _is_trackio(file: LogFile) -> bool:
    """Say whether a database has Trackio's tables and not those of MLflow."""
    names = _sqlite.table_names(file)
    return names >= _TABLES and "experiments" not in names


def _read_rows(database: _sqlite.Database, table: str, logs: dict[str, _Log]) -> None:
    """Add the rows of a table to the logs of their runs."""
    for run_id, name, step, timestamp, content in database.rows(table, _ROW):
        key = str(run_id or name)
        log = logs.setdefault(key, _Log(str(run_id or ""), str(name)))
        row = _object(content)
        if row is None:
            log.bad += 1
            continue
        cells = {key: _cell(cell) for key, cell in row.items() if key not in (_STEP, _TIME)}
        index = len(log.rows.lines) + log.bad
        log.rows.add({_STEP: step, _TIME: _seconds(timestamp), **cells}, index)


def _read_configs(database: _sqlite.Database, logs: Mapping[str, _Log]) -> None:
    """Add the settings to the logs; names that begin with "_" are Trackio's own."""
    for run_id, name, content in database.rows("configs", ("run_id", "run_name", "config")):
        log = logs.get(str(run_id or name))
        values = _object(content)
        if log is not None and values is None:
            log.bad += content is not None
        elif log is not None and values is not None:
            own = {key: value for key, value in values.items() if not key.startswith("_")}
            log.config = settings(own)


def _object(content: Any) -> dict[str, Any] | None:
    """Return the JSON object in a cell, which may be text or bytes."""
    if isinstance(content, bytes):
        content = content.decode("utf-8", "replace")
    value = read_value(content) if isinstance(content, str) else Unreadable
    return value if isinstance(value, dict) else None


def _cell(cell: Any) -> Any:
    """Return a cell with "NaN" and "Infinity" as numbers; an object that is media is a list."""
    if isinstance(cell, dict):
        if "_type" in cell:
            return []
        return {name: _cell(value) for name, value in cell.items()}
    return as_number(cell)


def _seconds(timestamp: Any) -> float | None:
    """Return the seconds since 1970 of an ISO date, in UTC unless it names a time zone."""
    return seconds_of(str(timestamp))
