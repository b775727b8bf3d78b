"""Join the logs of one run in two formats into one Run, noting what they agree and disagree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer.model.run import LogIssue, Run, Series
from analyzer.stats.arrays import Floats, Ints

SAME = 1e-4  # relative; a float32 and a CSV with five digits agree to this
MOST = 200  # runs in a folder; with more, nobody logged each of them twice by hand
MOSTLY = 0.5  # share of the common values that must agree before two logs are called one run


class _Key(NamedTuple):
    """What makes two series the same curve."""

    metric: str
    split: str


class _Paired(NamedTuple):
    """Values of two series at the same places."""

    step: Ints
    left: Floats
    right: Floats


class _Difference(NamedTuple):
    """The first place at which two logs hold different values."""

    tag: str
    step: int
    left: float
    right: float


@dataclass(frozen=True)
class _Comparison:
    """How many values two logs have in common, how many differ, and the first that does."""

    agree: int
    differ: int
    first: _Difference | None

    @property
    def is_one_run(self) -> bool:
        """Whether enough values agree to call two logs one run."""
        return self.agree > 0 and self.agree >= MOSTLY * (self.agree + self.differ)


def merge_twins(runs: Sequence[Run], folders: Sequence[Path]) -> list[Run]:
    """Join the runs of one folder that have the same curves in different formats.

    ``folders`` are the folders of the runs. The log with more points gives the curves; the other
    adds those that the first lacks, its configuration, and an issue that says how many values
    agree and where the first difference is.
    """
    merged = list(runs)
    gone: set[int] = set()
    by_folder: dict[Path, list[int]] = {}
    for index, folder in enumerate(folders):
        by_folder.setdefault(folder, []).append(index)
    for members in by_folder.values():
        formats = {runs[index].meta.format for index in members}
        if len(formats) < 2 or len(members) > MOST:
            continue
        for left, right in combinations(members, 2):
            if {left, right} & gone or merged[left].meta.format == merged[right].meta.format:
                continue
            compared = _compare(merged[left], merged[right])
            if compared.is_one_run:
                merged[left] = _merge(merged[left], merged[right], compared)
                gone.add(right)
    return [run for index, run in enumerate(merged) if index not in gone]


def _compare(left: Run, right: Run) -> _Comparison:
    """Compare the values of the metrics that both runs have."""
    twins = {_key(series): series for series in right.series}
    agree = differ = 0
    first = None
    for series in left.series:
        twin = twins.get(_key(series))
        if twin is None:
            continue
        paired = _paired(series, twin)
        same = np.isclose(paired.left, paired.right, rtol=SAME, atol=0, equal_nan=True)
        agree += int(same.sum())
        differ += int((~same).sum())
        if first is None and not same.all():
            at = int(np.argmin(same))
            first = _Difference(
                series.tag, int(paired.step[at]), float(paired.left[at]), float(paired.right[at])
            )
    return _Comparison(agree, differ, first)


def _key(series: Series) -> _Key:
    """Return the key of a series; a name without a split is training."""
    return _Key(series.metric, series.split or "train")


def _paired(left: Series, right: Series) -> _Paired:
    """Pair the points of two series: by place if they are as many, else by step."""
    a, b = left.counted, right.counted
    if a.sum() == b.sum():
        return _Paired(left.step[a], left.value[a], right.value[b])
    step, in_left, in_right = np.intersect1d(left.step[a], right.step[b], return_indices=True)
    return _Paired(step, left.value[a][in_left], right.value[b][in_right])


def _merge(left: Run, right: Run, compared: _Comparison) -> Run:
    """Return two logs of one run as one, the one with more points first."""
    main, extra = left, right
    if right.points > left.points:
        main, extra = right, left
    known = {_key(series) for series in main.series}
    added = [series for series in extra.series if _key(series) not in known]
    note = _note(main, extra, compared, swapped=main is right)
    return Run(
        name=min(left.name, right.name, key=lambda name: (len(name), name)),
        series=(*main.series, *added),
        config={**extra.config, **main.config},
        meta=replace(
            main.meta,
            format=f"{main.meta.format} + {extra.meta.format}",
            files=(*main.meta.files, *extra.meta.files),
            tracker=main.meta.tracker or extra.meta.tracker,
            passed_over=(*main.meta.passed_over, *extra.meta.passed_over),
        ),
        issues=(*main.issues, *extra.issues, note),
        paths=(*main.paths, *extra.paths),
    )


def _note(main: Run, extra: Run, compared: _Comparison, *, swapped: bool) -> LogIssue:
    """Return the issue that says one run was logged twice, and where the logs differ."""
    source = extra.meta.files[0]
    values: dict[str, Any] = {"other": main.meta.files[0], "agree": compared.agree}
    if compared.first is None:
        return LogIssue("info", source, "same_run_twice", values=values)
    left, right = compared.first.left, compared.first.right
    if swapped:
        left, right = right, left
    values |= {
        "differ": compared.differ,
        "tag": compared.first.tag,
        "step": compared.first.step,
        "main": f"{left:.6g}",
        "extra": f"{right:.6g}",
    }
    return LogIssue("info", source, "formats_disagree", values=values)
