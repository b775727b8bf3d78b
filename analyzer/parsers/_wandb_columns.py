"""Turn history rows of a W&B run into points: their step, epoch and clock, and their numbers."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Container, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.parsers._json import Unreadable, number_or_nan
from analyzer.parsers._own_axis import (
    AxisValues,
    Declaration,
    OwnSteps,
    declared_axis,
    is_own_axis,
    steps_by_name,
)
from analyzer.parsers._series import Points
from analyzer.parsers._wandb_items import Item, leaves
from analyzer.parsers._wandb_records import History, Stats
from analyzer.safe.names import printable
from analyzer.stats.arrays import Floats, Ints

_STEPS = range(-(2**63), 2**63)
_LONGEST_FLOAT = 2.0**53  # from here on a float does not represent every whole number
_MOST_BITS = 1023  # of a whole number that a float can represent
_SHOWN = 40  # characters of a text in a message
_AXES = ("_step", "_timestamp")
_LIGHTNING = "trainer/global_step"
_SYSTEM = "system/"  # before the names of hardware metrics


class _Place(NamedTuple):
    """Where a value was logged: the number of its row, its step, epoch and clock."""

    row: int
    step: int
    epoch: float
    wall_time: float


class _Column:
    """The points under one name, in log order."""

    def __init__(self) -> None:
        self.row, self.step = array("q"), array("q")
        self.epoch, self.wall_time, self.value = array("d"), array("d"), array("d")

    def add(self, place: _Place, value: float) -> None:
        self.row.append(place.row)
        self.step.append(place.step)
        self.epoch.append(place.epoch)
        self.wall_time.append(place.wall_time)
        self.value.append(value)

    def add_many(
        self, rows: Ints, steps: Ints, epochs: Floats, times: Floats, values: Floats
    ) -> None:
        self.row.frombytes(rows.tobytes())
        self.step.frombytes(steps.tobytes())
        self.epoch.frombytes(epochs.tobytes())
        self.wall_time.frombytes(times.tobytes())
        self.value.frombytes(values.tobytes())


class Columns:
    """Collects points by name, and counts what is not a number."""

    def __init__(self) -> None:
        self.axes: dict[str, str] = {}
        self.count = 0
        self.start: float | None = None
        self.end: float | None = None
        self._columns: dict[str, _Column] = {}
        self._passed_over: Counter[tuple[str, str]] = Counter()
        self._first_text: dict[str, str] = {}
        self._step = -1
        self._rows = 0
        self._samples = 0
        self._declarations: list[Declaration] = []

    def declare(self, declaration: Declaration) -> None:
        """Take note of the axis that names were declared to be logged by."""
        self._declarations.append(declaration)

    def points(self) -> list[Points]:
        """Return the points, names in the order of their first appearance.

        A metric has the steps of the axis it was logged by, if there is one, and else the count of
        the calls of log().
        """
        found = self._own_steps()
        used = dict.fromkeys(own.axis for own in found.values())
        if used:
            self.axes["step"] = ", ".join(used)
        return [
            _points(name, column, found.get(name), self._declared_epochs(name, column))
            for name, column in self._columns.items()
        ]

    def _own_steps(self) -> dict[str, OwnSteps]:
        """Return the steps of each metric that has an axis."""
        axes = self._candidates()
        rows = {
            name: np.array(column.row, dtype=np.int64)
            for name, column in self._columns.items()
            if name not in axes and not name.startswith(_SYSTEM)
        }
        return steps_by_name(rows, axes, self._declarations)

    def _declared_epochs(self, name: str, column: _Column) -> Floats:
        """Return the epochs of a metric, those of the rows before if it was declared by epochs.

        Lightning logs learning rates without an epoch, before the other metrics of their epoch.
        """
        epoch = np.array(column.epoch)
        logged = self._columns.get(self.axes.get("epoch", ""))
        if logged and _LIGHTNING in self._columns and metrics.read(name).metric == "lr":
            place = np.searchsorted(np.array(logged.row), np.array(column.row))
            return np.array(logged.value)[np.clip(place, None, len(logged.row) - 1)]
        axis = declared_axis(name, self._declarations)
        if not _is_epoch(axis) or axis not in self._columns or not np.isnan(epoch).any():
            return epoch
        logged = self._columns[axis]
        values = _axis_values(logged)
        return np.where(np.isnan(epoch), values.at(np.array(column.row)), epoch)

    def _candidates(self) -> dict[str, AxisValues]:
        """Return the names that may be axes, with their values."""
        declared = {entry.axis for entry in self._declarations if not _is_epoch(entry.axis)}
        return {
            name: _axis_values(column)
            for name, column in self._columns.items()
            if name in declared or is_own_axis(name)
        }

    def passed_over(self) -> list[PassedOver]:
        """Return the names with values that are not numbers, and how many there were."""
        return [
            PassedOver(name, key, {"count": count})
            for (name, key), count in self._passed_over.items()
            if name not in self._columns
        ]

    def issues(self, source: str) -> list[LogIssue]:
        """Return an issue for each name that has numbers and, in some rows, something else."""
        lost: Counter[str] = Counter()
        for (name, _), count in self._passed_over.items():
            if name in self._columns:
                lost[name] += count
        return [
            LogIssue(
                "warning",
                source,
                "text_cells",
                kept=len(self._columns[name].row),
                lost=count,
                values={"name": printable(name), "cell": printable(self._first_text[name])},
            )
            for name, count in lost.items()
        ]

    def add(self, row: History) -> list[str]:
        """Add a row; return what was wrong with its values."""
        named = [(item.name, item) for item in _flat(row)]
        axes = {name: item.value for name, item in named if name in _AXES}
        self._step = step = self._take_step(axes.get("_step"), row.step)
        time = self._take_time(axes.get("_timestamp"))
        epoch = self._take_epoch(named)
        self._rows += 1
        place = _Place(self._rows, step, epoch, time)
        wrong = ["bad_wandb_value"] if any(map(_is_too_large, axes.values())) else []
        for name, item in named:
            if name not in _AXES and item.path[0] != "_wandb":
                wrong += self._add(name, item, place)
        return wrong

    def add_many(self, items: Sequence[Item], numbers: Floats, steps: Ints | None) -> bool:
        """Add rows that have the names of a row before and only numbers; say whether they can be.

        Parameters
        ----------
        items
            The items of the row before.
        numbers
            The values of each item in the rows.
        steps
            The steps of the records, None if they have none.
        """
        own = {item.name: values for item, values in zip(items, numbers, strict=True)}
        count = numbers.shape[1]
        in_rows = own.get("_step")
        if not np.isfinite(numbers).all() or (in_rows is not None and not _are_whole(in_rows)):
            return False
        if in_rows is not None or steps is not None:
            self.axes.setdefault("step", "_step")
        if steps is None:
            steps = np.arange(self._step + 1, self._step + 1 + count)
        if in_rows is not None:
            steps = in_rows.astype(np.int64)
        blank = np.full(count, math.nan)
        times = own.get("_timestamp", blank)
        if times is not blank and self.start is not None and self.end is not None:
            self.start = min(self.start, float(times.min()))
            self.end = max(self.end, float(times.max()))
        epochs = next((values for name, values in own.items() if _is_epoch(name)), blank)
        rows = np.arange(self._rows + 1, self._rows + 1 + count)
        for item in items:
            if item.name not in _AXES and item.path[0] != "_wandb":
                self._columns[item.name].add_many(rows, steps, epochs, times, own[item.name])
                self.count += count
        self._rows += count
        self._step = int(steps[-1])
        return True

    def add_stats(self, row: Stats) -> list[str]:
        """Add a sample of hardware use; its number is its step."""
        wrong = []
        place = _Place(self._rows, self._samples, math.nan, row.time)
        for item in row.items:
            wrong += self._add(f"{_SYSTEM}{item.name}", item, place)
        self._samples += 1
        return wrong

    def _add(self, name: str, item: Item, place: _Place) -> list[str]:
        value = item.value
        wrong = ["bad_name"] if item.is_repaired else []
        if value is Unreadable:
            return [*wrong, "bad_wandb_value"]
        if not isinstance(value, int | float):
            if value is not None:
                reason = "text_column" if isinstance(value, str) else "not_scalar"
                self._passed_over[name, reason] += 1
                shown = value[:_SHOWN] if isinstance(value, str) else f"({type(value).__name__})"
                self._first_text.setdefault(name, shown)
            return wrong
        try:
            number = float(value)
        except OverflowError:
            return [*wrong, "bad_wandb_value"]
        if name not in self._columns:
            self._columns[name] = _Column()
        self._columns[name].add(place, number)
        self.count += 1
        return wrong

    def _take_step(self, in_row: Any, in_record: int | None) -> int:
        """Return the step of a row: as in the row, as in its record, else the last one plus 1."""
        if isinstance(in_row, float) and in_row.is_integer():
            in_row = int(in_row)
        for step in (in_row, in_record):
            if isinstance(step, int) and step in _STEPS:
                self.axes.setdefault("step", "_step")
                return step
        return self._step + 1

    def _take_time(self, value: Any) -> float:
        time = _finite(value)
        if math.isnan(time):
            return time
        self.axes.setdefault("wall_time", "_timestamp")
        self.start = time if self.start is None else min(self.start, time)
        self.end = time if self.end is None else max(self.end, time)
        return time

    def _take_epoch(self, named: Sequence[tuple[str, Item]]) -> float:
        for name, item in named:
            if not _is_epoch(name):
                continue
            epoch = _finite(item.value)
            if not math.isnan(epoch):
                self.axes.setdefault("epoch", name)
                return epoch
        return math.nan


def _are_whole(numbers: Floats) -> bool:
    """Say whether numbers are whole ones of which a float has all digits."""
    return bool((numbers == np.floor(numbers)).all() and np.abs(numbers).max() < _LONGEST_FLOAT)


def _is_too_large(value: Any) -> bool:
    """Say whether a whole number has more digits than any clock or step."""
    return isinstance(value, int) and value.bit_length() > _MOST_BITS


def _finite(value: Any) -> float:
    """Return a finite number as a float, NaN for anything else and if it is too large."""
    number = number_or_nan(value)
    return number if math.isfinite(number) else math.nan


def _axis_values(column: _Column) -> AxisValues:
    return AxisValues(np.array(column.row, dtype=np.int64), np.array(column.value))


def _points(name: str, column: _Column, own: OwnSteps | None, epoch: Floats) -> Points:
    return Points(
        tag=name,
        split="",
        step=np.array(column.step, dtype=np.int64) if own is None else own.step,
        epoch=epoch,
        wall_time=np.array(column.wall_time),
        value=np.array(column.value),
        place=np.array(column.row, dtype=np.int64),
    )


def _flat(row: History) -> list[Item]:
    """Return the values of a row, those of nested dicts under their path; media stay one item."""
    items: list[Item] = []
    for item in row.items:
        items += leaves(item)
    media = {
        item.path[:-1]: item for item in items if item.path[-1] == "_type" and len(item.path) > 1
    }
    if not media:
        return items
    rest = [item for item in items if not _is_below(item, media)]
    return rest + [Item(path, {}, item.is_repaired) for path, item in media.items()]


def _is_below(item: Item, paths: Container[tuple[str, ...]]) -> bool:
    """Say whether an item is part of a value at one of some paths."""
    return any(item.path[:depth] in paths for depth in range(1, len(item.path)))


@lru_cache(maxsize=metrics.REMEMBERED)
def _is_epoch(name: str) -> bool:
    return metrics.normal(name.rpartition("/")[2]) in metrics.EPOCH_AXES
