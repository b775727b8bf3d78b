"""Find the axes of a table: which column counts steps, which epochs, and which is the clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from analyzer import metrics
from analyzer.parsers._column import Column
from analyzer.stats.arrays import Bools, Floats, Ints

_UNNAMED = ("", "unnamed_0", "index")
_MOST_EPOCHS = 1000  # rows of a history that pandas numbered; more are batches
_OF_BOOSTER = re.compile(
    r"(?:valid(?:ation)?|eval)_\d+-.+"
    r"|(?:train|valid(?:ation)?|eval|test)-(?:m?logloss|m?error|rmsle|aucpr|ndcg.*|.+-(?:mean|std))",
    re.I,
)
_ENDS_OF_EPOCHS = 0.5  # share of the falls of a counter within the epoch; the others are restarts
_EARLIEST_MILLISECONDS = 1e11  # since 1970: also 1973; as seconds, the year 5138
_EARLIEST_CLOCK = 1e8  # seconds since 1970: 1973; a smaller number counts from the run's start


def axes_of(columns: Sequence[Column], step: str = "") -> dict[str, str]:
    """Return the column of each axis ("step", "epoch", "wall_time") by its name and content.

    ``step`` is the column that counts steps if the format says so.
    """
    context = metrics.context_of(column.name for column in columns)
    by_name = {metrics.normal(column.name, context): column for column in reversed(columns)}
    axes: dict[str, Column] = {}
    steps = (metrics.normal(step), *metrics.STEP_AXES) if step else metrics.STEP_AXES
    for axis, names in (("step", steps), ("epoch", metrics.EPOCH_AXES)):
        for name in names:
            if name in by_name and by_name[name].can_be(axis):
                axes[axis] = by_name[name]
                break
    for name in metrics.WALL_TIME_AXES:
        if name in by_name and _is_clock(by_name[name]):
            axes["wall_time"] = by_name[name]
            break
    if {"step", "epoch"} <= axes.keys() and _restarts_each_epoch(axes, columns):
        del axes["step"]
    if not axes.keys() & {"step", "epoch"}:
        axes |= _weak_step(by_name, columns) or _short_axis(by_name, columns)
    if not axes.keys() & {"step", "epoch"} and columns and _is_index(columns[0]):
        is_step = "wall_time" in axes or len(columns[0]) > _MOST_EPOCHS or _are_rounds(columns)
        axes["step" if is_step else "epoch"] = columns[0]
    return {axis: column.name for axis, column in axes.items()}


def _weak_step(by_name: Mapping[str, Column], columns: Sequence[Column]) -> dict[str, Column]:
    """Return the column of episodes or rounds if a column beside it is a loss or a score."""
    if not any(metrics.is_judged(column.name) and column.is_numeric for column in columns):
        return {}
    for name in metrics.WEAK_STEP_AXES:
        column = by_name.get(name)
        if column is None or not column.can_be("step") or not column.is_full:
            continue
        if len(column) < 2 or column.value.min() < column.value.max():  # else a planned number
            return {"step": column}
    return {}


def _short_axis(by_name: Mapping[str, Column], columns: Sequence[Column]) -> dict[str, Column]:
    """Return the column under a short name of an axis if it rises beside a loss of no agent."""
    names = [column.name for column in columns if column.is_numeric]
    if not any(metrics.kind(metrics.read(name).metric) == "loss" for name in names):
        return {}
    if any(map(metrics.is_reward, names)):
        return {}
    for name, axis in metrics.SHORT_AXES.items():
        column = by_name.get(name)
        if column is None or not column.can_be(axis) or not column.present.all():
            continue
        if len(column) > 1 and (column.value[1:] > column.value[:-1]).all():
            return {axis: column}
    return {}


def _is_clock(column: Column) -> bool:
    """Say whether a column has seconds since 1970."""
    if not column.can_be("wall_time"):
        return False
    return bool(column.value[column.present].min() > _EARLIEST_CLOCK)


def _restarts_each_epoch(axes: Mapping[str, Column], columns: Sequence[Column]) -> bool:
    """Say whether a step counts within an epoch.

    It does if the epoch grows where the step falls, or if the step never changes. A restart may
    fall within its epoch or go back to an earlier one, less often than epochs end. Where the
    splits take turns, each counts on its own: the first batch of the validation ends no epoch.
    """
    steps, epochs = axes["step"].filled().value, axes["epoch"].filled().value
    parts = _rows_of_splits(columns)
    rises = np.concatenate([np.diff(steps[rows]) for rows in parts])
    grows = np.concatenate([np.diff(epochs[rows]) for rows in parts]) > 0
    falls = rises < 0
    if not falls.any():
        return len(rises) > 0 and not rises.any() and bool(grows.all())
    return bool(grows[falls].mean() > _ENDS_OF_EPOCHS)


def _rows_of_splits(columns: Sequence[Column]) -> list[Ints]:
    """Return the rows with losses and scores of each split, all rows if a row has those of two."""
    by_split: dict[str, Bools] = {}
    for column in columns:
        split = metrics.read(column.name).split
        if column.is_numeric and metrics.is_split(split) and metrics.is_judged(column.name):
            before = by_split.get(split, np.zeros(len(column), dtype=bool))
            by_split[split] = before | column.present
    if len(by_split) < 2 or (np.sum(list(by_split.values()), axis=0) > 1).any():
        return [np.arange(len(columns[0]))]
    return [np.flatnonzero(rows) for rows in by_split.values()]


def _are_rounds(columns: Sequence[Column]) -> bool:
    """Say whether a table is of a booster, which counts rounds: train-logloss, validation_0-auc."""
    return any(_OF_BOOSTER.fullmatch(column.name) for column in columns)


def filled_epoch(epoch: Column, step: Column) -> Floats:
    """Fill each blank epoch from the row that shares its step, else from one beside it.

    Where the table begins with a blank, an epoch is written at its end and rows belong to the
    next one, as the learning rate of Lightning does; else to the one before.
    """
    known = np.flatnonzero(epoch.present)
    rows = np.arange(len(epoch))
    after = np.searchsorted(known, rows, side="left")
    before = known[np.clip(np.searchsorted(known, rows, side="right") - 1, 0, None)]
    following = known[np.clip(after, None, len(known) - 1)]
    count = step.filled().value
    takes_next = (not epoch.present[0]) & (count != count[before])
    takes_next |= count == count[following]
    takes_next &= after < len(known)
    filled: Floats = epoch.value[np.where(takes_next, following, before)]
    return filled


def is_unnamed(name: str) -> bool:
    """Say whether a column has no name of its own, as the index of pandas."""
    return metrics.normal(name) in _UNNAMED


def _is_index(column: Column) -> bool:
    """Say whether a column without a name of its own counts the rows."""
    return (
        is_unnamed(column.name)
        and column.can_be("step")
        and column.is_full
        and np.array_equal(column.value, np.arange(len(column)) + column.value[0])
    )


def clock_of(columns: Sequence[Column], axes: Mapping[str, str], rows: int) -> Floats:
    """Return the wall time of each row from seconds or ISO dates, NaN if unknown."""
    for column in columns:
        if column.name == axes.get("wall_time"):
            seconds = np.where(column.present, column.value, np.nan)
            return seconds / 1000 if np.nanmin(seconds) > _EARLIEST_MILLISECONDS else seconds
        times = _dates(column)
        if times is not None:
            return times
    return np.broadcast_to(np.nan, rows)


def has_dates(column: Column) -> bool:
    """Say whether a column has an ISO date in every row."""
    return _dates(column) is not None


def _dates(column: Column) -> Floats | None:
    """Return the ISO dates of a column in seconds since 1970, None if a row has none."""
    if not column.text or column.is_numeric or len(column.text) < len(column):
        return None
    times = []
    for _, cell in sorted(column.text.items()):
        time = seconds_of(cell)
        if time is None:
            return None
        times.append(time)
    return np.array(times, dtype=np.float64)


def seconds_of(cell: str) -> float | None:
    """Return seconds since 1970 for an ISO date, in UTC unless it names a time zone."""
    try:
        date = datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return date.timestamp()
