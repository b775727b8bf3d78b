"""Join the files of a log that was rotated: train.log.2.gz, train.log.1, train.log are one run.

A logger that rotates renames its file, with a number (the highest is the oldest) or a date, and
begins a new one. Names alone are no proof: ranks, folds and runs are numbered, too. So the files
must follow each other, in the order of their names or against it: the steps go on, and the times,
where they are known. A file that goes back to its first step is another run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._file_names import place_of, read_name
from analyzer.parsers._rotated_names import rotated_place
from analyzer.parsers.csv_table import CsvTable
from analyzer.parsers.json_lines import JsonLines
from analyzer.parsers.text_log import TextLog
from analyzer.stats.arrays import Bools

_LOGGED_IN_LINES = {"text_log", "json_lines", "csv_table"}  # parsers of what a logger appends to
_TITLES = {TextLog.title, JsonLines.title, CsvTable.title}
# usual distances of steps between two files without times: a rotation loses a few lines at most,
# and a file that begins far behind another is rather that of another run
_WIDEST_GAP = 10
_FEWEST_KEPT = 2  # points of a file before the step at which the next one resumed


class Parts(NamedTuple):
    """Runs and the group of files of each."""

    runs: list[Run]
    sources: list[Group]


def rotated_places(parsers: Sequence[str], groups: Sequence[Group]) -> Iterator[list[int]]:
    """Yield the places of groups that are, by their names alone, the files of one log."""
    places = [
        at
        for at, (parser, group) in enumerate(zip(parsers, groups, strict=True))
        if parser in _LOGGED_IN_LINES and _is_one_log(group)
    ]
    files = [groups[at].files[0] for at in places]
    for chain in _chains(files, [parsers[at] for at in places]):
        yield [places[at] for at in chain]


def _chains(files: Sequence[LogFile], formats: Sequence[str]) -> Iterator[list[int]]:
    """Yield the places of the files of each log, the oldest first, of logs with two or more."""
    logs: dict[tuple[Path, str, str], list[tuple[tuple[int, str], int]]] = {}
    for at, (file, form) in enumerate(zip(files, formats, strict=True)):
        if (place := rotated_place(file.name)) is not None:
            key = (file.relative.parent, form, place.base)
            logs.setdefault(key, []).append((place.age, at))
    for at, (file, form) in enumerate(zip(files, formats, strict=True)):
        current = logs.get((file.relative.parent, form, file.name))
        if current is not None:
            current.append(((1, ""), at))
    for members in logs.values():
        ages = {age for age, _ in members}
        if len(members) > 1 and len(ages) == len(members):
            yield [at for _, at in sorted(members)]


def join_rotated_files(
    runs: Sequence[Run], sources: Sequence[Group], crowd: Collection[Path] = ()
) -> Parts:
    """Return the runs with those joined that a rotated log has in several files.

    The files of a ``crowd`` are left as they are.
    """
    counts = Counter(map(id, sources))
    alone = [
        at
        for at, (run, source) in enumerate(zip(runs, sources, strict=True))
        if counts[id(source)] == 1 and _may_be_part(run, source, crowd)
    ]
    files = [sources[at].files[0] for at in alone]
    joined = Parts(list(runs), list(sources))
    gone: set[int] = set()
    for chain in _chains(files, [runs[at].meta.format for at in alone]):
        members = [alone[at] for at in chain]
        parts = _with_known_splits([runs[at] for at in members])
        if _follow(parts):
            order = members
        elif _follow(parts[::-1]):
            order, parts = members[::-1], parts[::-1]
        else:
            continue
        joined.runs[members[0]] = _joined(parts)
        logs = tuple(file for at in order for file in sources[at].files)
        joined.sources[members[0]] = Group(_name_of(sources[members[-1]].files[-1]), logs)
        gone.update(members[1:])
    kept = [at for at in range(len(runs)) if at not in gone]
    return Parts([joined.runs[at] for at in kept], [joined.sources[at] for at in kept])


def _may_be_part(run: Run, source: Group, crowd: Collection[Path]) -> bool:
    """Say whether a run is that of one file, of a format to which lines are appended."""
    if run.name or run.meta.format not in _TITLES or not _is_one_log(source):
        return False
    return source.files[0].path not in crowd


def _is_one_log(group: Group) -> bool:
    """Say whether a group is one file, or one with the pieces of it that are too short alone."""
    if len(group.files) == 1:
        return True
    places = [(rotated_place(file.name), file.name) for file in group.files]
    return len({place.base if place else name for place, name in places}) == 1


def _with_known_splits(runs: Sequence[Run]) -> list[Run]:
    """Return the files of a log with the split of a name that only some of them could tell."""
    splits: dict[str, set[str]] = {}
    for run in runs:
        for series in run.series:
            splits.setdefault(series.tag, set()).add(series.split)
    settled = []
    for run in runs:
        curves = []
        for series in run.series:
            known = splits[series.tag] - {""}
            if not series.split and len(known) == 1:
                series = replace(series, split=next(iter(known)))
            curves.append(series)
        settled.append(replace(run, series=tuple(curves)))
    return settled


def _name_of(newest: LogFile) -> Path:
    """Return the name of a group: that of the log without what the rotation added."""
    place = rotated_place(newest.name)
    stem = Path(place.base if place else newest.name).stem
    if read_name(stem).split:
        return newest.relative.with_name(stem)
    folder = place_of(newest.relative.parent, read_name(stem).run, [newest])
    return folder if folder == newest.relative.parent else newest.relative.with_name(stem)


def _follow(runs: Sequence[Run]) -> bool:
    """Say whether each file goes on where the one before it ended."""
    return all(_goes_on(before, behind) for before, behind in pairwise(runs))


def _goes_on(before: Run, behind: Run) -> bool:
    """Say whether a file goes on with the run of another.

    Without times no step may be in both. With times the later one may have resumed at an earlier
    step than the last, but not at the first.
    """
    pair = _shared_curve(before, behind)
    if pair is None:
        return False
    older, newer = pair
    ended, began = before.meta.end, behind.meta.start
    has_times = ended is not None and began is not None
    if ended is not None and began is not None and began < ended:
        return False
    first, last = int(newer.step[0]), int(older.step.max())
    if first > last:
        return has_times or first - last <= _WIDEST_GAP * _distance(older, newer)
    return has_times and int(np.count_nonzero(older.step < first)) >= _FEWEST_KEPT


def _shared_curve(before: Run, behind: Run) -> tuple[Series, Series] | None:
    """Return the longest loss or score that two files have, in each of them."""
    known = {(series.split, series.tag): series for series in before.series if len(series)}
    found = [
        (known[series.split, series.tag], series)
        for series in behind.series
        if len(series) and (series.split, series.tag) in known and metrics.kind(series.metric)
    ]
    return max(found, key=lambda pair: len(pair[0]) + len(pair[1]), default=None)


def _distance(*curves: Series) -> float:
    """Return the largest usual distance between the steps of curves, 1 if there is none."""
    rises = [np.diff(curve.step.astype(np.float64)) for curve in curves]
    usual = [float(np.median(rise[rise > 0])) for rise in rises if (rise > 0).any()]
    return max(usual, default=1.0)


def _joined(runs: Sequence[Run]) -> Run:
    """Return the files of a log as one run, the oldest first."""
    config: dict[str, Any] = {}
    keys: dict[tuple[str, str], None] = {}
    for run in runs:
        keys.update(dict.fromkeys((series.split, series.tag) for series in run.series))
        config = {**run.config, **config}
    resumed = [_resumed_at(*pair) for pair in pairwise(runs)]
    starts = [run.meta.start for run in runs if run.meta.start is not None]
    ends = [run.meta.end for run in runs if run.meta.end is not None]
    meta = replace(
        runs[-1].meta,
        files=tuple(name for run in runs for name in run.meta.files),
        passed_over=tuple(name for run in runs for name in run.meta.passed_over),
        start=min(starts, default=None),
        end=max(ends, default=None),
    )
    curves = [{(curve.split, curve.tag): curve for curve in run.series[::-1]} for run in runs]
    series = tuple(_chained([known.get(key) for known in curves], resumed) for key in keys)
    issues = [issue for run in runs for issue in run.issues]
    taken = sum(curve.superseded.sum() for curve in series)
    taken -= sum(curve.superseded.sum() for run in runs for curve in run.series)
    if taken:
        step = min(first for first in resumed if first is not None)
        values = {"step": step, "superseded": int(taken)}
        issues.append(LogIssue("info", runs[-1].meta.files[0], "restart", values=values))
    return replace(
        runs[-1],
        series=series,
        config=config,
        meta=meta,
        issues=tuple(issues),
        paths=tuple(path for run in runs for path in run.paths),
    )


def _resumed_at(before: Run, behind: Run) -> int | None:
    """Return the step at which a file resumed within the one before it, None if it did not."""
    pair = _shared_curve(before, behind)
    if pair is None or pair[1].step[0] > pair[0].step.max():
        return None
    return int(pair[1].step[0])


def _chained(curves: Sequence[Series | None], resumed: Sequence[int | None]) -> Series:
    """Return a curve of all files; ``resumed`` has the step that each but the first began with."""
    parts: list[Series] = []
    for number, curve in enumerate(curves):
        if curve is None:
            continue
        superseded = curve.superseded.copy()
        for first in resumed[number:]:
            if first is not None:
                superseded |= curve.step >= first
        parts.append(replace(curve, superseded=superseded))
    marks: Bools | None = None
    if any(part.not_evaluated is not None for part in parts):
        marks = np.concatenate([~part.measured for part in parts])
    return replace(
        parts[-1],
        step=np.concatenate([part.step for part in parts]),
        epoch=np.concatenate([part.epoch for part in parts]),
        wall_time=np.concatenate([part.wall_time for part in parts]),
        value=np.concatenate([part.value for part in parts]),
        superseded=np.concatenate([part.superseded for part in parts]),
        not_evaluated=marks,
    )
