"""Join the logs of one run in several formats, noting what they agree and disagree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers.text_log import TextLog
from analyzer.reading.neighbours import neighbours
from analyzer.stats.arrays import Bools, Floats, Ints

SAME = 1e-4  # relative; a float32 and a CSV with five digits agree to this
_SAME_EPOCH = 3e-4  # relative; Hugging Face prints four digits
_SIGNIFICANT = (3, 4, 5)  # digits of a value that was printed with "%.3g" and the like
_PRINTED = TextLog.title  # values as they were printed, rounded
MOSTLY = 0.5  # share of the common values that must agree before two logs are called one run
# Of other folders nearly all must agree, and too many values for chance.
_NEARLY_ALL = 0.99
_FEWEST_VALUES = 10
_AND = " + "  # between the formats of a merged run
_MOST_DECIMALS = 8  # that console output has; with more, nothing was rounded


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
    """How many values two logs have in common, how many differ, and the first that does.

    ``distinct`` is how many values of a loss or score agree, equal ones counted once.
    """

    agree: int
    differ: int
    distinct: int
    first: _Difference | None

    def is_one_run(self, *, is_one_folder: bool) -> bool:
        """Say whether enough values agree to call two logs one run."""
        share = MOSTLY if is_one_folder else _NEARLY_ALL
        if not is_one_folder and self.distinct < _FEWEST_VALUES:
            return False
        return self.agree > 0 and self.agree >= share * (self.agree + self.differ)


def merge_twins(runs: Sequence[Run], folders: Sequence[Path]) -> list[Run]:
    """Join the runs that have the same curves in different formats.

    ``folders`` are the folders of the runs. In one folder most values must agree, in folders
    beside each other nearly all. The log with more points gives the curves, but console
    output, which is rounded, only if there is no other; the other adds those that the first
    lacks, its configuration, and an issue that says how many values agree and where
    the first difference is.
    """
    merged = list(runs)
    gone: set[int] = set()
    for members in neighbours(folders, [run.meta.format for run in runs]):
        for left, right in combinations(members, 2):
            if {left, right} & gone or left == right or _share_format(merged[left], merged[right]):
                continue
            is_one_folder = folders[left] == folders[right]
            if not is_one_folder and not _share_an_end(merged[left], merged[right]):
                continue
            compared = _compare(merged[left], merged[right])
            if compared.is_one_run(is_one_folder=is_one_folder):
                merged[left] = _merge(merged[left], merged[right], compared)
                gone.add(right)
    return [run for index, run in enumerate(merged) if index not in gone]


def _share_format(left: Run, right: Run) -> bool:
    """Say whether two runs have a format in common, so that one is not a twin of the other."""
    return bool({*left.meta.format.split(_AND)} & {*right.meta.format.split(_AND)})


def _share_an_end(left: Run, right: Run) -> bool:
    """Say whether a curve of two runs begins or ends with the same value: a quick first look."""
    ends: dict[_Key, list[Floats]] = {}
    for series in left.series:
        if len(series):
            ends.setdefault(_key(series), []).append(series.value[[0, -1]])
    for series in filter(len, right.series):
        for values in ends.get(_key(series), ()):
            if np.isclose(values, series.value[[0, -1]], rtol=SAME, atol=0).any():
                return True
    return False


def _compare(left: Run, right: Run) -> _Comparison:
    """Compare the values of the metrics that both runs have."""
    agree = differ = 0
    first = None
    values: set[float] = set()
    is_printed = any(_PRINTED in run.meta.format.split(_AND) for run in (left, right))
    for series in left.series:
        twin = _twin(series, right)
        if twin is None:
            continue
        paired = _paired(series, twin)
        same = _same(paired, is_printed=is_printed)
        agree += int(same.sum())
        differ += int((~same).sum())
        if metrics.kind(series.metric):
            values.update(paired.left[same & np.isfinite(paired.left)].tolist())
        if first is None and not same.all():
            at = int(np.argmin(same))
            first = _Difference(
                series.tag, int(paired.step[at]), float(paired.left[at]), float(paired.right[at])
            )
    return _Comparison(agree, differ, len(values), first)


def _twin(series: Series, run: Run) -> Series | None:
    """Return the series of a run that is the same curve: of the same name or length, if several."""
    same = [other for other in run.series if _key(other) == _key(series)]
    return max(
        same,
        key=lambda other: (other.tag == series.tag, len(other) == len(series)),
        default=None,
    )


def _same(paired: _Paired, *, is_printed: bool) -> Bools:
    """Say which values are the same; printed ones are rounded and may be in percent."""
    left, right = paired.left, paired.right
    if not is_printed:
        return np.isclose(left, right, rtol=SAME, atol=0, equal_nan=True)
    rounded = np.maximum(_rounding(left, right), _last_digits(left, right))
    same = np.isclose(left, right, rtol=SAME, atol=rounded, equal_nan=True)
    same |= np.isclose(left, 100 * right, rtol=SAME, atol=rounded)
    return same | np.isclose(100 * left, right, rtol=SAME, atol=rounded)


def _rounding(left: Floats, right: Floats) -> float:
    """Return half a unit of the last decimal that the coarser of two curves was printed with."""
    unit = 0.0
    for values in (left, right):
        finite = values[np.isfinite(values)]
        for decimals in range(_MOST_DECIMALS + 1):
            if np.allclose(np.round(finite, decimals), finite, rtol=0, atol=1e-12):
                unit = max(unit, 10.0**-decimals)
                break
    return 0.51 * unit if unit < 1 else 0.0


def _last_digits(left: Floats, right: Floats) -> Floats:
    """Return half a unit of the last digit of each value, 0 if no curve has so few digits.

    Stable-Baselines3 prints three significant digits, Hugging Face four.
    """
    half = np.zeros(len(left))
    for values in (left, right):
        plain = np.where(np.isfinite(values) & (values != 0), np.abs(values), 1.0)
        exponent = np.floor(np.log10(plain))
        for digits in _SIGNIFICANT:
            unit = 10.0 ** (exponent - digits + 1)
            if np.allclose(np.round(plain / unit) * unit, plain, rtol=1e-9, atol=0):
                half = np.maximum(half, 0.51 * unit)
                break
    return half


def _key(series: Series) -> _Key:
    """Return the key of a series; a name without a split is training."""
    return _Key(series.metric, series.split or "train")


def _paired(left: Series, right: Series) -> _Paired:
    """Pair the points of two series: by place if they are as many, else by step.

    Steps that lie elsewhere at the same epochs count something else: then by epoch.
    """
    a, b = left.counted, right.counted
    if a.sum() == b.sum():
        return _Paired(left.step[a], left.value[a], right.value[b])
    at, other = _at_one_epoch(left.epoch[a], right.epoch[b])
    step = left.step[a][at]
    if len(step) and np.mean(step == right.step[b][other]) < 0.5:
        return _Paired(step, left.value[a][at], right.value[b][other])
    step, in_left, in_right = np.intersect1d(left.step[a], right.step[b], return_indices=True)
    return _Paired(step, left.value[a][in_left], right.value[b][in_right])


def _at_one_epoch(left: Floats, right: Floats) -> tuple[Ints, Ints]:
    """Return the places of the points of two series that stand at the same, perhaps rounded, epoch.

    There are none unless all epochs are known.
    """
    none = np.zeros(0, dtype=np.int64)
    if len(right) < 2 or not (np.isfinite(left).all() and np.isfinite(right).all()):
        return none, none
    order = np.argsort(right, kind="stable")
    known = right[order]
    above = np.clip(np.searchsorted(known, left), 1, len(known) - 1)
    nearest = above - (left - known[above - 1] < known[above] - left)
    same = np.isclose(known[nearest], left, rtol=_SAME_EPOCH, atol=0)
    return np.flatnonzero(same), order[nearest[same]]


def _merge(left: Run, right: Run, compared: _Comparison) -> Run:
    """Return two logs of one run as one, the one with more points first."""
    main, extra = left, right
    if _weight(right) > _weight(left):
        main, extra = right, left
    known = {_key(series) for series in main.series}
    added = [series for series in extra.series if _key(series) not in known]
    note = _note(main, extra, compared, swapped=main is right)
    return Run(
        name=_name(main, extra),
        series=(*main.series, *added),
        config={**extra.config, **main.config},
        meta=replace(
            main.meta,
            format=f"{main.meta.format}{_AND}{extra.meta.format}",
            files=(*main.meta.files, *extra.meta.files),
            tracker=main.meta.tracker or extra.meta.tracker,
            exception=main.meta.exception or extra.meta.exception,
            planned=main.meta.planned or extra.meta.planned,
            said_end=main.meta.said_end or extra.meta.said_end,
            passed_over=(*main.meta.passed_over, *extra.meta.passed_over),
        ),
        issues=(*main.issues, *extra.issues, note),
        paths=(*main.paths, *extra.paths),
    )


def _weight(run: Run) -> tuple[bool, int]:
    """Return what makes a log the main one: unrounded values, then points."""
    return _PRINTED not in run.meta.format, run.points


def _name(main: Run, extra: Run) -> str:
    """Return the shorter name of two logs, but not that of console output."""
    if _PRINTED in extra.meta.format:
        return main.name
    return min(main.name, extra.name, key=lambda name: (len(name), name))


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
