"""Give each number of console output its place: the epoch and step that its lines say.

A line without an axis belongs to the epoch or step printed last. Of a progress bar the last state
in an epoch counts; numbers of single batches stand at the step that their count gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.parsers._text_axes import FEW_ROWS, FEWEST, Axis, axis_of, distinct
from analyzer.parsers._text_plan import BAR, COUNT, EPOCH, STEP, TEST, TOTAL, VALUE, Cells, Key
from analyzer.stats.arrays import Bools, Floats, Ints

_LARGEST = 2.0**53
SCORE = "Validation score"


class Column(NamedTuple):
    """The values of one tag with their places; ``step`` is NaN where only the epoch is known."""

    key: Key
    rows: Ints
    values: Floats
    epoch: Floats
    step: Floats


@dataclass
class Rows:
    """The lines of a text: its axes, the counts of batches, and the passes that they make."""

    epochs: Axis
    steps: Axis
    counts: Axis
    totals: Axis
    bars: Ints
    passes: Ints  # of each count
    is_trailing: bool  # the epoch is printed behind its numbers

    def epoch_at(self, rows: Ints) -> Floats:
        """Return the epoch of each line."""
        if not self.is_trailing:
            return self.epochs.at(rows)
        return self.epochs.after(rows)

    def pass_at(self, rows: Ints) -> Ints:
        """Return the pass over the batches that each line belongs to, -1 for a line without."""
        place = np.clip(np.searchsorted(self.counts.rows, rows), 0, max(len(self.passes) - 1, 0))
        if not len(self.passes):
            return np.full(len(rows), -1)
        return np.where(self.counts.own(rows), self.passes[place], -1)


def rows_of(columns: Mapping[Key, Cells], mapped: Set[str]) -> Rows:
    """Return the axes of a text and the passes over its batches."""
    epochs, steps = axis_of(columns, EPOCH), axis_of(columns, STEP)
    counts, totals = axis_of(columns, COUNT), axis_of(columns, TOTAL)
    marked = [columns[Key(role)].rows for role in (BAR, TEST) if Key(role) in columns]
    bars = distinct(marked)
    rows = Rows(epochs, steps, counts, totals, bars, np.zeros(0, dtype=np.int64), False)
    rows.is_trailing = _is_trailing(columns, epochs, mapped)
    epoch = np.nan_to_num(rows.epoch_at(counts.rows), nan=-1.0)
    total = np.nan_to_num(totals.at(counts.rows), nan=-1.0)
    begins = np.diff(counts.values) < 0
    if Key(TEST) in columns:  # the last batch of two evaluations: "Iter(val) [4/4]"
        begins |= (np.diff(counts.values) == 0) & np.isin(counts.rows[1:], columns[Key(TEST)].rows)
    begins |= np.diff(epoch) != 0
    begins |= np.diff(total) != 0
    rows.passes = np.concatenate([[0], np.cumsum(begins)]).astype(np.int64)[: len(counts.rows)]
    return rows


def is_judged(key: Key, mapped: Set[str]) -> bool:
    """Say whether a column is a loss, a score or a metric that the user mapped.

    scikit-learn's "Validation score" does not say which score it is.
    """
    is_named = key.name in mapped or key.name == SCORE or metrics.is_judged(key.name)
    return key.role == VALUE and is_named


def _is_trailing(columns: Mapping[Key, Cells], epochs: Axis, mapped: Set[str]) -> bool:
    """Say whether each epoch is printed on a line behind its numbers."""
    fewest = _fewest(columns, mapped)
    found = [
        cells.rows
        for key, cells in columns.items()
        if is_judged(key, mapped) and len(cells.rows) >= fewest
    ]
    if not found or not len(epochs.rows):
        return False
    first = min(int(rows[0]) for rows in found)
    last = max(int(rows[-1]) for rows in found)
    opens = epochs.rows[0]
    steps = np.diff(epochs.values)
    if len(steps) and steps[0] == 0 and (steps[1:] > 0).all():
        opens = epochs.rows[1]  # "Epoch=1 start", and from then on only "Epoch=1 end"
    return bool(first < opens and last <= epochs.rows[-1])


def columns_of(columns: Mapping[Key, Cells], rows: Rows, mapped: Set[str]) -> list[Column]:
    """Return the values of each tag, one for each pass of a bar, with their epochs and steps."""
    judged = _judged_rows(columns, mapped)
    start = _start(columns, rows, mapped)
    fewest = _fewest(columns, mapped)
    kept = []
    for key, cells in columns.items():
        if key.role != VALUE:
            continue
        at = _placed(
            cells,
            rows,
            judged,
            fewest=fewest,
            is_judged=is_judged(key, mapped),
            says_itself=metrics.read(key.name).split != "" or metrics.read(key.name).metric == "lr",
        )
        if len(cells.rows) < FEWEST:  # a number in prose or code before the log
            at &= cells.rows >= start
        if at.any():
            kept.append((key, cells.rows[at], cells.values[at]))
    has_passes = len(distinct([rows.pass_at(rows.bars)])) >= FEWEST
    found = []
    for key, places, values in kept:
        keep = _last_states(rows, places, has_passes=has_passes)
        found.append(Column(key, places[keep], values[keep], *_empty(int(keep.sum()))))
    return _with_steps(found, rows)


def _fewest(columns: Mapping[Key, Cells], mapped: Set[str]) -> int:
    """Return how many rows show that a name is logged: fewer if all of a short log has fewer."""
    most = max(
        (len(cells.rows) for key, cells in columns.items() if is_judged(key, mapped)), default=0
    )
    return min(FEWEST, max(FEW_ROWS, most))


def _empty(count: int) -> tuple[Floats, Floats]:
    return np.full(count, np.nan), np.full(count, np.nan)


def _judged_rows(columns: Mapping[Key, Cells], mapped: Set[str]) -> Ints:
    """Return the lines that have a loss or a score."""
    return distinct([cells.rows for key, cells in columns.items() if is_judged(key, mapped)])


def _start(columns: Mapping[Key, Cells], rows: Rows, mapped: Set[str]) -> int:
    """Return the first line of a loss or a score that stands on enough lines, 0 if none does."""
    firsts = []
    for key, cells in columns.items():
        if not is_judged(key, mapped) or len(cells.rows) < FEWEST:
            continue
        at = _placed(cells, rows, cells.rows, is_judged=True)
        firsts += cells.rows[at][:1].tolist()
    return min(firsts, default=0)


def _is_once_each(cells: Cells, rows: Rows, fewest: int) -> bool:
    """Say whether a tag has one number at each of its epochs, or steps where the log has those."""
    axis = rows.epoch_at(cells.rows) if len(rows.epochs.rows) else rows.steps.at(cells.rows)
    return len(axis) >= fewest and bool((np.diff(axis) != 0).all())


def _placed(
    cells: Cells,
    rows: Rows,
    judged: Ints,
    *,
    is_judged: bool,
    says_itself: bool = False,
    fewest: int = FEWEST,
) -> Bools:
    """Say which values of a tag belong to the curve: not those of settings printed before it.

    A tag that is not a known metric counts if it appears beside the metrics or the axes, or once
    at each place if its name says what it is: "lr: 0.1" on a line of its own below each epoch.
    """
    has_axis = rows.epochs.own(cells.rows) | rows.steps.own(cells.rows)
    at = has_axis | np.isfinite(rows.epoch_at(cells.rows)) | np.isfinite(rows.steps.at(cells.rows))
    at |= rows.counts.own(cells.rows)
    if is_judged and not len(rows.epochs.rows) and not len(rows.steps.rows):
        at |= np.isfinite(rows.counts.at(cells.rows))  # "[0]Valid MRR: 0.3" below "(100/4000)"
    if not is_judged:
        beside = has_axis | np.isin(cells.rows, judged)
        if beside.sum() < fewest and says_itself:
            beside = at & _is_once_each(cells, rows, fewest)
        at &= beside & (beside.sum() >= fewest)
    if has_axis.sum() >= max(FEWEST, 0.8 * len(has_axis)):
        at &= has_axis
    return at


def _last_states(rows: Rows, places: Ints, *, has_passes: bool) -> Bools:
    """Say which values of a tag stay: of a bar the last of each pass, of an epoch the first pass.

    A second pass in an epoch is an evaluation after the training (Keras' ``evaluate``).
    """
    number = rows.pass_at(places)
    epoch, own = rows.epoch_at(places), rows.epochs.own(places)
    keep = np.ones(len(places), dtype=bool)
    if has_passes:
        redrawn = np.isin(places, rows.bars)
        same = (number[1:] == number[:-1]) & ~own[1:]
        same |= own[1:] & own[:-1] & (epoch[1:] == epoch[:-1]) & ~_is_begun_again(rows, places)
        keep[:-1] &= ~(redrawn[:-1] & same)
    else:
        count = rows.counts.at(places)
        same = (number[1:] == number[:-1]) & (count[1:] == count[:-1]) & (number[1:] >= 0)
        same |= (number[1:] < 0) & own[1:] & own[:-1] & (epoch[1:] == epoch[:-1])
        keep[:-1] &= ~(same & np.isin(places[:-1], rows.bars))
    if not len(places) or not np.isfinite(epoch).any():
        return keep
    run = np.concatenate([[0], np.cumsum(epoch[1:] != epoch[:-1])])
    first = np.searchsorted(run, run)
    second = (number != number[first]) & (number >= 0) & (number[first] >= 0)
    kept: Bools = keep & ~(second & ~own)
    return kept


def _is_begun_again(rows: Rows, places: Ints) -> Bools:
    """Say of each row of a table but the first whether bars ran since the row before.

    Such a row is not a redraw of that one: fastai's ``fine_tune`` has the epoch 0 twice.
    """
    if not len(rows.passes):
        return np.zeros(max(len(places) - 1, 0), dtype=bool)
    at = np.searchsorted(rows.counts.rows, places, side="right") - 1
    number = np.where(at >= 0, rows.passes[at], -1)
    is_row = ~rows.counts.own(places)
    begun: Bools = is_row[1:] & is_row[:-1] & (number[1:] != number[:-1])
    return begun


def _with_steps(found: list[Column], rows: Rows) -> list[Column]:
    """Return the columns with their epochs and steps."""
    kinds = [_batch_steps(column, rows) for column in found]
    placed: list[Column] = []
    batches = [step for step in kinds if step is not None]
    if not batches:
        return [
            column._replace(epoch=_epochs(column, rows), step=np.full(len(column.rows), np.nan))
            for column in found
        ]
    marks = np.concatenate(
        [column.rows for column, step in zip(found, kinds, strict=True) if step is not None]
    )
    steps = np.concatenate(batches)
    order = np.argsort(marks, kind="stable")
    known = Axis((), marks[order], steps[order])
    for column, step in zip(found, kinds, strict=True):
        if step is None:
            step = known.at(column.rows)
            step = np.where(np.isfinite(step), step, 0.0)
        placed.append(column._replace(epoch=_epochs(column, rows), step=step))
    return placed


def _epochs(column: Column, rows: Rows) -> Floats:
    """Return the epochs of a column; passes over the batches are epochs if nothing else says."""
    epoch = rows.epoch_at(column.rows)
    if len(rows.epochs.rows) or len(rows.steps.rows):
        return epoch
    number = rows.pass_at(column.rows)
    if len(distinct([rows.passes])) < FEWEST or (number < 0).any():
        return epoch
    return number.astype(np.float64)


def _batch_steps(column: Column, rows: Rows) -> Floats | None:
    """Return the steps of a column of batches, None for one value per epoch."""
    places = column.rows
    epoch = rows.epoch_at(places)
    if len(rows.steps.rows):
        own = rows.steps.own(places)
        if own.mean() < 0.5 and len(rows.epochs.rows) and not _says_both(rows):
            return _steps_above(rows, places)
        return _global_steps(rows, places)
    counted = rows.counts.own(places)
    if counted.mean() < 0.5:
        return None
    count, total = rows.counts.at(places), rows.totals.at(places)
    number = rows.pass_at(places)
    alone = len(distinct([number])) == len(number)
    if alone and len(number) > 1:
        return None  # one value in each pass
    base = epoch - np.nanmin(rows.epochs.values) if len(rows.epochs.rows) else number
    before = np.nan_to_num(base.astype(np.float64)) * float(np.nanmax(total))
    counted_to: Floats = before + np.nan_to_num(count)  # 0 for a value above the first count
    return counted_to


def _steps_above(rows: Rows, places: Ints) -> Floats | None:
    """Return the steps of values that stand below their step, several in an epoch; else None."""
    step, epoch = rows.steps.at(places), rows.epoch_at(places)
    is_own = bool(np.isfinite(step).all() and (np.diff(step) > 0).all())
    return step if is_own and (np.diff(epoch) == 0).any() else None


def _says_both(rows: Rows) -> bool:
    """Say whether each line with an epoch has a step, too: "step 30 / 400 (epoch 0.15 / 2):"."""
    return bool(rows.steps.own(rows.epochs.rows).all())


def _global_steps(rows: Rows, places: Ints) -> Floats:
    """Return the steps at some lines, counted over all epochs if they begin again in each."""
    steps = rows.steps
    step = steps.at(places)
    step = np.where(np.isfinite(step), step, steps.values[0])
    if not len(rows.epochs.rows):
        return step
    epoch = rows.epoch_at(steps.rows)
    falls = np.diff(steps.values) < 0
    grows = np.diff(np.nan_to_num(epoch)) > 0
    if not falls.any() or not grows[falls].mean() > 0.9:
        return step
    longest = float(steps.values.max())
    if steps.values.min() == 0:  # counted from 0, or the first batch would be the last one before
        longest += 1.0
    if len(rows.totals.rows):
        longest = max(longest, float(rows.totals.values.max()))
    base = rows.epoch_at(places) - np.nanmin(rows.epochs.values)
    return np.nan_to_num(base) * longest + step
