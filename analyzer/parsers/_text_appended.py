"""Cut console output where another run begins, as a file has it to which runs were appended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

import numpy as np

from analyzer.parsers._appended import HAS_AXIS, run_starts
from analyzer.parsers._text_plan import EPOCH, STEP
from analyzer.parsers._text_rows import FEWEST, Axis, Column, columns_of, is_judged, rows_of
from analyzer.parsers._text_scan import Cells, Key
from analyzer.stats.arrays import Floats, Ints


def appended_parts(columns: Mapping[Key, Cells], mapped: Set[str]) -> list[Mapping[Key, Cells]]:
    """Return the numbers of each run of a text, [] if it has one.

    The longest loss or score tells where its epoch or step is back at the start; the run begins
    with the line that says so.
    """
    if not _may_return(columns):
        return []
    rows = rows_of(columns, mapped)
    judged = [found for found in columns_of(columns, rows, mapped) if is_judged(found.key, mapped)]
    leader = max(judged, key=lambda found: len(found.rows), default=None)
    if leader is None:
        return []
    lines = []
    counted, axes = _counted(leader)
    for at in run_starts(axes, fewest=FEWEST):
        last, first = int(counted[at - 1]), int(counted[at])
        lines.append(_first_line((rows.epochs, rows.steps), last, first))
    if not lines:
        return []
    behind = 1 + max(int(cells.rows[-1]) for cells in columns.values())
    return [_between(columns, first, end) for first, end in pairwise([0, *lines, behind])]


def _may_return(columns: Mapping[Key, Cells]) -> bool:
    """Say, fast, whether a run may begin: an epoch goes back, or a step while no epoch goes on."""
    epochs = [cells.values for key, cells in columns.items() if key.role == EPOCH]
    if any((values[1:] < values[:-1]).any() for values in epochs):
        return True
    if any((values[1:] > values[:-1]).any() for values in epochs):
        return False
    steps = [cells.values for key, cells in columns.items() if key.role == STEP]
    return any((values[1:] < values[:-1]).any() for values in steps)


def _counted(leader: Column) -> tuple[Ints, list[Floats]]:
    """Return the lines of a curve that have the axes of nearly all, and these axes."""
    axes = [axis for axis in (leader.epoch, leader.step) if np.isfinite(axis).mean() >= HAS_AXIS]
    has_all = np.ones(len(leader.rows), dtype=bool)
    for axis in axes:
        has_all &= np.isfinite(axis)
    return leader.rows[has_all], [axis[has_all] for axis in axes]


def _first_line(axes: Sequence[Axis], last: int, first: int) -> int:
    """Return the first line of a run between the last value before it and its own first value.

    An axis goes back there. Where epochs stand behind their values none does yet: the run begins
    behind the last line of the one before.
    """
    behind = last + 1
    for axis in axes:
        at = np.flatnonzero((axis.rows > last) & (axis.rows <= first))
        back = at[(at > 0) & (axis.values[at] < axis.values[at - 1])]
        if len(back):
            return int(axis.rows[back[0]])
        if len(at):
            behind = max(behind, int(axis.rows[at[-1]]) + 1)
    return min(behind, first)


def _between(columns: Mapping[Key, Cells], first: int, end: int) -> Mapping[Key, Cells]:
    """Return the numbers of the lines from one on, up to another."""
    found = {}
    for key, cells in columns.items():
        low, high = np.searchsorted(cells.rows, [first, end]).tolist()
        if low < high:
            found[key] = Cells(cells.rows[low:high], cells.values[low:high])
    return found
