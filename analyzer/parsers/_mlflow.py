"""What both stores of MLflow share: the run as it is shown, and metrics that are system use."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.model.issues import LogIssue
from analyzer.model.meta import TrackerRecord
from analyzer.model.run import Run
from analyzer.parsers._gathered import Gathered
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings, typed

RUN_NAME = "mlflow.runName"  # the tag with the name of a run
DELETED = "deleted"
_SYSTEM = "system/"
_AXES = {"step": "step", "wall_time": "timestamp"}
_STANDS_FOR_INFINITY = 1.797e308  # the database has no infinity and keeps the largest number


@dataclass
class StoredRun:
    """One run of a store."""

    run_id: str
    name: str = ""
    experiment: str = ""
    lifecycle: str = ""
    params: dict[str, str] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)


def finite_or_infinite(value: float) -> float:
    """Return infinity for the largest numbers, which MLflow stores in its place."""
    if abs(value) >= _STANDS_FOR_INFINITY:
        return math.copysign(math.inf, value)
    return value


def is_system(name: str) -> bool:
    """Say whether a metric is a measurement of the machine."""
    return name.startswith(_SYSTEM)


def run_of(
    stored: StoredRun, files: Sequence[str], title: str, issues: Sequence[LogIssue] = ()
) -> Run:
    """Return a stored run as a Run, under the name that the user gave it."""
    points = stored.gathered.points(by_time=True)
    source = f"{files[0]}" if not stored.name else f"{files[0]} ({stored.name})"
    series, found = assemble(points, source)
    found = [*issues, *found, *stored.gathered.losses(files[0])]
    tracker = TrackerRecord(
        run_id=stored.run_id, project=stored.experiment, display_name=stored.name
    )
    meta = meta_of(title, files, points, axes=_AXES, tracker=tracker)
    return Run(stored.name, series, config_of(stored.params), meta, tuple(found))


def config_of(params: Mapping[str, str]) -> dict[str, object]:
    """Return parameters, which MLflow keeps as text, as settings."""
    return settings({name: typed(value) for name, value in params.items()})


def deleted(files: Sequence[str], count: int) -> LogIssue:
    """Return the issue that says that deleted runs were not read."""
    return LogIssue("info", files[0], "deleted_runs", values={"count": count})
