"""Cut console output where another run begins, as a file has it to which runs were appended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

import numpy as np

from analyzer import metrics
from analyzer.parsers._appended import HAS_AXIS, jumps, run_starts
from analyzer.parsers._text_axes import FEW_ROWS, FEWEST, Axis
from analyzer.parsers._text_plan import EPOCH, STEP, Cells, Key
from analyzer.parsers._text_rows import Column, columns_of, is_judged, rows_of
from analyzer.stats.arrays import Floats

_ROUNDED = 5e-3  # of a value: what a table printed at the end may leave off


def appended_parts(columns: Mapping[Key, Cells], mapped: Set[str]) -> list[Mapping[Key, Cells]]:
    """Return the numbers of each run of a text, [] if it has one.

    The longest loss or score tells where its epoch or step is back at the start; the run begins
    with the line that says so.
    """
    if not _may_return(columns):
        return []
    rows = rows_of(columns, mapped)
    judged = [found for found in columns_of(columns, rows, mapped) if is_judged(found.key, mapped)]
    leader = max(judged, key=_rank, default=None)
    if leader is None:
        return []
    lines = []
    counted = _counted(leader)
    starts = run_starts(_axes(counted), fewest=_fewest(counted))
    if not np.isfinite(counted.epoch).all() and not jumps(counted.values, starts):
        return []
    for at in _without_repeats(counted.values, starts):
        last, first = int(counted.rows[at - 1]), int(counted.rows[at])
        lines.append(_first_line((rows.epochs, rows.steps), last, first))
    if not lines:
        return []
    behind = 1 + max(int(cells.rows[-1]) for cells in columns.values())
    return [_between(columns, first, end) for first, end in pairwise([0, *lines, behind])]


def _rank(found: Column) -> tuple[bool, int]:
    """Return the sort key of a curve: those of the training come last, the longest at the end."""
    split = found.key.split or metrics.read(found.key.name).split
    return split not in ("val", "test"), len(found.rows)


def _may_return(columns: Mapping[Key, Cells]) -> bool:
    """Say, fast, whether a run may begin: an epoch goes back, or a step while no epoch goes on."""
    epochs = [cells.values for key, cells in columns.items() if key.role == EPOCH]
    if any((values[1:] < values[:-1]).any() for values in epochs):
        return True
    if any((values[1:] > values[:-1]).any() for values in epochs):
        return False
    steps = [cells.values for key, cells in columns.items() if key.role == STEP]
    return any((values[1:] < values[:-1]).any() for values in steps)


def _counted(leader: Column) -> Column:
    """Return the points of a curve that have each axis of nearly all."""
    has_all = np.ones(len(leader.rows), dtype=bool)
    for axis in _axes(leader):
        has_all &= np.isfinite(axis)
    return Column(
        leader.key,
        rows=leader.rows[has_all],
        values=leader.values[has_all],
        epoch=leader.epoch[has_all],
        step=leader.step[has_all],
    )


def _fewest(leader: Column) -> int:
    """Return how many points a run has: fewer if no stretch of epochs is longer than a short log.

    Three fits of four epochs each are runs; four epochs that were killed before forty are not.
    """
    if not len(leader.epoch) or not np.isfinite(leader.epoch).all():
        return FEWEST
    edges = np.flatnonzero(np.diff(leader.epoch) < 0) + 1
    longest = max(np.diff([0, *edges.tolist(), len(leader.epoch)]))
    return FEWEST if longest >= FEWEST else FEW_ROWS


def _axes(leader: Column) -> list[Floats]:
    """Return the axes that nearly all points of a curve have."""
    axes = (leader.epoch, leader.step)
    return [axis for axis in axes if len(axis) and np.isfinite(axis).mean() >= HAS_AXIS]


def _without_repeats(values: Floats, starts: Sequence[int]) -> list[int]:
    """Return the starts of runs, without a table of the whole training that was printed behind it.

    Its values are those of the run before, perhaps rounded.
    """
    kept = []
    for begin, start, end in zip([0, *starts], starts, [*starts[1:], len(values)], strict=False):
        before, behind = values[begin:start], values[start:end]
        if len(before) != len(behind) or not np.allclose(before, behind, rtol=_ROUNDED, atol=0):
            kept.append(start)
    return kept


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
