"""Count a step that begins again with each epoch through the run: batch 0 of epoch 1 is step 20."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.parsers._column import Column
from analyzer.stats.arrays import Floats

_OUTER = (*metrics.EPOCH_AXES, *metrics.STEP_AXES, *metrics.WEAK_STEP_AXES)
_FEWEST_ROWS = 2  # of an epoch, on average: fewer do not count anything


class Counted(NamedTuple):
    """The columns of a table, and the name of the step that counts through it, "" if unchanged."""

    columns: list[Column]
    step: str


def counted_through(columns: Sequence[Column]) -> Counted:
    """Return columns in which a step within the epoch goes on where the one before ended.

    An epoch has as many steps as the longest of them. If another column counts steps through the
    run already, it is named instead. A number that goes up and down, such as the iterations that a
    solver took, counts nothing.
    """
    unchanged = Counted(list(columns), "")
    counts = [column for column in columns if _is_step(column)]
    inner = next((column for column in counts if _falls(column.value[column.present])), None)
    if inner is None:
        return unchanged
    outer = next((column for column in _outer(columns) if _begins_again(inner, column)), None)
    if outer is None:
        return unchanged
    through = next((column for column in counts if _goes_on(column, inner, outer)), None)
    if through is not None:
        return Counted(list(columns), through.name)
    number = inner.value[inner.present]
    rises = np.diff(number)
    steps = number.max() - number.min() + rises[rises > 0].min()
    turns = np.floor(outer.filled().value)
    value = inner.value + (turns - min(turns.min(), 1)) * steps
    counted = replace(inner, value=value, exact={})
    return Counted([counted if column is inner else column for column in columns], inner.name)


def _is_step(column: Column) -> bool:
    return metrics.normal(column.name) in metrics.STEP_AXES and column.can_be("step")


def _falls(value: Floats) -> bool:
    return bool((value[1:] < value[:-1]).any())


def _outer(columns: Sequence[Column]) -> list[Column]:
    """Return the columns that may count epochs, rounds or the like: none of them ever falls."""
    by_name = {metrics.normal(column.name): column for column in reversed(columns)}
    found = [by_name[name] for name in _OUTER if name in by_name]
    return [
        column
        for column in found
        if column.can_be("epoch") and not _falls(column.value[column.present])
    ]


def _begins_again(inner: Column, outer: Column) -> bool:
    """Say whether a step begins again exactly where an epoch follows another."""
    rows = inner.present
    if inner is outer or not (outer.present | ~rows).all():
        return False
    number, turn = inner.value[rows], np.floor(outer.value[rows])
    falls, grows = number[1:] < number[:-1], turn[1:] > turn[:-1]
    firsts = number[np.concatenate(([True], grows))]
    rises = np.diff(number)
    if len(number) < _FEWEST_ROWS * len(firsts) or not (rises > 0).any():
        return False
    is_start = firsts.max() - firsts.min() < rises[rises > 0].min()
    return bool((falls == grows).all() and is_start)


def _goes_on(column: Column, inner: Column, outer: Column) -> bool:
    """Say whether a column has another number in each row in which the step within has one."""
    if column is inner or column is outer:
        return False
    number = column.value[inner.present & column.present]
    return len(number) == inner.numbers and bool((number[1:] > number[:-1]).all())
