"""Neptune's export to Parquet: a row for each value, the parts of one run in several files.

Needs the extra ``[parquet]``. A step of Neptune may be a fraction; it counts the points then.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import TrackerRecord
from analyzer.model.run import Run
from analyzer.parsers import _parquet
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._gathered import Gathered, with_issues
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings

_COLUMNS = ("attribute_path", "attribute_type", "float_value")  # that every export has
_MORE = (
    "project_id",
    "run_id",
    "step",
    "timestamp",
    "int_value",
    "string_value",
    "bool_value",
    "datetime_value",
)
_NUMBERS = ("float_value", "step")
_PART = re.compile(r"(.*)_part_\d+")
_MONITORING = ("monitoring/", "sys/", "runtime/", "source_code/")  # no setting of the user
_SETTINGS = {
    "float": "float_value",
    "int": "int_value",
    "string": "string_value",
    "bool": "bool_value",
}
_AXES = {"step": "step", "wall_time": "timestamp"}


class NeptuneParquet(Parser):
    """The files of Neptune's exporter."""

    title: ClassVar[str] = "Neptune export (Parquet)"

    def claims(self, file: LogFile) -> bool:
        """Claim Parquet whose table of contents names Neptune's columns."""
        return _parquet.footer_has(file, _COLUMNS)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the parts of a run together."""
        runs: dict[Path, list[LogFile]] = {}
        for file in files:
            match = _PART.fullmatch(file.stem)
            name = match[1] if match else file.stem
            runs.setdefault(file.relative.with_name(name), []).append(file)
        return [
            Group(name, tuple(sorted(own, key=lambda file: (len(file.shown), file.shown))))
            for name, own in runs.items()
        ]

    def parse(self, group: Group) -> list[Run]:
        """Read the runs of an export; a damaged part costs only itself."""
        logs: dict[str, _Log] = {}
        issues = []
        for file in group.files:
            try:
                self._read(file, logs)
            except NotThisFormat:
                raise
            except ParseError as error:
                issues.append(LogIssue("warning", file.shown, error.key, values=error.values))
        shown = [file.shown for file in group.files]
        return with_issues([_run(log, shown, self.title) for log in logs.values()], issues)

    def _read(self, file: LogFile, logs: dict[str, _Log]) -> None:
        """Add the rows of a file to the logs of their runs."""
        known = set(_parquet.names_of(file))
        if not known.issuperset(_COLUMNS):  # the names stand elsewhere in the table of contents
            raise ParseError("parquet_damaged", error="columns are missing")
        for name in known.intersection(_NUMBERS).difference(_parquet.numeric_names_of(file)):
            raise ParseError("parquet_damaged", error=f"{name} is not a column of numbers")
        for row in _parquet.rows(file, [*_COLUMNS, *(name for name in _MORE if name in known)]):
            run_id = str(row.get("run_id") or "")
            log = logs.setdefault(run_id, _Log(run_id, str(row.get("project_id") or "")))
            log.take(row, system_stats=self.options.system_stats)


@dataclass
class _Log:
    """The values of one run."""

    run_id: str
    project: str
    name: str = ""
    gathered: Gathered = field(default_factory=Gathered)
    config: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)  # points with a step of no whole number

    def take(self, row: Mapping[str, Any], *, system_stats: bool) -> None:
        """Add one row: a point of a series, or a setting."""
        path, kind = str(row["attribute_path"]), row["attribute_type"]
        if path in ("sys/name", "sys/custom_run_id") and row.get("string_value"):
            self.name = self.name or str(row["string_value"])
        is_own = path.startswith(_MONITORING)
        if kind in _SETTINGS and not is_own:
            self.config[path] = row.get(_SETTINGS[kind])
        if kind != "float_series" or (is_own and not system_stats):
            return
        value, step, time = row["float_value"], row.get("step"), row.get("timestamp")
        if value is None:
            self.gathered.lost += 1
            return
        if step is None or not math.isfinite(step) or step != int(step):
            step = self.counts[path] = self.counts.get(path, -1) + 1
        self.gathered.add(path, int(step), float(value), wall_time=_seconds(time))


def _seconds(time: Any) -> float:
    """Return a time in seconds since 1970-01-01 UTC, NaN for what is none; UTC without a zone."""
    if not isinstance(time, datetime):
        return math.nan
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _run(log: _Log, files: Sequence[str], title: str) -> Run:
    """Return the values of one run as a Run."""
    points = log.gathered.points()
    series, issues = assemble(points, files[0])
    issues += log.gathered.losses(files[0])
    name = log.name or log.run_id
    tracker = TrackerRecord(run_id=log.run_id, project=log.project, display_name=name)
    meta = meta_of(title, files, points, axes=_AXES, tracker=tracker)
    return Run(name, series, settings(log.config), meta, tuple(issues))
