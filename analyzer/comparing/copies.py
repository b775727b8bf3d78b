"""Runs with the same points: a log that was copied, or a setting that changes nothing.

Two runs have the same points if all losses and scores that both logged are exactly equal (in single
precision) and that is no chance. What is equal counts as evidence by its digits: those after the
first one of each different value, 12 in all. A curve with one or two different values is no
evidence: two failed runs stay at ln(2) alike, and two short ones both reach an accuracy of .92.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analyzer.comparing.curve_prints import CERTAIN, parts_of, same_points
from analyzer.comparing.roles import causes_of, seed_of
from analyzer.comparing.summary import RunSummary


def twins(summaries: Sequence[RunSummary]) -> dict[int, int]:
    """Return {index: index of the earlier run with the same points}, whatever their settings."""
    return _earlier(summaries, lambda _: "", _is_twin)


def copies(summaries: Sequence[RunSummary]) -> dict[int, int]:
    """Return {index: index of the earlier run of which this is a copy}.

    A copy has the points and the causes of the earlier run, and either the same seed or enough
    digits that chance is out of the question. It says nothing about how much repeats differ.
    """
    return _earlier(summaries, lambda summary: causes_of(summary.settings), _is_copy)


def _earlier(
    summaries: Sequence[RunSummary],
    apart: Callable[[RunSummary], str],
    is_same: Callable[[RunSummary, RunSummary], bool],
) -> dict[int, int]:
    """Return {index: index of the earlier run that is the same}, never two with other ``apart``.

    A run is held against the first one with an equal curve, for each of its curves.
    """
    shared = _shared(summaries)
    found: dict[int, int] = {}
    first: dict[tuple[str, str], int] = {}
    for index, summary in enumerate(summaries):
        parts = [part for part in parts_of(summary.prints) if hash(part) in shared]
        kind = apart(summary) if parts else ""
        for part in parts:
            earlier = first.setdefault((part, kind), index)
            if earlier != index and index not in found and is_same(summaries[earlier], summary):
                found[index] = found.get(earlier, earlier)
    return found


def _shared(summaries: Sequence[RunSummary]) -> set[int]:
    """Return the hashes of the curves that several runs have, in little memory for many runs."""
    hashes = (hash(part) for summary in summaries for part in parts_of(summary.prints))
    values, counts = np.unique(np.fromiter(hashes, dtype=np.int64), return_counts=True)
    return set(values[counts > 1].tolist())


def same_points_in(summaries: Sequence[RunSummary]) -> dict[int, int]:
    """Return {index: index of the earlier run with the same points}: all twins and all copies."""
    return dict(sorted({**copies(summaries), **twins(summaries)}.items()))


class SameRuns(NamedTuple):
    """Runs with the points of an earlier one, as {run: earlier run}.

    ``copied`` have its causes too. ``left_out`` are these copies, unless nothing else was given;
    ``kept`` are all others.
    """

    copied: Mapping[int, int]
    left_out: Mapping[int, int]
    kept: Mapping[int, int]


def same_runs(summaries: Sequence[RunSummary]) -> SameRuns:
    """Return the runs with the same points, and which of them are left out of a comparison."""
    copied, same = copies(summaries), twins(summaries)
    if len(summaries) - len(copied) < 2:
        return SameRuns(copied, {}, {**copied, **same})
    kept = {}
    for index, first in same.items():
        if index not in copied:
            kept[index] = copied.get(first, first)
    return SameRuns(copied, copied, kept)


def once(members: Sequence[int], same: Mapping[int, int]) -> tuple[int, ...]:
    """Return the members of a group without those that have the points of an earlier member."""
    first = {same.get(index, index): index for index in reversed(members)}
    return tuple(sorted(first.values()))


def _is_twin(earlier: RunSummary, later: RunSummary) -> bool:
    evidence = same_points(earlier.prints, later.prints)
    return evidence is not None and evidence >= CERTAIN


def _is_copy(earlier: RunSummary, later: RunSummary) -> bool:
    """Say whether a run is a copy of another one with the same causes."""
    if _is_twin(earlier, later):
        return True
    seed = seed_of(earlier.settings)
    is_drawn_alike = seed is not None and seed == seed_of(later.settings)
    return is_drawn_alike and earlier.prints == later.prints
