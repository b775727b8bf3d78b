"""Give the durations and dates of console output to the points that they were printed with.

They never decide how a log is read: a duration stands where a loss or another number stands, on
its own line or in its epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analyzer import metrics
from analyzer.model.series import Series
from analyzer.parsers._series import Points
from analyzer.parsers._text_axes import FEW_ROWS
from analyzer.parsers._text_plan import STAMP, TIME, Cells, Key
from analyzer.parsers._text_rows import Rows
from analyzer.stats.arrays import Bools, Floats, Ints

_FEWEST_LINES = 0.5  # of those that print a duration: with more to a place it times something else


@dataclass(frozen=True, eq=False)
class _Places:
    """The lines of a text that hold a point, each once, and where that point stands."""

    rows: Ints
    step: Ints
    epoch: Floats
    wall_time: Floats
    superseded: Bools


def stamped(points: Sequence[Points], columns: Mapping[Key, Cells]) -> list[Points]:
    """Return points with the date of their lines as wall time, where all lines of a tag have one.

    A date without a time zone is taken as UTC, as in every format.
    """
    cells = columns.get(Key(STAMP))
    if cells is None:
        return list(points)
    found = []
    for tagged in points:
        place = tagged.place
        if place is not None and len(place) and np.isin(place, cells.rows).all():
            times = cells.values[np.searchsorted(cells.rows, place)]
            tagged = replace(tagged, wall_time=times)
        found.append(tagged)
    return found


def timed_series(
    columns: Mapping[Key, Cells], rows: Rows, points: Sequence[Points], series: Sequence[Series]
) -> tuple[Series, ...]:
    """Return the durations that a text prints beside its points, a series for each name."""
    named = {key.name: cells for key, cells in columns.items() if key.role == TIME}
    logged = [(tagged, made) for tagged, made in zip(points, series, strict=True) if len(made)]
    for tagged in points:
        named.pop(tagged.tag, None)
    if not named or not logged:
        return ()
    places = _places(logged)
    found = [_timed(name, cells, rows, places) for name, cells in named.items()]
    return tuple(timed for timed in found if timed is not None)


def _places(logged: Sequence[tuple[Points, Series]]) -> _Places:
    """Return the places of all points of a text in the order of their lines."""
    lines = [tagged.place for tagged, _ in logged if tagged.place is not None]
    rows, first = np.unique(np.concatenate(lines), return_index=True)
    made = [series for _, series in logged]
    return _Places(
        rows,
        step=np.concatenate([series.step for series in made])[first],
        epoch=np.concatenate([series.epoch for series in made])[first],
        wall_time=np.concatenate([series.wall_time for series in made])[first],
        superseded=np.concatenate([series.superseded for series in made])[first],
    )


def _timed(name: str, cells: Cells, rows: Rows, places: _Places) -> Series | None:
    """Return the series of one duration, None if it is printed beside too few points."""
    at = _place_of(cells.rows, rows, places)
    is_own = (at >= 0) & (places.rows[np.maximum(at, 0)] == cells.rows)
    is_bar = np.isin(cells.rows, rows.bars)
    others = np.flatnonzero((at >= 0) & ~is_own & ~is_bar)
    kept = (at >= 0) & (is_own | is_bar)
    if len(np.unique(at[others])) >= _FEWEST_LINES * max(len(others), 1):
        kept[others] = True
    lines = np.flatnonzero(kept)
    is_last = np.ones(len(lines), dtype=bool)
    is_last[:-1] = at[lines][1:] != at[lines][:-1]
    lines = lines[is_last]
    if len(lines) < FEW_ROWS:
        return None
    at = at[lines]
    reading = metrics.read(name)
    return Series(
        tag=name,
        split=reading.split,
        metric=reading.metric,
        grain=reading.grain,
        step=places.step[at],
        epoch=places.epoch[at],
        wall_time=places.wall_time[at],
        value=cells.values[lines],
        superseded=places.superseded[at],
    )


def _place_of(lines: Ints, rows: Rows, places: _Places) -> Ints:
    """Return the place that each line belongs to, -1 for none.

    It is the line itself or the nearest one before or behind it in the same epoch and step.
    """
    before = np.searchsorted(places.rows, lines, side="right") - 1
    behind = np.minimum(before + 1, len(places.rows) - 1)
    before = np.maximum(before, 0)
    is_own = places.rows[before] == lines
    has_before = _is_same(lines, places.rows[before], rows) & (places.rows[before] < lines)
    has_behind = _is_same(lines, places.rows[behind], rows) & (places.rows[behind] > lines)
    found = np.where(has_before, before, np.where(has_behind, behind, -1))
    at: Ints = np.where(is_own, before, found)
    return at


def _is_same(first: Ints, second: Ints, rows: Rows) -> Bools:
    """Say of pairs of lines whether one epoch or step is in force at both."""
    has_epochs = len(rows.epochs.rows) > 0
    one = rows.epoch_at(first) if has_epochs else rows.steps.at(first)
    other = rows.epoch_at(second) if has_epochs else rows.steps.at(second)
    is_same: Bools = one == other
    return is_same
