"""Points in the order of the log to Series: the names are read, and what a restart logged again is marked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

import numpy as np

from analyzer import metrics
from analyzer.model.run import LogIssue, Series
from analyzer.stats.arrays import Bools, Floats, Ints

# A resumed run steps back once or a few times; a log whose steps fall more often than this share of its points is in
# no order, and nothing in it is a restart.
UNORDERED_SHARE = 0.05
_EACH_RESTART = 5  # more restarts than these are told in one line


@dataclass(frozen=True, eq=False)
class Points:
    """The points under one tag as the log has them; all arrays have the same length."""

    tag: str
    split: str
    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats


def assemble(
    points: Sequence[Points], source: str, *, unsaid: str = ""
) -> tuple[tuple[Series, ...], list[LogIssue]]:
    """Return the series of a run, and an issue for each restart and each unordered axis.

    ``Points.split`` is a split that the place says (a folder); ``unsaid`` that of names which say none.
    """
    readings = _readings(points, unsaid)
    series = []
    restarts: Counter[int] = Counter()
    unordered = 0
    for one in points:
        superseded, counts, ordered = mark_superseded(one.step)
        unordered += 0 if ordered else len(one.step)
        restarts.update(counts)
        reading = readings[one.split, one.tag]
        series.append(
            Series(
                one.tag,
                reading.split,
                reading.metric,
                reading.grain,
                one.step,
                one.epoch,
                one.wall_time,
                one.value,
                superseded,
            )
        )
    issues = _restart_issues(restarts, source)
    if unordered:
        issues.append(LogIssue("info", source, "steps_unordered", kept=unordered))
    return tuple(series), issues + _one_step(points, source)


def mark_superseded(step: Ints) -> tuple[Bools, Mapping[int, int], bool]:
    """Mark the points that a later restart logged again.

    Returns the marks, how many points each restart superseded by its first step, and whether the steps have an order
    at all. A restart begins where a step is lower than the one before; a point is superseded where a later stretch
    covers its step, and counts for the restart that follows its own stretch.
    """
    marks = np.zeros(len(step), dtype=bool)
    starts = (
        np.flatnonzero(step[1:] < step[:-1]) + 1
    )  # a difference of steps might not fit into 64 bits
    if not len(starts):
        return marks, {}, True
    if len(starts) > max(3, UNORDERED_SHARE * len(step)):
        return marks, {}, False
    counts: Counter[int] = Counter()
    covered: list[
        tuple[int, int]
    ] = []  # what the later stretches cover: ranges with gaps between them, in order
    for low, high in reversed(list(pairwise([0, *starts.tolist(), len(step)]))):
        part = step[low:high]  # it only grows
        first, last = int(part[0]), int(part[-1])
        overlap = slice(
            bisect_left(covered, first, key=itemgetter(1)),
            bisect_right(covered, last, key=itemgetter(0)),
        )
        for begin, end in covered[overlap]:
            marks[
                low + np.searchsorted(part, begin, "left") : low
                + np.searchsorted(part, end, "right")
            ] = True
        if high < len(step):
            counts[int(step[high])] += int(marks[low:high].sum())
        ranges = [(first, last), *covered[overlap]]
        covered[overlap] = [(min(begin for begin, _ in ranges), max(end for _, end in ranges))]
    return marks, counts, True


def _restart_issues(restarts: Mapping[int, int], source: str) -> list[LogIssue]:
    """Say which restarts superseded how many points, in one line where they are many."""
    found = sorted((step, count) for step, count in restarts.items() if count)
    if len(found) > _EACH_RESTART:
        values = {
            "count": len(found),
            "step": found[0][0],
            "superseded": sum(count for _, count in found),
        }
        return [LogIssue("info", source, "restarts", values=values)]
    return [
        LogIssue("info", source, "restart", values={"step": step, "superseded": count})
        for step, count in found
    ]


def _one_step(points: Sequence[Points], source: str) -> list[LogIssue]:
    """Say where the points of a tag all stand at one step, so that no curve can be drawn."""
    steps = [one.step for one in points if len(one.step) > 2 and (one.step == one.step[0]).all()]
    if not steps:
        return []
    kept = sum(len(one) for one in steps)
    return [
        LogIssue(
            "info",
            source,
            "one_step",
            kept=kept,
            values={"step": int(steps[0][0]), "series": len(steps)},
        )
    ]


def _readings(points: Sequence[Points], unsaid: str) -> Mapping[tuple[str, str], metrics.Reading]:
    """Read the tags, those of a split folder under "<split>/<tag>" so that the log is read as one."""
    names = {
        (one.split, one.tag): f"{one.split}/{one.tag}" if one.split else one.tag for one in points
    }
    read = metrics.read_all(dict.fromkeys(names.values()), default_split=unsaid)
    return {
        key: read[name]
        if not key[0]
        else metrics.Reading(key[0], metrics.read(key[1]).metric, metrics.read(key[1]).grain)
        for key, name in names.items()
    }
