"""ClearML's offline sessions: the folder ``offline-<id>`` or the zip file made of it.

``metrics.jsonl`` has a list of events on each line; ``task.json`` has the name and the parameters.
The script, the machine and the user in it are never read. ClearML itself writes 0 for a value that
is not finite.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver, TrackerRecord
from analyzer.model.run import Run
from analyzer.parsers import _archive, _source
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._gathered import Gathered
from analyzer.parsers._json import Unreadable, number_of, number_or_nan, read_value
from analyzer.parsers._odd_entries import OddEntries, odd_entries
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._settings import settings, typed

_LOG, _TASK, _CONSOLE = "metrics.jsonl", "task.json", "log.jsonl"
_SCALAR = "training_stats_scalar"
_SINGLE_VALUE = -(2**31)  # the "iteration" of a value that has none
_SYSTEM = ":monitor:"
_PLAIN_SECTIONS = ("General", "Args")  # whose names stand without the section
_LARGEST_TASK = 64 << 20  # bytes; the task has the text of the script
_AXES = {"step": "iter", "wall_time": "timestamp"}


class ClearmlOffline(Parser):
    """What ClearML stores with ``Task.set_offline(True)``."""

    title: ClassVar[str] = "ClearML offline session"
    specificity: ClassVar[int] = 2

    def claims(self, file: LogFile) -> bool:
        """Claim the files of a session by name and content, and a zip file that has them."""
        name, head = file.name, file.head
        if name == _LOG:
            return _has_line(head) and b'"task": "' in head and b'"type": "' in head
        if name == _TASK:
            return b'"offline_folder"' in head or b'"hyperparams"' in head
        if name == _CONSOLE:
            return _has_line(head) and b'"type": "log"' in head and b'"task": "' in head
        return _archive.has_names(file, _LOG, _TASK)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of a session and the zip file made of it together."""
        return _source.groups(files)

    def parse(self, group: Group) -> list[Run]:
        """Read the scalars of a session; an event or a line that is damaged costs only itself."""
        with _source.open_source(group, _LOG) as source:
            if not source.has(_LOG):
                raise NotThisFormat("clearml_no_log")
            log = _Log()
            issues = list(self._read(source, log))
            task, found = _task(source)
        points = log.gathered.points()
        series, more = assemble(points, source.shown)
        kept = sum(map(len, series))
        if log.bad:
            values = {"count": log.bad}
            issues.append(
                LogIssue("warning", source.shown, "bad_lines", log.first, kept, values=values)
            )
        if log.odd is not None:
            issues.append(log.odd.issue(source.shown, kept, log.first_odd))
        issues += log.gathered.losses(source.shown)
        passed_over = [
            PassedOver(kind, "not_scalar", {"count": count}) for kind, count in log.others.items()
        ]
        for file in group.files:
            if source.archive is None and _source.is_zip(file):
                passed_over.append(PassedOver(file.shown, "clearml_copy", {}))
        name = str(task.get("name") or "")
        tracker = TrackerRecord(
            run_id=str(task.get("id") or ""),
            project=str(task.get("project_name") or ""),
            display_name=name,
            summary=log.summary,
        )
        meta = meta_of(
            self.title,
            [source.shown],
            points,
            axes=_AXES,
            passed_over=passed_over,
            tracker=tracker,
        )
        config = settings(_parameters(task))
        return [Run(name, series, config, meta, (*issues, *found, *more))]

    def _read(self, source: _source.Source, log: _Log) -> Iterator[LogIssue]:
        """Add the events of a log; yield an issue if the rest of it cannot be read."""
        try:
            for number, line in enumerate(source.lines(_LOG), 1):
                if not line.strip(b"\0 \r\n"):
                    continue
                events = read_value(line.decode("utf-8", "replace"))
                if not isinstance(events, list):
                    log.bad += 1
                    log.first = log.first or number
                    continue
                log.count_odd(events, number)
                for event in events:
                    if isinstance(event, Mapping):
                        log.take(event, system_stats=self.options.system_stats)
        except ParseError as error:
            yield LogIssue("warning", source.shown, error.key, values=error.values)


@dataclass
class _Log:
    """The events of a session."""

    gathered: Gathered = field(default_factory=Gathered)
    summary: dict[str, float] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    bad: int = 0
    first: int | None = None  # the first bad line
    odd: OddEntries | None = None
    first_odd: int | None = None  # the first line with an entry that is no event

    def count_odd(self, events: Sequence[Any], line: int) -> None:
        """Count the entries of a line that are no events."""
        for found in odd_entries(events, ""):
            if self.odd is None:
                self.odd, self.first_odd = found, line
            else:
                self.odd = replace(self.odd, count=self.odd.count + found.count)

    def take(self, event: Mapping[str, Any], *, system_stats: bool) -> None:
        """Add one event: a scalar, a single value, or something that has no curve."""
        kind, name = str(event.get("type")), str(event.get("metric", ""))
        if kind != _SCALAR:
            self.others[kind] = self.others.get(kind, 0) + 1
            return
        if name.startswith(_SYSTEM) and not system_stats:
            return
        step, value = event.get("iter"), number_of(event.get("value"))
        if value is None or not isinstance(step, int):
            self.gathered.lost += 1
            return
        tag = _tag(name, str(event.get("variant", "")))
        if step == _SINGLE_VALUE:
            self.summary[tag.removeprefix("Summary/")] = value
            return
        seconds = number_or_nan(event.get("timestamp")) / 1000
        self.gathered.add(tag, step, value, wall_time=seconds)


def _tag(name: str, variant: str) -> str:
    """Return the name of a curve from its plot and its line in the plot.

    A line that is named for its plot adds nothing. TensorBoard's folders come as "train: loss".
    """
    if variant in ("", name):
        return name
    before, colon, inner = variant.partition(": ")
    if colon and before.lower() in metrics.SPLITS:
        return f"{before}/{inner}" if inner == name else f"{before}/{name}/{inner}"
    return f"{name}/{variant}"


def _has_line(head: bytes) -> bool:
    """Say whether a line is a list of events; the first may be damaged."""
    return head.startswith(b"[{") or b"\n[{" in head


def _task(source: _source.Source) -> tuple[Mapping[str, Any], list[LogIssue]]:
    """Return the description of a session, and an issue if it cannot be read."""
    try:
        content = source.read(_TASK, _LARGEST_TASK)
    except ParseError as error:
        return {}, [LogIssue("info", source.shown, error.key, values=error.values)]
    found = read_value(content.decode("utf-8", "replace")) if content else {}
    if found is Unreadable or not isinstance(found, Mapping):
        return {}, [LogIssue("info", source.shown, "task_unread")]
    return found, []


def _parameters(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a session, those of a section of its own under its name."""
    found: dict[str, Any] = {}
    sections = task.get("hyperparams")
    for section, entries in sections.items() if isinstance(sections, Mapping) else ():
        if not isinstance(entries, Mapping):
            continue
        for name, entry in entries.items():
            if not isinstance(entry, Mapping):
                continue
            value = str(entry.get("value", ""))
            key = name if section in _PLAIN_SECTIONS and name not in found else f"{section}/{name}"
            found[key] = value if entry.get("type") == "str" else typed(value)
    return found
