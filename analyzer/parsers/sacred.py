"""Sacred's file storage ``<id>/``: ``metrics.json`` beside ``config.json`` and ``run.json``.

``run.json`` has a host name and places, so only the name of the experiment is taken from it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver, TrackerRecord
from analyzer.model.run import Run
from analyzer.parsers._axes import seconds_of
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._encoding import decode
from analyzer.parsers._gathered import Gathered
from analyzer.parsers._json import load_json, number_of, number_or_nan
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings

_METRICS, _RUN, _CONFIG = "metrics.json", "run.json", "config.json"
_CONSOLE = "cout.txt"
_OPENING = re.compile(rb'\s*\{\s*"(?:[^"\\]|\\.)*":\s*\{\s*"(?:steps|timestamps|values)":\s*\[')
_DESCRIBES = (b'"command"', b'"experiment"')
_AXES = {"step": "steps", "wall_time": "timestamps"}


class Sacred(Parser):
    """The runs of ``FileStorageObserver``."""

    title: ClassVar[str] = "Sacred run"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim a file of metrics by its content, and what Sacred keeps beside it."""
        name = file.name
        if name.endswith(".json") and _OPENING.match(file.head):
            return True
        if name == _RUN:
            return all(word in file.head for word in _DESCRIBES)
        return name in (_CONFIG, _CONSOLE) and _is_run(file.folder)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of a run folder together."""
        runs: dict[Path, list[LogFile]] = {}
        for file in files:
            runs.setdefault(file.relative.parent, []).append(file)
        found = []
        for folder, own in runs.items():
            logs = [file for file in own if _OPENING.match(file.head)]
            beside = [file for file in own if file not in logs]
            for log in logs[1:] if len(logs) > 1 else ():
                found.append(Group(log.bare, (log,)))
            found.append(Group(folder, (*logs[:1], *beside)))
        return found

    def parse(self, group: Group) -> list[Run]:
        """Read the metrics of a run with its configuration."""
        log, *others = group.files
        if not _OPENING.match(log.head):
            raise NotThisFormat("sacred_no_metrics")
        with log.open() as handle:
            document = load_json(decode(handle.read()))
        gathered = Gathered()
        passed_over = []
        for name, metric in document.items() if isinstance(document, Mapping) else ():
            if not _take(str(name), metric, gathered):
                passed_over.append(PassedOver(str(name), "not_scalar", {"count": 1}))
        points = gathered.points()
        if not points:
            raise NotThisFormat("no_metric")
        beside = {file.name: file for file in others}
        config, issues = _object(beside.get(_CONFIG))
        about, _ = _object(beside.get(_RUN))
        series, found = assemble(points, log.shown)
        issues += gathered.losses(log.shown)
        experiment = about.get("experiment")
        name = str(experiment.get("name", "")) if isinstance(experiment, Mapping) else ""
        meta = meta_of(
            self.title,
            [log.shown],
            points,
            axes=_AXES,
            passed_over=passed_over,
            tracker=TrackerRecord(run_id=log.folder.name, project=name),
        )
        return [Run("", series, settings(config), meta, (*issues, *found))]


def _is_run(folder: Path) -> bool:
    """Say whether a folder is that of a run: by the description that Sacred writes first."""
    path = folder / _RUN
    try:
        head = LogFile(path, Path(_RUN), _RUN, 0).head
    except (OSError, ParseError):
        return False
    return all(word in head for word in _DESCRIBES)


def _take(name: str, metric: Any, gathered: Gathered) -> bool:
    """Add the points of a metric; return False if it has none."""
    if not isinstance(metric, Mapping) or not isinstance(metric.get("values"), list):
        return False
    values = metric["values"]
    steps, times = metric.get("steps"), metric.get("timestamps")
    steps = steps if isinstance(steps, list) else range(len(values))
    times = times if isinstance(times, list) else ()
    for index, value in enumerate(values):
        number = number_of(value)
        step = steps[index] if index < len(steps) else index
        if number is None or not math.isfinite(number_or_nan(step)):
            gathered.lost += 1
            continue
        time = seconds_of(str(times[index])) if index < len(times) else None
        gathered.add(name, int(step), number, wall_time=float("nan") if time is None else time)
    return True


def _object(file: LogFile | None) -> tuple[dict[str, Any], list[LogIssue]]:
    """Return the JSON object in a file beside the metrics, and an issue if it cannot be read."""
    if file is None:
        return {}, []
    try:
        with file.open() as handle:
            found = load_json(decode(handle.read()))
    except ParseError as error:
        issue = LogIssue(
            "info", file.shown, error.key, error.values.get("line"), values=error.values
        )
        return {}, [issue]
    return (dict(found) if isinstance(found, Mapping) else {}), []
