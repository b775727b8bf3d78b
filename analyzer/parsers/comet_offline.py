"""Comet's offline experiments: the zip file of ``OfflineExperiment``, or its folder unpacked.

``messages.json`` has a message on each line; ``experiment.json`` has the project. Newer writers
have a message for each metric and parameter, older ones put them into a general message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import TrackerRecord
from analyzer.model.run import Run
from analyzer.parsers import _archive, _source
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._gathered import Gathered
from analyzer.parsers._json import number_of, number_or_nan, read_value
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings

_LOG, _EXPERIMENT = "messages.json", "experiment.json"
_MESSAGE = re.compile(rb'"payload": ?\{|"type": ?"')
_OWN = re.compile(rb'"offline_id"|"workspace"|"project_name"')
_LARGEST = 1 << 20  # bytes of experiment.json
_METRIC = "metric_msg"  # the type of a message that is a point
_SYSTEM = "sys."
_AXES = {"step": "step", "epoch": "epoch", "wall_time": "local_timestamp"}


class CometOffline(Parser):
    """What Comet stores when it cannot or must not reach its server."""

    title: ClassVar[str] = "Comet offline experiment"
    specificity: ClassVar[int] = 2

    def claims(self, file: LogFile) -> bool:
        """Claim the two files by name and content, and a zip file that has them."""
        name, head = file.name, file.head
        if name == _LOG:
            has_line = head.startswith(b"{") or b"\n{" in head  # the first may be damaged
            return has_line and len(set(_MESSAGE.findall(head))) > 1
        if name == _EXPERIMENT:
            return head.startswith(b"{") and len(set(_OWN.findall(head))) > 1
        return _archive.has_names(file, _LOG, _EXPERIMENT)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of an experiment together."""
        return _source.groups(files)

    def parse(self, group: Group) -> list[Run]:
        """Read the metrics and parameters; a damaged line costs only itself."""
        log = _Log(system_stats=self.options.system_stats)
        with _source.open_source(group, _LOG) as source:
            if not source.has(_LOG):
                raise NotThisFormat("comet_no_log")
            issues = _read(source, log)
            experiment = _experiment(source)
        points = log.gathered.points()
        series, found = assemble(points, source.shown)
        if log.bad:
            kept, values = sum(map(len, series)), {"count": log.bad}
            issues.append(
                LogIssue("warning", source.shown, "bad_lines", log.first, kept, values=values)
            )
        issues += log.gathered.losses(source.shown)
        run_id = experiment.get("offline_id") or experiment.get("experiment_key")
        tracker = TrackerRecord(
            run_id=str(run_id or ""),
            project=str(experiment.get("project_name") or ""),
            display_name=log.name,
        )
        meta = meta_of(self.title, [source.shown], points, axes=_AXES, tracker=tracker)
        return [Run(log.name, series, settings(log.config), meta, (*issues, *found))]


@dataclass
class _Log:
    """The messages of an experiment."""

    system_stats: bool
    name: str = ""
    gathered: Gathered = field(default_factory=Gathered)
    config: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)  # points without a step, by tag
    bad: int = 0
    first: int | None = None  # the first bad line

    def take(self, message: Mapping[str, Any]) -> None:
        """Add what a message has; older writers put several things into one."""
        payload = message.get("payload")
        is_metric = message.get("type") == _METRIC
        if not isinstance(payload, Mapping):
            self.gathered.lost += is_metric
            return
        metric = payload.get("metric")
        if isinstance(metric, Mapping):
            self._metric(metric, payload)
        elif is_metric or metric is not None:
            self.gathered.lost += 1
        params = payload.get("params")
        for param in (payload.get("param"), *(params if isinstance(params, list) else ())):
            if isinstance(param, Mapping) and param.get("source") != "auto-logged":
                value = param.get("paramValue", param.get("paramValues"))
                name = str(param.get("paramName")).replace("|", "/")  # parts of a nested name
                self.config[name] = value
        other = payload.get("log_other")
        other = other if isinstance(other, Mapping) else payload
        if other.get("key") == "Name":
            self.name = str(other.get("value", other.get("val", "")))

    def _metric(self, metric: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
        """Add a point; one without a step is counted from 0."""
        name = str(metric.get("metricName", ""))
        if name.startswith(_SYSTEM) and not self.system_stats:
            return
        context = str(payload.get("context") or "")
        tag = name
        if context.lower() in metrics.SPLITS and not metrics.read(name).split:
            tag = f"{context}/{name}"
        step, epoch, time = metric.get("step"), metric.get("epoch"), payload.get("local_timestamp")
        if step is None:
            step = self.counts[tag] = self.counts.get(tag, -1) + 1
        value = number_of(metric.get("metricValue"))
        if value is None or not isinstance(step, int):
            self.gathered.lost += 1
            return
        self.gathered.add(
            tag, step, value, wall_time=number_or_nan(time) / 1000, epoch=number_or_nan(epoch)
        )


def _read(source: _source.Source, log: _Log) -> list[LogIssue]:
    """Add the messages; return an issue if the rest of them cannot be read."""
    try:
        for number, line in enumerate(source.lines(_LOG), 1):
            if not line.strip(b"\0 \r\n"):
                continue
            message = read_value(line.decode("utf-8", "replace"))
            if isinstance(message, Mapping):
                log.take(message)
            else:
                log.bad += 1
                log.first = log.first or number
    except ParseError as error:
        return [LogIssue("warning", source.shown, error.key, values=error.values)]
    return []


def _experiment(source: _source.Source) -> Mapping[str, Any]:
    """Return the description of an experiment, empty if it cannot be read."""
    try:
        content = source.read(_EXPERIMENT, _LARGEST)
    except ParseError:
        return {}
    found = read_value(content.decode("utf-8", "replace"))
    return found if isinstance(found, Mapping) else {}
