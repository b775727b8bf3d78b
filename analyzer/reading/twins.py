"""The same run logged in two formats is one Run, with a note on what the logs agree and disagree about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from analyzer.model.run import LogIssue, Run, Series

SAME = 1e-4  # relative; a float32 and a CSV with five digits agree to this
MOST = 200  # runs in a folder; where there are more, nobody logged each of them twice by hand
MOSTLY = 0.5  # share of the values in common that must agree before two logs are called one run


@dataclass(frozen=True)
class _Comparison:
    """Values that two logs hold for the same metric, split and place: how many agree, and the first that does not."""

    agree: int
    differ: int
    first: tuple[str, int, float, float] | None


def merge_twins(runs: Sequence[tuple[Run, Path]]) -> list[Run]:
    """Join the runs of one folder (run, folder of its files) that hold the same curves in different formats.

    The log with more points gives the curves, the other those that the first lacks, its configuration, and an issue
    that says how many values agree and where the first difference lies.
    """
    merged = [run for run, _ in runs]
    gone: set[int] = set()
    folders: dict[Path, list[int]] = {}
    for index, (_, folder) in enumerate(runs):
        folders.setdefault(folder, []).append(index)
    for members in folders.values():
        formats = {str(merged[index].meta["format"]) for index in members}
        if len(formats) < 2 or len(members) > MOST:
            continue
        for one, other in combinations(members, 2):
            if {one, other} & gone or _same_format(merged[one], merged[other]):
                continue
            compared = _compare(merged[one], merged[other])
            if compared.agree and compared.agree >= MOSTLY * (compared.agree + compared.differ):
                merged[one] = _merge(merged[one], merged[other], compared)
                gone.add(other)
    return [run for index, run in enumerate(merged) if index not in gone]


def _same_format(one: Run, other: Run) -> bool:
    return bool(one.meta["format"] == other.meta["format"])


def _compare(one: Run, other: Run) -> _Comparison:
    """Compare the values of the metrics that both runs hold: by place where they are as many, else by step."""
    theirs = {_key(series): series for series in other.series}
    agree = differ = 0
    first = None
    for mine in one.series:
        twin = theirs.get(_key(mine))
        if twin is None:
            continue
        step, left, right = _paired(mine, twin)
        same = np.isclose(left, right, rtol=SAME, atol=0, equal_nan=True)
        agree += int(same.sum())
        differ += int((~same).sum())
        if first is None and not same.all():
            at = int(np.argmin(same))
            first = (mine.tag, int(step[at]), float(left[at]), float(right[at]))
    return _Comparison(agree, differ, first)


def _key(series: Series) -> tuple[str, str]:
    """Return what makes two series the same: a name that says no split is that of training."""
    return series.metric, series.split or "train"


def _paired(mine: Series, twin: Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, b = ~mine.superseded, ~twin.superseded
    if a.sum() == b.sum():
        return mine.step[a], mine.value[a], twin.value[b]
    step, left, right = np.intersect1d(mine.step[a], twin.step[b], return_indices=True)
    return step, mine.value[a][left], twin.value[b][right]


def _merge(one: Run, other: Run, compared: _Comparison) -> Run:
    main, extra = (one, other) if one.points >= other.points else (other, one)
    known = {_key(series) for series in main.series}
    added = tuple(series for series in extra.series if _key(series) not in known)
    meta: dict[str, object] = {**extra.meta, **main.meta}
    meta["format"] = f"{main.meta['format']} + {extra.meta['format']}"
    meta["files"] = [*main.meta["files"], *extra.meta["files"]]
    meta["passed_over"] = [*main.meta["passed_over"], *extra.meta["passed_over"]]
    issues = (*main.issues, *extra.issues, _note(main, extra, compared, swapped=main is other))
    name = min(one.name, other.name, key=lambda text: (len(text), text))
    config, paths = {**extra.config, **main.config}, (*main.paths, *extra.paths)
    return Run(name, (*main.series, *added), config, meta, issues, paths)


def _note(main: Run, extra: Run, compared: _Comparison, *, swapped: bool) -> LogIssue:
    """Say that one run was logged twice, and where the logs differ."""
    source = str(extra.meta["files"][0])
    values: Mapping[str, object] = {"other": str(main.meta["files"][0]), "agree": compared.agree}
    if compared.first is None:
        return LogIssue("info", source, "same_run_twice", values=values)
    tag, step, left, right = compared.first
    if swapped:
        left, right = right, left
    place = {
        "differ": compared.differ,
        "tag": tag,
        "step": step,
        "main": f"{left:.6g}",
        "extra": f"{right:.6g}",
    }
    return LogIssue("info", source, "formats_disagree", values={**values, **place})
