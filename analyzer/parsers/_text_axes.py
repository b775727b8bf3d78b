"""The axes of console output: the epoch or step that is in force at each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.parsers._text_plan import EPOCH, ROUND, STEP, Cells, Key
from analyzer.stats.arrays import Bools, Floats, Ints

FEWEST = 5  # rows of a judged metric; fewer numbers may stand in any prose
FEW_ROWS = 3  # of one name: enough where the user or the form of the lines says what they are


def distinct(parts: Sequence[Ints]) -> Ints:
    """Return the different numbers of some arrays in order; faster than ``np.unique``."""
    numbers = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *parts]))
    keep = np.ones(len(numbers), dtype=bool)
    keep[1:] = numbers[1:] != numbers[:-1]
    return numbers[keep]


@dataclass(frozen=True)
class Axis:
    """The numbers of one axis by line."""

    names: tuple[str, ...]
    rows: Ints
    values: Floats

    def own(self, rows: Ints) -> Bools:
        """Say which lines say the axis themselves."""
        return np.isin(rows, self.rows)

    def at(self, rows: Ints) -> Floats:
        """Return the number in force at each line, NaN before the first one."""
        if not len(self.rows):
            return np.full(len(rows), np.nan)
        place = np.searchsorted(self.rows, rows, side="right") - 1
        return np.where(place >= 0, self.values[np.maximum(place, 0)], np.nan)

    def after(self, rows: Ints) -> Floats:
        """Return the next number at or behind each line, NaN behind the last one."""
        place = np.searchsorted(self.rows, rows, side="left")
        behind = place < len(self.rows)
        return np.where(behind, self.values[np.minimum(place, len(self.rows) - 1)], np.nan)


def axis_of(columns: Mapping[Key, Cells], role: str) -> Axis:
    """Return one axis of a text; where a line says several, the one of lowest rank counts.

    A step on few lines, next to one on many lines, is not an axis of this log.
    """
    found = {key: cells for key, cells in columns.items() if key.role == role}
    counted = _counted(found)
    enough = min(FEWEST, max(counted.values(), default=0))
    names = []
    rows, values = np.zeros(0, dtype=np.int64), np.zeros(0)
    for key in sorted(found, key=lambda key: key.rank):
        cells = found[key]
        if counted[key.name.lower()] < enough or (
            role == STEP and _is_no_step(key, cells, columns)
        ):
            continue
        fresh = ~np.isin(cells.rows, rows)
        if fresh.any():
            names.append(key.name)
        rows = np.concatenate([rows, cells.rows[fresh]])
        values = np.concatenate([values, cells.values[fresh]])
    order = np.argsort(rows, kind="stable")
    return Axis(tuple(names), rows[order], values[order])


def _counted(found: Mapping[Key, Cells]) -> dict[str, int]:
    """Return on how many lines an axis stands by its name, however it is written."""
    counted: dict[str, int] = {}
    for key, cells in found.items():
        name = key.name.lower()
        counted[name] = counted.get(name, 0) + len(cells.rows)
    return counted


def _is_no_step(key: Key, cells: Cells, columns: Mapping[Key, Cells]) -> bool:
    """Say whether numbers at the start of lines are a label (of a process) and not a step."""
    if len(cells.rows) >= FEWEST and cells.values.min() == cells.values.max():
        return True
    return key.name == ROUND and any(
        other.role == EPOCH and len(found.rows) >= FEWEST for other, found in columns.items()
    )
