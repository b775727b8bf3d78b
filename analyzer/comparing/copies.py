"""Runs that were read twice: logs with the same points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from analyzer.comparing.roles import causes_of, seed_of
from analyzer.comparing.summary import RunSummary

_CERTAIN = 50  # points: two seeds do not give so many equal ones by chance, however rounded


def twins(summaries: Sequence[RunSummary]) -> dict[int, int]:
    """Return {index: index of the earlier run with the same points}."""
    return _earlier([summary.digest if summary.points else None for summary in summaries])


def copies(summaries: Sequence[RunSummary]) -> dict[int, int]:
    """Return {index: index of the earlier run of which this is a copy}.

    A copy has the points and the causes of the earlier run, and either the same seed or so many
    points that chance is out of the question. It says nothing about how much repeats differ.
    """
    count = Counter(summary.digest for summary in summaries)
    return _earlier(
        [_copy_key(summary) if count[summary.digest] > 1 else None for summary in summaries]
    )


def _copy_key(summary: RunSummary) -> Hashable:
    """Return what all copies of a run share, None if it has too few points and no seed."""
    if not summary.points:
        return None
    causes = causes_of(summary.settings)
    if summary.points >= _CERTAIN:
        return summary.digest, causes, ""
    seed = seed_of(summary.settings)
    return None if seed is None else (summary.digest, causes, seed)


def _earlier(keys: Sequence[Hashable]) -> dict[int, int]:
    """Return {place: first place with the same key}, without these first ones and without None."""
    first: dict[Hashable, int] = {}
    found = {}
    for index, key in enumerate(keys):
        if key is not None and first.setdefault(key, index) != index:
            found[index] = first[key]
    return found
