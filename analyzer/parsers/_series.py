"""Turn points in log order into Series: read their names, mark what a restart logged again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import isfinite
from operator import attrgetter
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.columns import whole
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver, RunMeta, TrackerRecord
from analyzer.model.series import Series
from analyzer.parsers._file_names import split_of_place
from analyzer.safe.names import printable
from analyzer.stats.arrays import Bools, Floats, Ints

# A resumed run steps back once or a few times; a log whose steps fall more often than this share
# of its points is in no order, and nothing in it is a restart.
UNORDERED_SHARE = 0.05
_MANY_POINTS = 10  # a metric with one value at fewer points may be about to move
_FEW_NAMES, _LOGS = 50, 64  # of a log whose names are remembered, and how many such logs are
_EACH_RESTART = 5  # more restarts than these are reported in one line


@dataclass(frozen=True, eq=False)
class Points:
    """The points under one tag in log order; all arrays have the same length.

    ``split`` is one that the place of the log gives (a folder), "" if only the tag can name it.
    ``reading`` is what the format says that the tag means, None if only the tag itself can say.
    ``not_evaluated`` marks a NaN that stands for a value that was not computed.
    """

    tag: str
    split: str
    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats
    reading: metrics.Reading | None = None
    not_evaluated: Bools | None = None


class Assembled(NamedTuple):
    """The series of a run, and an issue for each restart and for steps without an order."""

    series: tuple[Series, ...]
    issues: list[LogIssue]


class Restarts(NamedTuple):
    """What restarts superseded: which points, and how many by the first step of each restart."""

    superseded: Bools
    counts: Mapping[int, int]
    is_ordered: bool = True  # False if the steps have no order, so that nothing is a restart


class _Range(NamedTuple):
    """Steps from ``first`` to ``last``, both included."""

    first: int
    last: int


def assemble(points: Sequence[Points], source: str, *, unsaid: str | None = "") -> Assembled:
    """Return the series of a run.

    ``unsaid`` is the split of names that do not give one; with None, or where ``source`` is named
    for held-out data, not even the only loss of the log is taken for the training loss.
    """
    if unsaid == "" and split_of_place(PurePath(source)) in ("val", "test"):
        unsaid = None
    readings = _readings(points, unsaid)
    series = []
    counts: Counter[int] = Counter()
    unordered = 0
    marked = _marked(points)
    for tagged in points:
        if not len(tagged.step):  # a column of words: an issue has said so
            continue
        restarts = marked[id(tagged.step)]
        if not restarts.is_ordered:
            unordered += len(tagged.step)
        if restarts.counts:
            counts.update(restarts.counts)
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
                superseded=restarts.superseded,
                not_evaluated=tagged.not_evaluated,
            )
        )
    issues = _restart_issues(counts, source)
    if unordered:
        issues.append(LogIssue("info", source, "steps_unordered", kept=unordered))
    issues += _assumptions(readings, source)
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


def _marked(points: Sequence[Points]) -> dict[int, Restarts]:
    """Return what restarts superseded, by the identity of the steps, which the tags may share.

    Where no step falls, there are as many marks as points and none is set: tags of one length have
    the same.
    """
    unmarked: dict[int, Restarts] = {}  # by length
    marked: dict[int, Restarts] = {}
    for tagged in points:
        step = tagged.step
        if id(step) in marked:
            continue
        if (step[1:] < step[:-1]).any():
            marked[id(step)] = mark_superseded(step)
            continue
        if len(step) not in unmarked:
            unmarked[len(step)] = Restarts(np.zeros(len(step), dtype=bool), {})
        marked[id(step)] = unmarked[len(step)]
    return marked


def mark_superseded(step: Ints) -> Restarts:
    """Mark the points that a later restart logged again.

    A restart begins at a step lower than the one before. A point is superseded if a later stretch
    covers its step, and counts for the restart that follows its own stretch.
    """
    marks = np.zeros(len(step), dtype=bool)
    if len(step) < 2:
        return Restarts(marks, {})
    # a difference of steps might not fit into 64 bits
    starts = np.flatnonzero(step[1:] < step[:-1]) + 1
    if not len(starts):
        return Restarts(marks, {})
    if len(starts) > max(3, UNORDERED_SHARE * len(step)):
        return Restarts(marks, {}, is_ordered=False)
    counts: Counter[int] = Counter()
    covered: list[_Range] = []  # by the later stretches: with gaps between them, in order
    for low, high in reversed(list(pairwise([0, *starts.tolist(), len(step)]))):
        part = step[low:high]  # it only grows
        own = _Range(int(part[0]), int(part[-1]))
        overlap = slice(
            bisect_left(covered, own.first, key=attrgetter("last")),
            bisect_right(covered, own.last, key=attrgetter("first")),
        )
        for later in covered[overlap]:
            begin = low + np.searchsorted(part, later.first, "left")
            end = low + np.searchsorted(part, later.last, "right")
            marks[begin:end] = True
        if high < len(step):
            counts[int(step[high])] += int(marks[low:high].sum())
        ranges = [own, *covered[overlap]]
        first = min(stretch.first for stretch in ranges)
        last = max(stretch.last for stretch in ranges)
        covered[overlap] = [_Range(first, last)]
    return Restarts(marks, counts)


def _restart_issues(counts: Mapping[int, int], source: str) -> list[LogIssue]:
    """Return an issue for each restart that superseded points, or one for all if they are many."""
    steps = sorted(step for step, count in counts.items() if count)
    if len(steps) > _EACH_RESTART:
        superseded = sum(counts[step] for step in steps)
        values = {"count": len(steps), "step": steps[0], "superseded": superseded}
        return [LogIssue("info", source, "restarts", values=values)]
    return [
        LogIssue("info", source, "restart", values={"step": step, "superseded": counts[step]})
        for step in steps
    ]


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
    points: Sequence[Points], unsaid: str | None
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
    readings = dict(read_names(tuple(names.items()), unsaid, tuple(counts.values())))
    for tagged in points:
        if tagged.reading is not None:
            readings[tagged.split, tagged.tag] = tagged.reading
    return readings


@lru_cache(maxsize=_LOGS)  # the runs of a folder often log the same
def _of_names(
    names: tuple[tuple[tuple[str, str], str], ...], unsaid: str | None, counts: tuple[int, ...]
) -> dict[tuple[str, str], metrics.Reading]:
    """Return how each (split, tag) is read that has a name; ``counts`` are the points of names."""
    distinct = list(dict.fromkeys(name for _, name in names))
    points = dict(zip(distinct, counts, strict=True))
    read = metrics.read_all(distinct, default_split=unsaid, points=points)
    context = metrics.context_of(name for _, name in names)
    readings = {}
    for (split, tag), name in names:
        readings[split, tag] = read[name]
        if split:
            own = metrics.read(tag, context)
            readings[split, tag] = metrics.Reading(split, own.metric, own.grain)
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
