"""Tell a NaN that stands for "not evaluated" from one that a blow-up left.

Keras 3.8's CSVLogger, ``to_csv(na_rep="nan")`` and the history of W&B write NaN where a metric was
not computed in a row. Such a table has what a network that blew up cannot write: values that come
back in a rhythm, training and validation that never share a row, a split without any value
beside a training loss that is finite to the end, or a test set beside a validation loss that is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analyzer import metrics
from analyzer.parsers._column import Column
from analyzer.stats.arrays import Bools, Ints

_HELD_OUT = ("val", "test")
_MOST_PATTERNS = 64  # of values in the columns of a table; each is compared with each
_UNEVEN = 1.25  # longest over shortest distance: epochs differ by a few rows in a log of steps


@dataclass(frozen=True, eq=False)
class _Metric:
    """A loss or score of a table: its split, where it is NaN and where it is finite."""

    name: str
    split: str
    is_score: bool
    nan: Bools
    finite: Bools
    has_infinity: bool


def not_evaluated(columns: Sequence[Column], step: Ints) -> dict[str, Bools]:
    """Return the rows in which the NaN of a column stands for "not evaluated", by its name."""
    if not any(map(_has_nan, columns)):
        return {}
    found = _metrics(columns)
    marks = {metric.name: np.zeros(len(step), dtype=bool) for metric in found}
    for split in _HELD_OUT:
        own = [metric for metric in found if metric.split == split]
        rest = [metric for metric in found if metric.split not in _HELD_OUT]
        others = [metric for metric in found if metric.split in _HELD_OUT and metric not in own]
        rows = _left_out(own, rest, step) | _beside_others(own, rest, others, len(step))
        for metric in own:
            marks[metric.name] |= metric.nan & rows
    for name, rows in _apart(found).items():
        marks[name] |= rows
    marks |= _alike(columns, found, marks)
    return {name: rows for name, rows in marks.items() if rows.any()}


def _alike(
    columns: Sequence[Column], found: Sequence[_Metric], marks: Mapping[str, Bools]
) -> dict[str, Bools]:
    """Return the rows that other columns leave out just as a loss or score does: learning rates."""
    patterns = {
        metric.nan.tobytes(): marks[metric.name]
        for metric in found
        if metric.nan.any() and np.array_equal(metric.nan, marks[metric.name])
    }
    alike = {}
    for column in columns:
        nan = column.present & np.isnan(column.value)
        if column.name not in marks and nan.tobytes() in patterns:
            alike[column.name] = nan
    return alike


def _has_nan(column: Column) -> bool:
    """Say whether a cell of a column is NaN, and no blank."""
    value = column.value if column.is_full else column.value[column.present]
    return len(value) > 0 and bool(np.isnan(value.min()))


def _metrics(columns: Sequence[Column]) -> list[_Metric]:
    """Return the losses and scores among columns, with the split of each."""
    readings = metrics.read_all(column.name for column in columns)
    found = []
    for column in columns:
        reading = readings[column.name]
        kind = metrics.kind(reading.metric)
        if kind is None:
            continue
        found.append(
            _Metric(
                name=column.name,
                split=reading.split,
                is_score=kind == "score",
                nan=column.present & np.isnan(column.value),
                finite=column.present & np.isfinite(column.value),
                has_infinity=bool(np.isinf(column.value[column.present]).any()),
            )
        )
    return found


def _left_out(own: Sequence[_Metric], rest: Sequence[_Metric], step: Ints) -> Bools:
    """Return the rows in which a held-out split was not evaluated.

    ``own`` are the metrics of the split, ``rest`` those that are not held out. An infinity among
    ``own`` shows a blow-up, and where one of them is finite the split was evaluated.
    """
    nothing = np.zeros(len(step), dtype=bool)
    trained = [metric for metric in rest if metric.finite.any()]
    if not own or not trained or any(metric.has_infinity for metric in own):
        return nothing
    evaluated: Bools = np.logical_or.reduce([metric.finite for metric in own])
    is_trained: Bools = ~np.logical_or.reduce([metric.nan for metric in trained])
    rows = np.flatnonzero(evaluated)
    if not len(rows):
        open_score = any(metric.is_score and not metric.split for metric in trained)
        never = is_trained.all() and not open_score
        return np.full(len(step), bool(never))
    if len(rows) == 1:
        is_last = rows[0] == len(step) - 1 and len(step) > 2
        return ~evaluated & is_trained & bool(is_last)
    for place in (np.arange(len(step), dtype=np.int64), step):
        off_beat = _off_beat(place, rows)
        if off_beat is not None:
            return off_beat & ~evaluated
    together = len(own) > 1 and any(metric.is_score for metric in own)
    alike = all(np.array_equal(metric.nan, own[0].nan) for metric in own)
    return ~evaluated & is_trained & (together and alike)


def _beside_others(
    own: Sequence[_Metric], rest: Sequence[_Metric], others: Sequence[_Metric], count: int
) -> Bools:
    """Return the rows in which a split was not evaluated, as another held-out split was in each.

    A network that blew up has no finite loss on other held-out data either. Where most rows have a
    value, or the first ones only, the data of the split may be what gave NaN.
    """
    nothing = np.zeros(count, dtype=bool)
    both = [
        [metric for metric in group if metric.finite.any() and not metric.is_score]
        for group in (rest, others)
    ]
    if not own or not all(both) or any(metric.has_infinity for metric in own):
        return nothing
    evaluated: Bools = np.logical_or.reduce([metric.finite for metric in own])
    went_on: Bools = np.logical_and.reduce([metric.finite for metric in (*both[0], *both[1])])
    rows = np.flatnonzero(evaluated)
    stops = len(rows) > 1 and rows[-1] == len(rows) - 1
    if not len(rows) or stops or 2 * len(rows) > count or not went_on[~evaluated].all():
        return nothing
    return ~evaluated


def _off_beat(place: Ints, rows: Ints) -> Bools | None:
    """Return where a rhythm leaves out an evaluation, None if ``rows`` have no rhythm.

    A NaN on the beat, or later than the next beat of an uneven rhythm, is not left out. The last
    row may be an evaluation at the end.
    """
    if (np.diff(place) < 0).any():
        return None
    evaluated = place[rows]
    if rows[-1] == len(place) - 1 and len(rows) > 3:
        evaluated = evaluated[:-1]
    distance = np.diff(evaluated)
    period = int(distance.min())
    if period < 2:
        return None
    first = int(evaluated[0])
    if not (distance % period).any() and 2 * len(evaluated) > (distance.sum() // period):
        starts = len(evaluated) > 2 or first in (int(place[0]), int(place[0]) + period - 1)
        on_beat: Bools = (place > first) & ((place - first) % period == 0)
        on_beat &= ~np.isin(place, evaluated)
        return ~on_beat if starts else None
    longest = int(distance.max())
    if len(evaluated) > 2 and longest <= _UNEVEN * period + 1 and period > 2:
        until_next: Bools = place < evaluated[-1] + longest
        return until_next
    return None


def _apart(found: Sequence[_Metric]) -> dict[str, Bools]:
    """Return the rows in which each metric is left out because another one stands there.

    Two metrics never share a row if one belongs to other rows: where either comes back later, it
    was left out. After its last value, only a row with a value of the other says so.
    """
    patterns: dict[bytes, list[_Metric]] = {}
    for metric in found:
        if metric.finite.any() and not metric.has_infinity:
            patterns.setdefault(metric.finite.tobytes(), []).append(metric)
    marks: dict[str, Bools] = {}
    if not 2 <= len(patterns) <= _MOST_PATTERNS:
        return marks
    for left, right in combinations(patterns.values(), 2):
        if not _are_apart(left[0].finite, right[0].finite):
            continue
        for group, other in ((left, right), (right, left)):
            last = int(np.flatnonzero(group[0].finite)[-1])
            rows = other[0].finite.copy()
            rows[:last] = True
            for metric in group:
                marks[metric.name] = marks.get(metric.name, False) | (metric.nan & rows)
    return marks


def _are_apart(left: Bools, right: Bools) -> bool:
    """Say whether the values of two metrics never share a row and take turns.

    One value alone must stand in the last row, as the test of a finished run does.
    """
    if (left & right).any():
        return False
    ends = []
    for finite in (left, right):
        rows = np.flatnonzero(finite)
        if len(rows) == 1:
            return bool(rows[0] == len(finite) - 1)
        ends.append((rows[0], rows[-1]))
    (first, last), (other_first, other_last) = ends
    return bool(first < other_last and other_first < last)
