"""Put the phases of one run, each of which counts from its start, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.parsers._column import Column
from analyzer.safe.names import printable
from analyzer.stats.arrays import Floats, Ints

_MOST = 20  # phases of a run
_NAMES = {"phase", "stage", "mode", "split", "subset"}  # of columns of phases


class Joined(NamedTuple):
    """The columns of a table with an axis that counts through its phases, and their names."""

    columns: list[Column]
    phases: tuple[str, ...]


def phases_issue(phases: Sequence[str], source: str) -> LogIssue:
    """Return the issue that tells which phases were put one after the other."""
    values = {"count": len(phases), "names": ", ".join(map(printable, phases))}
    return LogIssue("info", source, "phases", values=values)


def joined_phases(columns: Sequence[Column]) -> Joined | None:
    """Return a table whose phases follow each other, None if its rows are not phases.

    A column of words names the phase of each row (warmup, finetune); each phase has its rows
    together, and a step or epoch starts again in each of them. Evaluations among them belong to the
    phase before.
    """
    for column in columns:
        words = _words_of(column)
        if words is None:
            continue
        cells = np.array(words)
        starts = np.flatnonzero(cells[1:] != cells[:-1]) + 1
        phases = tuple(dict.fromkeys(words))
        if not 1 <= len(starts) < _MOST or len(phases) != len(starts) + 1:
            continue
        continued = [_continued(other, starts) for other in columns]
        if any(new is not old for new, old in zip(continued, columns, strict=True)):
            return Joined(continued, phases)
    return None


def has_evaluations(column: Column) -> bool:
    """Say whether words of phases stand beside those of held-out data in a column for them."""
    words = column.words()
    if words is None or metrics.normal(column.name) not in _NAMES:
        return False
    places = {metrics.cell_place(word) for word in words}
    return bool(places & {"val", "test"}) and "" in places and "train" not in places


def _words_of(column: Column) -> Sequence[str] | None:
    """Return the word of each row; one of held-out data, or none, is that of the row before it.

    None if the column has no words for phases.
    """
    words = column.words()
    if metrics.normal(column.name) not in _NAMES or (
        words is not None and not has_evaluations(column)
    ):
        return words
    known = {row: word for row, word in column.text.items() if not metrics.cell_place(word)}
    if column.numbers or 2 * len(known) < len(column):
        return None
    current = known[min(known)]
    filled = []
    for row in range(len(column)):
        current = known.get(row, current)
        filled.append(current)
    return filled


def _continued(column: Column, starts: Ints) -> Column:
    """Return an axis that starts again in each phase as one that goes on; others as they are."""
    if not metrics.is_axis(column.name) or not column.is_full:
        return column
    back = np.flatnonzero(column.value[1:] < column.value[:-1]) + 1
    if not np.isin(starts, back).all():
        return column
    value: Floats = column.value.copy()
    for low, high in pairwise([*starts.tolist(), len(value)]):
        ahead = np.diff(column.value[low:high])
        unit = float(ahead[ahead > 0].min()) if (ahead > 0).any() else 1.0
        value[low:high] += value[low - 1] + unit - value[low]
    return replace(column, value=value, exact={})
