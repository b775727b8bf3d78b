"""Points in the order of the log to Series: the names are read, and what a restart logged again is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analyzer import metrics
from analyzer.model import Bools, Floats, Ints, LogIssue, Series

# A resumed run steps back once or a few times; a log whose steps fall more often than this share of its points is in
# no order, and nothing in it is a restart.
UNORDERED_SHARE = 0.05


@dataclass(frozen=True, eq=False)
class Points:
    """The points under one tag as the log has them; all arrays have the same length."""

    tag: str
    split: str
    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats


def assemble(points: Sequence[Points], source: str, *, unsaid: str = "") -> tuple[tuple[Series, ...], list[LogIssue]]:
    """Return the series of a run, and an issue for each restart and each unordered axis.

    ``Points.split`` is a split that the place says (a folder); ``unsaid`` that of names which say none.
    """
    readings = _readings(points, unsaid)
    series = []
    restarts: dict[int, int] = {}
    unordered = 0
    for one in points:
        superseded, first_steps, ordered = mark_superseded(one.step)
        unordered += 0 if ordered else len(one.step)
        for step in first_steps:
            restarts[step] = restarts.get(step, 0)
        if first_steps:
            restarts[first_steps[0]] += int(superseded.sum())
        reading = readings[one.split, one.tag]
        series.append(
            Series(one.tag, reading.split, reading.metric, reading.grain, one.step, one.epoch, one.wall_time, one.value,
                   superseded)
        )  # fmt: skip
    issues = [
        LogIssue("info", source, "restart", values={"step": step, "superseded": count})
        for step, count in sorted(restarts.items())
        if count
    ]
    if unordered:
        issues.append(LogIssue("info", source, "steps_unordered", kept=unordered))
    return tuple(series), issues


def mark_superseded(step: Ints) -> tuple[Bools, list[int], bool]:
    """Mark the points that a later restart logged again.

    Returns the marks, the first step of each restart, and whether the steps have an order at all. A restart begins
    where a step is lower than the one before; a point is superseded where a later stretch covers its step.
    """
    marks = np.zeros(len(step), dtype=bool)
    starts = np.flatnonzero(np.diff(step) < 0) + 1
    if not len(starts):
        return marks, [], True
    if len(starts) > max(3, UNORDERED_SHARE * len(step)):
        return marks, [], False
    bounds = [0, *starts.tolist(), len(step)]
    covered: list[tuple[int, int]] = []
    for low, high in reversed(list(pairwise(bounds))):
        part = step[low:high]
        for first, last in covered:
            marks[low:high] |= (part >= first) & (part <= last)
        covered.append((int(part.min()), int(part.max())))
    return marks, [int(step[start]) for start in starts], True


def _readings(points: Sequence[Points], unsaid: str) -> Mapping[tuple[str, str], metrics.Reading]:
    """Read the tags, those of a split folder under "<split>/<tag>" so that the log is read as one."""
    names = {(one.split, one.tag): f"{one.split}/{one.tag}" if one.split else one.tag for one in points}
    read = metrics.read_all(dict.fromkeys(names.values()), unsaid=unsaid)
    return {
        key: read[name]
        if not key[0]
        else metrics.Reading(key[0], metrics.read(key[1]).metric, metrics.read(key[1]).grain)
        for key, name in names.items()
    }
