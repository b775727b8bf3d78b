"""Turn points in log order into Series: read their names, mark what a restart logged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from pathlib import PurePath
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.columns import whole
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver, RunMeta, TrackerRecord
from analyzer.model.series import Series
from analyzer.parsers._bare_splits import unread_splits, with_bare_splits
from analyzer.parsers._file_names import split_of_place
from analyzer.parsers._repeated_steps import Trained, repeated_steps, replaced
from analyzer.parsers._restarts import Marks, Restart, Track, mark_restarts
from analyzer.safe.names import printable
from analyzer.stats.arrays import Bools, Floats, Ints

_MANY_POINTS = 10  # a metric with one value at fewer points may be about to move
_FEW_NAMES, _LOGS = 50, 64  # of a log whose names are remembered, and how many such logs are
_EACH_RESTART = 5  # more restarts than these are reported in one line


@dataclass(frozen=True, eq=False)
class Points:
    """The points under one tag in log order; all arrays have the same length.

    ``split`` is one that the place of the log gives (a folder), "" if only the tag can name it.
    ``reading`` is what the format says that the tag means, None if only the tag itself can say.
    ``not_evaluated`` marks a NaN that stands for a value that was not computed. ``place`` says
    where in the log each point stands, comparable between the tags of the log: a line or a record.
    """

    tag: str
    split: str
    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats
    reading: metrics.Reading | None = None
    not_evaluated: Bools | None = None
    place: Ints | None = None


class Assembled(NamedTuple):
    """The series of a run, and an issue for each restart and for steps without an order."""

    series: tuple[Series, ...]
    issues: list[LogIssue]


def assemble(
    points: Sequence[Points],
    source: str,
    *,
    unsaid: str | None = "",
    axes: Mapping[str, str] = MappingProxyType({}),
) -> Assembled:
    """Return the series of a run; the names of its axes show the language of the others.

    ``unsaid`` is the split of names that do not give one; with None, or where ``source`` is named
    for held-out data, not even the only loss of the log is taken for the training loss.
    """
    if unsaid == "" and split_of_place(PurePath(source)) in ("val", "test"):
        unsaid = None
    readings = with_bare_splits(points, _readings(points, unsaid, tuple(axes.values())))
    series = []
    marked = _marked(points, readings)
    marks = [marked[id(tagged.step)] for tagged in points]
    for tagged, own in zip(points, marks, strict=True):
        if not len(tagged.step):  # a column of words: an issue has said so
            continue
        reading = readings[tagged.split, tagged.tag]
        series.append(
            Series(
                tag=tagged.tag,
                split=reading.split,
                metric=reading.metric,
                grain=reading.grain,
                step=tagged.step,
                epoch=tagged.epoch,
                wall_time=tagged.wall_time,
                value=tagged.value,
                superseded=own.superseded,
                not_evaluated=tagged.not_evaluated,
            )
        )
    issues = _restart_issues(marks, source)
    unordered = sum(len(own.superseded) for own in marks if not own.is_ordered)
    if unordered:
        issues.append(LogIssue("info", source, "steps_unordered", kept=unordered))
    issues += [*_assumptions(readings, source), *unread_splits(points, readings, source)]
    issues += _constant(series, source)
    return Assembled(tuple(series), issues + _one_step(points, source))


def meta_of(
    title: str,
    files: Sequence[str],
    points: Sequence[Points],
    *,
    axes: Mapping[str, str],
    passed_over: Sequence[PassedOver] = (),
    tracker: TrackerRecord | None = None,
) -> RunMeta:
    """Return where a run came from, with the time span of its points."""
    logged = {id(tagged.wall_time): tagged.wall_time for tagged in points}
    clocks = whole(list(logged.values()))
    times = [span for span in map(_span, clocks) if span is not None]
    return RunMeta(
        format=title,
        files=tuple(files),
        start=min((span.start for span in times), default=None),
        end=max((span.end for span in times), default=None),
        axes=axes,
        passed_over=tuple(passed_over),
        tracker=tracker,
    )


class _Span(NamedTuple):
    """The first and the last time of some points."""

    start: float
    end: float


def _span(times: Floats) -> _Span | None:
    """Return the span of the finite times, None if there are none."""
    if not len(times):
        return None
    span = _Span(float(times.min()), float(times.max()))
    if isfinite(span.start) and isfinite(span.end):
        return span
    known = times[np.isfinite(times)]
    return _Span(float(known.min()), float(known.max())) if len(known) else None


def _marked(
    points: Sequence[Points], readings: Mapping[tuple[str, str], metrics.Reading]
) -> dict[int, Marks]:
    """Return the marks of restarts by the identity of the steps, which the tags may share.

    Tags of one length that lose nothing have the same marks.
    """
    distinct = {id(tagged.step): tagged for tagged in points}
    lengths = {len(tagged.step) for tagged in distinct.values()}
    unmarked = {length: Marks(np.zeros(length, dtype=bool)) for length in lengths}
    marked = {key: unmarked[len(tagged.step)] for key, tagged in distinct.items()}
    if any((tagged.step[1:] < tagged.step[:-1]).any() for tagged in distinct.values()):
        trained = {
            id(tagged.step): tagged.value
            for tagged in points
            if _is_trained(readings[tagged.split, tagged.tag])
        }
        tracks = [
            Track(tagged.step, _place(tagged), trained.get(key)) for key, tagged in distinct.items()
        ]
        for key, marks in zip(distinct, mark_restarts(tracks), strict=True):
            if not marks.is_ordered or marks.superseded.any():
                marked[key] = marks
    if any((tagged.step[1:] == tagged.step[:-1]).any() for tagged in distinct.values()):
        curves = [
            Trained(tagged.step, tagged.epoch, tagged.wall_time, tagged.value)
            for tagged in points
            if _is_trained(readings[tagged.split, tagged.tag])
        ]
        repeated = repeated_steps(curves)
        for key, tagged in distinct.items():
            marked[key] = _with_repeats(marked[key], tagged.step, repeated)
    return marked


def _with_repeats(marks: Marks, step: Ints, repeated: Ints) -> Marks:
    """Return the marks of a curve with those of the steps at which a run resumed."""
    older = replaced(step, repeated) & ~marks.superseded
    if not marks.is_ordered or not older.any():
        return marks
    steps, counts = np.unique(step[older], return_counts=True)
    restarts = [Restart(int(at), int(count), 0) for at, count in zip(steps, counts, strict=True)]
    return marks._replace(
        superseded=marks.superseded | older, restarts=(*marks.restarts, *restarts)
    )


def _is_trained(reading: metrics.Reading) -> bool:
    """Say whether a metric is a loss or score of the training."""
    return reading.split == "train" and metrics.kind(reading.metric) is not None


def _place(tagged: Points) -> Ints | Floats | None:
    """Return where in the log the points stand: by their places, else by a clock that only rises.

    A clock that is not finite rises nowhere.
    """
    if tagged.place is not None:
        return tagged.place
    times = tagged.wall_time
    is_clock = len(times) > 0 and np.isfinite(times[-1]) and (times[1:] >= times[:-1]).all()
    return times if is_clock else None


def _restart_issues(marks: Sequence[Marks], source: str) -> list[LogIssue]:
    """Return an issue for each restart that took points, or one for all if they are many.

    One more counts the points of evaluations at steps that training had logged.
    """
    again: Counter[int] = Counter()
    abandoned: Counter[int] = Counter()
    for found in marks:
        for restart in found.restarts:
            again[restart.step] += restart.again
            abandoned[restart.step] += restart.abandoned
    issues = []
    if len(again) > _EACH_RESTART:
        values = {"count": len(again), "step": min(again)}
        issues.append(_restart_issue("restarts", source, values, again.total(), abandoned.total()))
    else:
        for step in sorted(again):
            values = {"step": step}
            issues.append(_restart_issue("restart", source, values, again[step], abandoned[step]))
    evaluated = sum(found.evaluated for found in marks)
    if evaluated:
        issues.append(LogIssue("info", source, "evaluated_again", values={"count": evaluated}))
    return issues


def _restart_issue(
    key: str, source: str, values: Mapping[str, int], again: int, abandoned: int
) -> LogIssue:
    """Return an issue of its own key if points were abandoned: these were not logged again."""
    counts = {**values, "superseded": again}
    if abandoned:
        key, counts = f"{key}_abandoned", {**counts, "abandoned": abandoned}
    return LogIssue("info", source, key, values=counts)


def _one_step(points: Sequence[Points], source: str) -> list[LogIssue]:
    """Return an issue if the points of a tag are all at one step, so that they are not a curve."""
    steps = [tagged.step for tagged in points if _is_one_step(tagged.step)]
    if not steps:
        return []
    values = {"step": int(steps[0][0]), "series": len(steps)}
    return [LogIssue("info", source, "one_step", kept=sum(map(len, steps)), values=values)]


def _is_one_step(step: Ints) -> bool:
    return len(step) > 2 and step[0] == step[-1] and bool((step == step[0]).all())


def _constant(series: Sequence[Series], source: str) -> list[LogIssue]:
    """Return an issue for losses and scores that have one value at every point."""
    constant = []
    for logged in series:
        if metrics.kind(logged.metric) is None:
            continue
        counted = logged.counted
        values = logged.value if counted.all() else logged.value[counted]
        if len(values) < _MANY_POINTS or values[0] != values[-1]:
            continue
        if np.isfinite(values[0]) and (values == values[0]).all():
            constant.append(logged)
    if not constant:
        return []
    first = constant[0]
    value = f"{first.value[first.counted][0]:.6g}"
    shown = {"name": printable(first.tag), "value": value}
    counts = {"points": int(first.counted.sum()), "count": len(constant)}
    return [LogIssue("info", source, "constant_metric", values={**shown, **counts})]


def _readings(
    points: Sequence[Points], unsaid: str | None, beside: tuple[str, ...]
) -> Mapping[tuple[str, str], metrics.Reading]:
    """Return how each (split, tag) is read.

    The tags of a split folder are read as "<split>/<tag>", so that the log is read as one.
    """
    names = {}
    counts: Counter[str] = Counter()
    for tagged in points:
        name = f"{tagged.split}/{tagged.tag}" if tagged.split else tagged.tag
        names[tagged.split, tagged.tag] = name
        counts[name] += len(tagged.value)
    read_names = _of_names if len(names) <= _FEW_NAMES else _of_names.__wrapped__
    readings = dict(read_names(tuple(names.items()), unsaid, tuple(counts.values()), beside))
    for tagged in points:
        if tagged.reading is not None:
            readings[tagged.split, tagged.tag] = tagged.reading
    return readings


@lru_cache(maxsize=_LOGS)  # the runs of a folder often log the same
def _of_names(
    names: tuple[tuple[tuple[str, str], str], ...],
    unsaid: str | None,
    counts: tuple[int, ...],
    beside: tuple[str, ...],
) -> dict[tuple[str, str], metrics.Reading]:
    """Return how each (split, tag) is read that has a name; ``counts`` are the points of names."""
    distinct = list(dict.fromkeys(name for _, name in names))
    points = dict(zip(distinct, counts, strict=True))
    read = metrics.read_all(distinct, default_split=unsaid, points=points, beside=beside)
    context = metrics.context_of([*(name for _, name in names), *beside])
    readings = {}
    for (split, tag), name in names:
        readings[split, tag] = read[name]
        if split:
            own = metrics.read(tag, context)
            group, slash, member = tag.partition("/")
            if slash and not own.split:  # "metrics/loss" in the folder of a split
                own = metrics.read(f"{group}/{split}/{member}", context)
            is_apart = read[name] != metrics.read(name, context) and read[name].split == split
            metric = read[name].metric if is_apart else own.metric
            readings[split, tag] = metrics.Reading(split, metric, own.grain)
    return readings


def _assumptions(
    readings: Mapping[tuple[str, str], metrics.Reading], source: str
) -> list[LogIssue]:
    """Return an issue for each kind of split that was not said but assumed."""
    issues = []
    for key in metrics.ASSUMPTIONS:
        tags = [tag for (_, tag), reading in readings.items() if reading.assumed == key]
        if tags:
            values = {"name": printable(tags[0]), "count": len(tags)}
            issues.append(LogIssue("info", source, key, values=values))
    return issues
