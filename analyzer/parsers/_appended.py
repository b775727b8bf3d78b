"""Find where a log goes on with another run, since the training began again from its start.

A run that is started again over the same file appends to it. Its step and epoch return to their
first values, for the training curve and not for one rare name alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.parsers._axes import is_unnamed
from analyzer.parsers._column import Column
from analyzer.stats.arrays import Floats, Ints

MOST_APPENDED = 50  # a step that goes back more often counts within something, not through runs
FEWEST_ROWS = 3  # fewer rows after a step back to the start are an evaluation, not another run
_MOST_FALLS = 1000  # a log whose axis goes back more often is in no order
HAS_AXIS = 0.9  # share of the rows of a curve that say an axis by which it counts
_MOST_TRIED = 20  # curves, to find one with an axis


def run_starts(
    axes: Sequence[Floats],
    words: Sequence[Sequence[str]] = (),
    *,
    resumed: Collection[int] = (),
    fewest: int = FEWEST_ROWS,
) -> list[int]:
    """Return the points of a curve with which another run begins, in log order.

    An axis goes back to its first value there and no axis rises: a step that begins again in a
    later epoch counts within it, and an epoch that begins again while the step goes on is the same
    run. A stretch of too few points belongs to the one behind it, or at the end before it.

    Parameters
    ----------
    axes
        The step and the epoch of each point, or one of them.
    words
        Texts of each point. One that changes only where an axis goes back names phases, and a run
        begins only with the phase that the log began with.
    resumed
        Points at which the log says itself that it goes on.
    fewest
        How many points a run has.
    """
    if not axes or len(axes[0]) < 2 * fewest:
        return []
    places = np.stack(axes)
    later, before = places[:, 1:], places[:, :-1]
    is_back = (later < before).any(axis=0) & (later <= before).all(axis=0)
    falls: list[int] = (np.flatnonzero(is_back) + 1).tolist()
    if len(falls) > _MOST_FALLS:
        return []
    phases = [column for column in words if _names_phases(column, falls)]
    begins = [0]
    for at in falls:
        is_first = bool((places[:, at] <= places[:, begins[-1]]).all())
        is_phase = any(column[at] != column[0] for column in phases)
        if is_first and not is_phase and at not in resumed:
            begins.append(at)
    starts = _long_enough([*begins, places.shape[1]], fewest)
    return starts if len(starts) < MOST_APPENDED else []


def jumps(value: Floats, starts: Sequence[int]) -> bool:
    """Say whether a curve is back at its first values wherever its axis is.

    A step counts within an epoch as often as through a run; through the epochs of one run the
    curve goes on.
    """
    first = np.median(value[:FEWEST_ROWS])
    for at in starts:
        back = np.median(value[at : at + FEWEST_ROWS])
        last = np.median(value[at - FEWEST_ROWS : at])
        with np.errstate(invalid="ignore"):  # of infinite losses
            if not abs(back - first) < abs(back - last):
                return False
    return True


def _names_phases(words: Sequence[str], falls: Sequence[int]) -> bool:
    """Say whether texts change, and only where an axis goes back."""
    changes = {at for at in range(1, len(words)) if words[at] != words[at - 1]}
    return bool(changes) and changes <= set(falls)


def _long_enough(edges: Sequence[int], fewest: int) -> list[int]:
    """Return the edges behind the first between stretches that have enough points."""
    starts = []
    begin = None
    for start, end in pairwise(edges):
        begin = start if begin is None else begin
        if end - start >= fewest:
            starts.append(begin)
            begin = None
    return starts[1:]


@dataclass(frozen=True, eq=False)
class Leader:
    """The training curve of a table: the rows that have it, and the axes by which it counts."""

    curve: Column
    rows: Ints
    axes: list[Column]

    def starts(self, columns: Sequence[Column], headers: Sequence[int] = ()) -> list[int]:
        """Return the rows with which another run begins.

        ``headers`` are the rows before which a header was repeated: a restart of the same run.
        """
        edges = np.searchsorted(self.rows, np.array(headers, dtype=np.int64))
        starts = run_starts(self.values(), list(self._words(columns)), resumed=edges.tolist())
        is_certain = any(map(_counts_epochs, self.axes))
        if not is_certain and not jumps(self.curve.value[self.rows], starts):
            return []
        return [self._first_row(at, columns) for at in starts]

    def values(self, rows: Ints | None = None) -> list[Floats]:
        """Return the axes at the rows of the curve, or at others."""
        return [axis.value[self.rows if rows is None else rows] for axis in self.axes]

    def _words(self, columns: Sequence[Column]) -> Iterator[list[str]]:
        """Yield the cells of columns with a text in each row, if texts are repeated there."""
        rows = self.rows.tolist()
        for column in columns:
            if len(column.text) < len(rows):
                continue
            cells = [column.text.get(row, "").strip() for row in rows]
            if all(cells) and 1 < len(set(cells)) < len(cells):
                yield cells

    def _first_row(self, at: int, columns: Sequence[Column]) -> int:
        """Return the first row of the run that begins with a point of the curve.

        What stands before that point and counts from the start already is of the new run (a
        validation before the first step), as are the rows before it that have no axis or number
        (its settings).
        """
        last, first = int(self.rows[at - 1]), int(self.rows[at])
        row = first
        while row - 1 > last and self._is_before(row - 1, first, columns):
            row -= 1
        return row

    def _is_before(self, row: int, first: int, columns: Sequence[Column]) -> bool:
        """Say whether a row stands before the first of a run and belongs to it."""
        axes = [axis for axis in self.axes if axis.present[row]]
        if axes:
            return all(axis.value[row] <= axis.value[first] for axis in axes)
        return not any(column.present[row] and metrics.is_judged(column.name) for column in columns)


def appended_issue(count: int, source: str) -> LogIssue:
    """Return the issue that tells that a log holds several runs."""
    return LogIssue("info", source, "runs_appended", values={"count": count})


def leader_of(columns: Sequence[Column]) -> Leader | None:
    """Return the training curve of a table: its longest loss or score, else another series.

    None if it has no axis, or none ever goes back.
    """
    axes = _axes(columns)
    if not _may_return(axes):
        return None
    series = [column for column in columns if is_series(column)]
    series.sort(key=_rank)
    for column in series[:_MOST_TRIED]:
        rows = np.flatnonzero(column.present)
        own = [axis for axis in axes if float(axis.present[rows].mean()) >= HAS_AXIS]
        if own:
            for axis in own:
                rows = rows[axis.present[rows]]
            return Leader(column, rows, own)
    return None


def _rank(column: Column) -> tuple[bool, bool, int]:
    """Return the sort key of a curve: judged ones first, those of the training, the longest."""
    is_held_out = metrics.read(column.name).split in ("val", "test")
    return not metrics.is_judged(column.name), is_held_out, -column.numbers


def is_series(column: Column) -> bool:
    """Say whether a column has the numbers of a metric, judged or not."""
    return column.is_numeric and not metrics.is_axis(column.name) and not is_unnamed(column.name)


def _counts_epochs(axis: Column) -> bool:
    """Say whether an axis counts epochs, which begin anew with another run alone."""
    return metrics.normal(axis.name) in metrics.EPOCH_AXES


def may_return(columns: Sequence[Column]) -> bool:
    """Say, fast, whether a run may begin within a table: an axis goes back while none goes on."""
    return _may_return(_axes(columns))


def _axes(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if metrics.is_axis(column.name) and column.is_numeric]


def _may_return(axes: Sequence[Column]) -> bool:
    if not all(axis.is_full for axis in axes):
        return any(_goes_back(axis.value[axis.present]) for axis in axes)
    if not any(_goes_back(axis.value) for axis in axes):
        return False
    goes_on = np.zeros(len(axes[0]) - 1, dtype=bool)
    goes_back = goes_on.copy()
    for axis in axes:
        goes_on |= axis.value[1:] > axis.value[:-1]
        goes_back |= axis.value[1:] < axis.value[:-1]
    return bool((goes_back & ~goes_on).any())


def _goes_back(value: Floats) -> bool:
    return bool((value[1:] < value[:-1]).any())
