"""Tell the labels among the numbers between a metric and its value: "Precision 5: 0.61".

Alone on its line, such a number is a step ("Validation loss 1500: 0.43") or belongs to the name
("Precision 1: 0.7" and "Precision 5: 0.9" in each epoch). So it is with "scores@1000 rouge: 0.4". A
number that comes back is a label.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analyzer import metrics
from analyzer.parsers._text_plan import AT_PLACE, BETWEEN, EPOCH, STEP, VALUE, Cells, Key
from analyzer.stats.arrays import Bools, Floats

_MOST_LABELS = 10  # "recall" at 1, 5, 10, 20, 50 and 100; more are batches of an epoch
_FEWEST_TIMES = 3  # that a label comes back: a run that was begun again repeats its steps once


def with_labels(columns: Mapping[Key, Cells]) -> dict[Key, Cells]:
    """Return columns in which each label has its own, and no label is a step.

    A log whose only axis are these numbers stays as it is.
    """
    found = dict(columns)
    axes = [key for key in found if key.role in (EPOCH, STEP)]
    between = [key for key in axes if key.path == (BETWEEN,) or key.name == AT_PLACE]
    if len(between) == len(axes):
        return found
    for axis in between:
        numbers = found[axis]
        is_label = np.zeros(len(numbers.rows), dtype=bool)
        for key in [key for key in found if key.role == VALUE]:
            cells = found[key]
            rows, place, own = np.intersect1d(numbers.rows, cells.rows, return_indices=True)
            if not len(rows) or not _are_labels(numbers.values[place], key.name):
                continue
            is_label[place] = True
            if len(np.unique(numbers.values[place])) == 1:
                continue
            sign = "@" if axis.name == AT_PLACE else " "
            named = _apart(key, sign, Cells(rows, cells.values[own]), numbers.values[place])
            rest = np.ones(len(cells.rows), dtype=bool)
            rest[own] = False
            _put(found, key, cells, rest)
            found |= named
        _put(found, axis, numbers, ~is_label)
    return found


def _put(found: dict[Key, Cells], key: Key, cells: Cells, kept: Bools) -> None:
    """Keep some cells of a column, and no column without a cell."""
    del found[key]
    if kept.any():
        found[key] = Cells(cells.rows[kept], cells.values[kept])


def _apart(key: Key, sign: str, cells: Cells, numbers: Floats) -> dict[Key, Cells]:
    """Return a column for each number."""
    labels = np.unique(numbers)
    return {
        key._replace(name=f"{key.name}{sign}{int(label)}"): Cells(
            cells.rows[numbers == label], cells.values[numbers == label]
        )
        for label in labels
    }


def _are_labels(numbers: Floats, name: str) -> bool:
    """Say whether a few numbers come back by turns.

    The losses at 100, 200 and 300 are those of the steps of an epoch; scores have ranks like these.
    """
    labels, times = np.unique(numbers, return_counts=True)
    if len(labels) > _MOST_LABELS or times.min() < _FEWEST_TIMES:
        return False
    if len(labels) == 1:
        return True
    spaces = np.unique(np.diff(labels))
    is_even = len(spaces) == 1 and spaces[0] > 1
    is_loss = metrics.kind(metrics.read(name).metric) == "loss"
    return int((np.diff(numbers) < 0).sum()) >= _FEWEST_TIMES - 1 and not (is_even and is_loss)
