"""Tell the trainings of one table by words that change where a curve begins again: its data sets.

A column of words may name the phases of one run, too. The curve decides: a phase goes on with the
weights of the one before, another training is back at its first values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.parsers._appended import FEWEST_ROWS, MOST_APPENDED, Leader, jumps, leader_of
from analyzer.parsers._column import Column
from analyzer.stats.arrays import Ints

_PHASES = {"phase", "phases", "stage", "stages", "part", "schedule", "mode", "event", "status"}
_NO_PHASES = {"dataset", "datasets", "data", "corpus", "backbone", "model", "model_name", "arch"}
_NO_PHASES |= {"architecture", "network"}
_WORD_OF_PHASE = re.compile(  # whole words and the first letters of others: "headline" is none
    r"(?<![a-z])(?:(?:fine|warm|phase|stage|head)s?(?![a-z])"
    r"|fine[ _-]?tun|warm[ _-]?(?:up|start)|pre[ _-]?train|(?:un)?freez|(?:un)?froz)"
)
_SMALL_BEFORE_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class _Words(NamedTuple):
    """The cells of a column, and the rows at which they change."""

    cells: list[str]
    starts: tuple[int, ...]


def trainings_of(columns: Sequence[Column]) -> list[str] | None:
    """Return the name of the training of each row, None if the table has one alone.

    Each has its rows together, at least three. Its name is the first column of words that has
    another one for each training, else the words of all columns that change.
    """
    leader = leader_of(columns)
    if leader is None:
        return None
    found = [words for column in columns if (words := _words_of(column, leader)) is not None]
    starts = sorted({start for words in found for start in words.starts})
    if not 1 <= len(starts) < MOST_APPENDED or not _begin_again(leader, starts):
        return None
    rows = len(columns[0])
    edges = [0, *starts, rows]
    if min(np.diff(edges)) < FEWEST_ROWS:
        return None
    columns_of_words = [words.cells for words in found]
    together = [" ".join(cells) for cells in zip(*columns_of_words, strict=True)]
    for names in (*columns_of_words, together):
        if len(set(names)) == len(starts) + 1:
            return names
    return None


def _words_of(column: Column, leader: Leader) -> _Words | None:
    """Return the words of a column that change only where the axes go back, else None."""
    name = metrics.normal(column.name)
    cells = column.words()
    if cells is None or name in _PHASES:
        return None
    if name not in _NO_PHASES and any(map(_names_a_phase, set(cells))):
        return None
    labels = np.array(cells)
    starts: Ints = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    if not len(starts) or len(starts) >= MOST_APPENDED:
        return None
    falls = np.zeros(len(cells) + 1, dtype=bool)
    falls[_falls(leader)] = True
    return _Words(cells, tuple(starts.tolist())) if falls[starts].all() else None


def _names_a_phase(cell: str) -> bool:
    """Say whether a cell has a word of phases: "warmup_lr", "stage2", "headOnly"."""
    return _WORD_OF_PHASE.search(_SMALL_BEFORE_CAPITAL.sub(" ", cell).lower()) is not None


def _falls(leader: Leader) -> Ints:
    """Return the rows of a curve at which its axes go back, and none goes on."""
    axes = np.stack(leader.values())
    later, before = axes[:, 1:], axes[:, :-1]
    back = (later < before).any(axis=0) & (later <= before).all(axis=0)
    return leader.rows[1:][back]


def _begin_again(leader: Leader, starts: Sequence[int]) -> bool:
    """Say whether the curve is back at its first values where each of the trainings begins."""
    places = np.searchsorted(leader.rows, np.array(starts)).tolist()
    edges = [0, *places, len(leader.rows)]
    if min(np.diff(edges)) < FEWEST_ROWS:
        return False
    return jumps(leader.curve.value[leader.rows], places)
