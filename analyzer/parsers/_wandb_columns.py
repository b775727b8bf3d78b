"""History rows of a W&B run to points: what is the step, the epoch and the clock, and what is no number."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from analyzer import metrics
from analyzer.parsers._series import Points
from analyzer.parsers._wandb_records import History, Item, Stats, Unreadable, leaves

_STEPS = range(-(2**63), 2**63)
_AXES = ("_step", "_timestamp")


class _Column:
    """The points under one name, in the order of the log."""

    def __init__(self) -> None:
        self.step, self.epoch, self.wall_time, self.value = (
            array("q"),
            array("d"),
            array("d"),
            array("d"),
        )

    def add(self, step: int, epoch: float, wall_time: float, value: float) -> None:
        self.step.append(step)
        self.epoch.append(epoch)
        self.wall_time.append(wall_time)
        self.value.append(value)


class Columns:
    """Points by name, and a count of what was no number."""

    def __init__(self) -> None:
        self.axes: dict[str, str] = {}
        self.count = 0
        self.start: float | None = None
        self.end: float | None = None
        self._columns: dict[str, _Column] = {}
        self._passed_over: Counter[tuple[str, str]] = Counter()
        self._step = -1
        self._samples = 0

    def points(self) -> list[Points]:
        """Return the points, the names in the order in which they came up."""
        return [
            Points(
                name,
                "",
                np.array(one.step, dtype=np.int64),
                *map(np.array, (one.epoch, one.wall_time, one.value)),
            )
            for name, one in self._columns.items()
        ]

    def passed_over(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Return the names whose values were no numbers, with the key of the reason and how many."""
        return [(name, key, {"count": count}) for (name, key), count in self._passed_over.items()]

    def add(self, row: History) -> list[str]:
        """Add a row; return what was wrong with its values."""
        named = [(item.name, item) for item in _flat(row)]
        told = {name: item.value for name, item in named if name in _AXES}
        self._step = step = self._take_step(told.get("_step"), row.step)
        time = self._take_time(told.get("_timestamp"))
        epoch = self._take_epoch(named)
        wrong = []
        for name, item in named:
            if name not in _AXES and item.path[0] != "_wandb":
                wrong += self._add(name, item, step, epoch, time)
        return wrong

    def add_stats(self, row: Stats) -> list[str]:
        """Add a sample of the machine's use; the samples are counted, for they have no step."""
        wrong = []
        for item in row.items:
            wrong += self._add(f"system/{item.name}", item, self._samples, math.nan, row.time)
        self._samples += 1
        return wrong

    def _add(self, name: str, item: Item, step: int, epoch: float, time: float) -> list[str]:
        value = item.value
        wrong = ["bad_name"] if item.is_mended else []
        if value is Unreadable:
            return [*wrong, "bad_wandb_value"]
        if not isinstance(value, int | float):
            if value is not None:
                self._passed_over[
                    name, "text_column" if isinstance(value, str) else "not_scalar"
                ] += 1
            return wrong
        try:
            number = float(value)
        except OverflowError:
            return [*wrong, "bad_wandb_value"]
        if name not in self._columns:
            self._columns[name] = _Column()
        self._columns[name].add(step, epoch, time, number)
        self.count += 1
        return wrong

    def _take_step(self, told: Any, beside: int | None) -> int:
        """Return the step of a row: as the row tells it, as the record does, else one more than the last."""
        if isinstance(told, float) and told.is_integer():
            told = int(told)
        step = next((one for one in (told, beside) if isinstance(one, int) and one in _STEPS), None)
        if step is None:
            return self._step + 1
        self.axes.setdefault("step", "_step")
        return step

    def _take_time(self, told: Any) -> float:
        if not isinstance(told, int | float) or not math.isfinite(told):
            return math.nan
        time = float(told)
        self.axes.setdefault("wall_time", "_timestamp")
        self.start = time if self.start is None else min(self.start, time)
        self.end = time if self.end is None else max(self.end, time)
        return time

    def _take_epoch(self, named: Sequence[tuple[str, Item]]) -> float:
        for name, item in named:
            if (
                _is_epoch(name)
                and isinstance(item.value, int | float)
                and math.isfinite(item.value)
            ):
                self.axes.setdefault("epoch", name)
                return float(item.value)
        return math.nan


def _flat(row: History) -> list[Item]:
    """Return the values of a row, those of nested dicts under their path; media stay one item each."""
    items = [leaf for item in row.items for leaf in leaves(item)]
    media = {
        item.path[:-1]: item for item in items if item.path[-1] == "_type" and len(item.path) > 1
    }
    if not media:
        return items
    rest = [
        item
        for item in items
        if not any(item.path[:depth] in media for depth in range(1, len(item.path)))
    ]
    return rest + [Item(path, {}, item.is_mended) for path, item in media.items()]


@cache
def _is_epoch(name: str) -> bool:
    return metrics.normal(name.rpartition("/")[2]) in metrics.EPOCH_AXES
