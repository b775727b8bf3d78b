"""Find the axes of a table: which column counts steps, which epochs, and which is the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from analyzer import metrics
from analyzer.parsers._column import Column
from analyzer.stats.arrays import Floats

_UNNAMED = ("", "unnamed_0", "index")
_EARLIEST_CLOCK = 1e8  # seconds since 1970: 1973; a smaller number counts from the run's start


def axes_of(columns: Sequence[Column]) -> dict[str, str]:
    """Return the column of each axis ("step", "epoch", "wall_time") by its name and content."""
    context = metrics.context_of(column.name for column in columns)
    by_name = {metrics.normal(column.name, context): column for column in reversed(columns)}
    axes: dict[str, Column] = {}
    for axis, names in (("step", metrics.STEP_AXES), ("epoch", metrics.EPOCH_AXES)):
        for name in names:
            if name in by_name and by_name[name].can_be(axis):
                axes[axis] = by_name[name]
                break
    for name in metrics.WALL_TIME_AXES:
        if name in by_name and _is_clock(by_name[name]):
            axes["wall_time"] = by_name[name]
            break
    if {"step", "epoch"} <= axes.keys() and _restarts_each_epoch(axes["step"], axes["epoch"]):
        del axes["step"]
    if not axes.keys() & {"step", "epoch"} and columns and _is_index(columns[0]):
        axes["step"] = columns[0]
    return {axis: column.name for axis, column in axes.items()}


def _is_clock(column: Column) -> bool:
    """Say whether a column has seconds since 1970."""
    if not column.can_be("wall_time"):
        return False
    return bool(column.value[column.present].min() > _EARLIEST_CLOCK)


def _restarts_each_epoch(step: Column, epoch: Column) -> bool:
    """Say whether a step counts within an epoch.

    It does if the epoch grows whenever the step falls, or if the step never changes.
    """
    change = np.diff(step.filled().value)
    grows = np.diff(epoch.filled().value) > 0
    falls = change < 0
    if not falls.any():
        return bool(len(change)) and not change.any() and bool(grows.all())
    return bool(grows[falls].all())


def _is_index(column: Column) -> bool:
    """Say whether a column without a name of its own counts the rows."""
    return (
        metrics.normal(column.name) in _UNNAMED
        and column.can_be("step")
        and bool(column.present.all())
        and np.array_equal(column.value, np.arange(len(column)) + column.value[0])
    )


def clock_of(columns: Sequence[Column], axes: Mapping[str, str], rows: int) -> Floats:
    """Return the wall time of each row from seconds or ISO dates, NaN if unknown."""
    for column in columns:
        if column.name == axes.get("wall_time"):
            return np.where(column.present, column.value, np.nan)
        if column.text and not column.is_numeric and len(column.text) == rows:
            times = [_date(cell) for _, cell in sorted(column.text.items())]
            if None not in times:
                return np.array(times, dtype=np.float64)
    return np.full(rows, np.nan)


def _date(cell: str) -> float | None:
    """Return seconds since 1970 for an ISO date, in UTC unless it names a time zone."""
    try:
        date = datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return date.timestamp()
