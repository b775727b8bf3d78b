"""Place the records of a log where its writer means them: validation behind training.

MMCV counts iterations within an epoch, and its validation records name another count; MMEngine
does not mark its validation records at all and counts epochs in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analyzer import metrics
from analyzer.parsers._axes import axes_of
from analyzer.parsers._column import Column
from analyzer.parsers._fold_names import fold_label, is_fold_column
from analyzer.parsers._profiles import Profile
from analyzer.stats.arrays import Bools


@dataclass(frozen=True)
class Records:
    """Records of one split as columns; ``lines`` has the line of each."""

    split: str
    columns: list[Column]
    lines: Sequence[int]

    def only(self, rows: Bools, split: str) -> Records:
        """Return some of the records as those of a split, without columns that are empty then."""
        kept = np.flatnonzero(rows)
        columns = [column.taken(kept) for column in self.columns]
        filled = [column for column in columns if column.numbers or column.text]
        return Records(split, filled, [self.lines[row] for row in kept.tolist()])

    def filled(self, name: str) -> Bools:
        """Return which records have a name."""
        found = np.zeros(len(self.lines), dtype=bool)
        for column in self.columns:
            if column.name == name:
                found |= column.present
                found[list(column.text)] = True
        return found


def records_by_fold(records: Sequence[Records]) -> list[tuple[str, list[Records]]]:
    """Return the records of each fold that a column names with its label, else all under ""."""
    keys = {column.name for part in records for column in part.columns}
    names = [name for name in keys if is_fold_column(name)]
    cells = [_cells(part, names[0]) for part in records] if len(names) == 1 else []
    labels = sorted(set().union(*cells), key=lambda label: (len(label), label)) if cells else []
    if len(labels) < 2 or "" in labels:
        return [("", list(records))]
    found = []
    for label in labels:
        parts = []
        for part, words in zip(records, cells, strict=True):
            rows = np.array([word == label for word in words], dtype=bool)
            if rows.any():
                parts.append(part.only(rows, part.split))
        found.append((f"/{fold_label(label)}", parts))
    return found


def _cells(records: Records, name: str) -> list[str]:
    """Return the cells of a column as text, "" where there is none."""
    cells = [""] * len(records.lines)
    for column in records.columns:
        if column.name == name:
            for row in np.flatnonzero(column.present).tolist():
                cells[row] = f"{column.value[row]:g}"
            for row, word in column.text.items():
                cells[row] = word
    return cells


def arranged(records: Sequence[Records], profile: Profile) -> tuple[list[Records], int]:
    """Return the records of each split as a profile means them, and how many are means of the run.

    Records with means over the whole run are left out.
    """
    found = list(records)
    means = 0
    if profile.mean:
        is_mean = [part.filled(profile.mean) for part in found]
        means = sum(int(rows.sum()) for rows in is_mean)
        found = [part.only(~rows, part.split) for part, rows in zip(found, is_mean, strict=True)]
    if profile.validation:
        found = _by_name(found, profile.validation)
    if profile.follows:
        found = _following(found)
    return [part for part in found if part.lines], means


def _by_name(records: Sequence[Records], name: str) -> list[Records]:
    """Part the records without a split: those that lack a name are of the validation."""
    found = []
    for part in records:
        if part.split:
            found.append(part)
            continue
        is_training = part.filled(name)
        found += [part.only(is_training, "train"), part.only(~is_training, "val")]
    return found


def _following(records: Sequence[Records]) -> list[Records]:
    """Place the records of other splits at the training record before them."""
    train = next((part for part in records if part.split == "train" and part.lines), None)
    if train is None:
        return list(records)
    longest = _iterations(train, records)
    train = replace(train, columns=_counted_through(train.columns, longest))
    axes = axes_of(train.columns)
    named = {axis: name for axis, name in axes.items() if axis in ("step", "epoch")}
    placed = []
    for part in records:
        if part.split == "train":
            placed.append(train)
            continue
        part = replace(part, columns=_counted_through(part.columns, longest))
        before = np.searchsorted(train.lines, part.lines) - 1
        columns = [column for column in part.columns if column.name not in named.values()]
        for axis, name in named.items():
            own = next((column for column in part.columns if column.name == name), None)
            column = next(column for column in train.columns if column.name == name)
            columns.append(_axis(column, own, before.clip(0), is_step=axis == "step"))
        placed.append(replace(part, columns=columns))
    return placed


def _axis(train: Column, own: Column | None, before: np.ndarray, *, is_step: bool) -> Column:
    """Return an axis at the training records before.

    A record may say itself a step that lies between these and the next ones.
    """
    steps = train.filled().value
    value = steps[before]
    if own is not None and is_step:
        interval = np.diff(steps).max(initial=1)
        later = own.present & (own.value > value) & (own.value < value + interval)
        value = np.where(later, own.value, value)
    return Column(train.name, value, np.ones(len(value), dtype=bool))


def _iterations(train: Records, records: Sequence[Records]) -> int:
    """Return how many iterations an epoch has, 0 if they are not counted within the epoch.

    The last iteration of an epoch may not be logged; validation records name it where they follow.
    """
    count = _named(train.columns, "iter")
    epoch = _named(train.columns, "epoch")
    if count is None or epoch is None or not (count.can_be("step") and epoch.can_be("epoch")):
        return 0
    number, of_epoch = count.filled().value, epoch.filled().value
    falls = np.diff(number) < 0
    if not falls.any() or not (np.diff(of_epoch)[falls] > 0).all():
        return 0
    longest = int(number.max())
    rises = np.diff(number)[~falls]
    interval = rises[rises > 0].min(initial=np.inf)
    for part in records:
        own = _named(part.columns, "iter")
        if part.split != "train" and own is not None and own.present.any():
            last = own.value[own.present]
            if longest < last[0] < longest + interval and (last == last[0]).all():
                return int(last[0])
    return longest


def _named(columns: Sequence[Column], name: str) -> Column | None:
    return next((column for column in columns if metrics.normal(column.name) == name), None)


def _counted_through(columns: Sequence[Column], longest: int) -> list[Column]:
    """Return columns whose iterations count through the run, given how many an epoch has."""
    if not longest:
        return list(columns)
    epoch = _named(columns, "epoch")
    if epoch is None:
        return list(columns)
    before = (np.floor(epoch.filled().value) - 1).clip(0) * longest
    return [
        replace(column, value=column.value + before, exact={})
        if metrics.normal(column.name) == "iter"
        else column
        for column in columns
    ]
