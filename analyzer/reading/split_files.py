"""Join files of one folder that hold parts of one run: train.jsonl and val.jsonl, two charts.

The files of a rotated log are joined first (rotated_files). The names of other files differ in the
split or metric alone, or, of charts that W&B exported, the files name the same run. No curve of one
may be in another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._file_names import place_of, read_name
from analyzer.parsers.wandb_chart import WandbChart
from analyzer.reading.neighbours import MOST
from analyzer.reading.rotated_files import Parts, join_rotated_files, rotated_places

_CHARTS = "wandb_chart"  # the parser whose files name their runs
_BOUNDS = ("__MIN", "__MAX")  # of a chart of W&B


class _Key(NamedTuple):
    """What parts of one run have in common."""

    folder: Path
    format: str
    run: str


def join_split_files(
    runs: Sequence[Run], sources: Sequence[Group], crowd: Collection[Path] = ()
) -> Parts:
    """Return the runs with those joined whose files hold parts of one run.

    The files of a ``crowd`` are left as they are, and an issue of their runs says so.
    """
    alike: dict[_Key, list[int]] = {}
    runs = [
        _told(run) if _is_in(crowd, source) else run
        for run, source in zip(runs, sources, strict=True)
    ]
    runs, sources = join_rotated_files(runs, sources, crowd)
    for index, run in enumerate(runs):
        key = None if _is_in(crowd, sources[index]) else _key(run, sources[index])
        if key is not None:
            alike.setdefault(key, []).append(index)
    joined = Parts(list(runs), list(sources))
    gone: set[int] = set()
    for members in alike.values():
        files = [sources[index].files[0] for index in members]
        parts = [_with_split(runs[index], sources[index].files[0]) for index in members]
        if len(members) < 2 or not _are_parts(parts, files):
            continue
        first = members[0]
        joined.runs[first] = _joined(parts)
        joined.sources[first] = _group(runs[first], files)
        gone.update(members[1:])
    kept = [index for index in range(len(runs)) if index not in gone]
    return Parts([joined.runs[i] for i in kept], [joined.sources[i] for i in kept])


def _is_in(crowd: Collection[Path], source: Group) -> bool:
    return len(source.files) == 1 and source.files[0].path in crowd


def _told(run: Run) -> Run:
    """Return a run with the remark that its file was not joined with others."""
    source = run.meta.files[0] if run.meta.files else run.name
    remark = LogIssue("info", source, "parts_not_joined", values={"most": MOST})
    return replace(run, issues=(*run.issues, remark))


def places_of_parts(parsers: Sequence[str], groups: Sequence[Group]) -> list[list[int]]:
    """Return the places of the groups that may hold parts of one run, by their names alone.

    ``parsers`` has the name of the parser of each group. Groups with more than 200 files of a
    folder are left out: they are a crowd.
    """
    return [places for places in _alike(parsers, groups) if len(places) <= MOST]


def crowd_of(parsers: Sequence[str], groups: Sequence[Group]) -> frozenset[Path]:
    """Return the files that are too many to be joined, by their names; see places_of_parts."""
    crowd: set[Path] = set()
    for places in _alike(parsers, groups):
        if len(places) > MOST:
            crowd.update(groups[place].files[0].path for place in places)
    return frozenset(crowd)


def _alike(parsers: Sequence[str], groups: Sequence[Group]) -> list[list[int]]:
    """Return the places of groups whose names differ in split or metric alone, or by rotation."""
    alike: dict[_Key, list[int]] = {}
    for place, (parser, group) in enumerate(zip(parsers, groups, strict=True)):
        if len(group.files) != 1:
            continue
        file = group.files[0]
        name = read_name(file.stem)
        run = "" if parser == _CHARTS else f"\0{name.run.lower()}"
        if parser == _CHARTS or name.split or name.metric:
            alike.setdefault(_Key(file.relative.parent, parser, run), []).append(place)
    found = [places for places in alike.values() if len(places) > 1]
    return [*found, *rotated_places(parsers, groups)]


def _key(run: Run, source: Group) -> _Key | None:
    """Return what the parts of a run have in common, None if a run is no part by its file."""
    if len(source.files) != 1:
        return None
    file = source.files[0]
    form = run.meta.format
    if form == WandbChart.title:
        return _Key(file.relative.parent, form, run.name)
    name = read_name(file.stem)
    if run.name or not (name.split or name.metric):
        return None
    return _Key(file.relative.parent, form, f"\0{name.run.lower()}")


def _with_split(run: Run, file: LogFile) -> Run:
    """Return a run whose losses and scores without a split have that of the name of their file."""
    split = read_name(file.stem).split
    if not split or run.meta.format == WandbChart.title:
        return run
    return replace(run, series=tuple(_in_split(series, split) for series in run.series))


def _in_split(series: Series, split: str) -> Series:
    is_open = not metrics.read(series.tag).split and metrics.kind(series.metric) is not None
    return replace(series, split=split) if is_open else series


def _are_parts(runs: Sequence[Run], files: Sequence[LogFile]) -> bool:
    """Say whether each file has one run and judged curves that no other file has."""
    if len(set(files)) < len(files):
        return False
    seen: set[tuple[str, str]] = set()
    for run in runs:
        own = {
            (series.split, series.metric)
            for series in run.series
            if metrics.kind(series.metric) is not None and not series.tag.endswith(_BOUNDS)
        }
        if not own or own & seen:
            return False
        seen |= own
    return True


def _joined(runs: Sequence[Run]) -> Run:
    """Return the parts of a run as one."""
    series: list[Series] = []
    config: dict[str, Any] = {}
    known: set[tuple[str, str]] = set()
    for run in runs:
        added = [curve for curve in run.series if (curve.split, curve.tag) not in known]
        series += [_numbered(curve, series) for curve in added]
        known.update((curve.split, curve.tag) for curve in added)
        config = {**run.config, **config}
    meta = replace(
        runs[0].meta,
        files=tuple(name for run in runs for name in run.meta.files),
        passed_over=tuple(name for run in runs for name in run.meta.passed_over),
    )
    return replace(
        runs[0],
        series=tuple(series),
        config=config,
        meta=meta,
        issues=tuple(issue for run in runs for issue in run.issues),
        paths=tuple(path for run in runs for path in run.paths),
    )


def _numbered(curve: Series, before: Sequence[Series]) -> Series:
    """Return a curve whose tag is that of no other: "loss" of val.jsonl becomes "val/loss"."""
    if all(curve.tag != other.tag for other in before):
        return curve
    return replace(curve, tag=f"{curve.split}/{curve.tag}")


def _group(run: Run, files: Sequence[LogFile]) -> Group:
    """Return the group of joined files, named for what their names have in common."""
    folder = files[0].relative.parent
    if run.name:
        return Group(folder, tuple(files))
    return Group(place_of(folder, read_name(files[0].stem).run, list(files)), tuple(files))
