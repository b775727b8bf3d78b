"""Find out how the numbers that JSON has as strings are written: "0,33" and "2,100".

A column shows it by its own cells; one with nothing but "2,100" by those of the other columns. If
these show nothing, or both, only a step has groups of thousands, and other cells stay text: read
wrongly, a loss would be a thousand times what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from analyzer import metrics
from analyzer.parsers._cell import Marks, marks_by, roles_of

_OPEN = Marks(decimal_comma=False)
_THOUSANDS = Marks(decimal_comma=False, thousands=",")
_STEPS = frozenset((*metrics.STEP_AXES, *metrics.WEAK_STEP_AXES))  # which are whole numbers
_CLEAR = ("decimal ,", "thousands ,", "decimal .", "thousands .")


def marks_in(name: str, cells: Iterable[Any], others: Set[str] = frozenset()) -> Marks:
    """Return how the strings of a column write numbers; ``others`` show it where they do not."""
    own = _roles(cells)
    if not own or not own.isdisjoint(_CLEAR):
        return marks_by(own, ",")  # Python writes "1,234" for thousands
    shown = own | others
    if {"decimal ,", "decimal ."} <= shown:
        return _OPEN
    if not shown.isdisjoint(_CLEAR):
        return marks_by(shown, "")
    return _THOUSANDS if metrics.normal(name) in _STEPS else _OPEN


def roles_in(columns: Mapping[str, Sequence[Any]]) -> frozenset[str]:
    """Return what the strings of all columns show of their marks.

    One that says the same in each row may be no number ("gpus": "0,1"; a version "2.1"), unless it
    is a loss, a score or the learning rate.
    """
    found: frozenset[str] = frozenset()
    for name, cells in columns.items():
        if str not in set(map(type, cells)):
            continue
        words = {cell for cell in cells if isinstance(cell, str)}
        if len(words) > 1 or _is_known(name):
            found |= _roles(words) & frozenset(_CLEAR)
    return found


def _is_known(name: str) -> bool:
    return metrics.is_judged(name) or metrics.read(name).metric == "lr"


def _roles(cells: Iterable[Any]) -> frozenset[str]:
    return roles_of(cell for cell in cells if isinstance(cell, str))
