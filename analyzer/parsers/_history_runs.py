"""Part a history into the runs that were appended to it, and join its phases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer.model.issues import LogIssue
from analyzer.parsers._appended import appended_issue, leader_of
from analyzer.parsers._histories import History
from analyzer.parsers._phases import joined_phases, phases_issue


class RunHistory(NamedTuple):
    """The history of one run, and what is to be told of it."""

    history: History
    issues: list[LogIssue]


def runs_of_histories(histories: Sequence[History], source: str) -> Iterator[RunHistory]:
    """Yield the history of each run; lists of different lengths count by themselves."""
    for history in histories:
        if len({len(column) for column in history.columns}) != 1:
            yield RunHistory(history, [])
            continue
        parts = _parts(history)
        issues = [appended_issue(len(parts), source)] if len(parts) > 1 else []
        for part in parts:
            joined = joined_phases(part.columns)
            if joined is not None:
                part = replace(part, columns=joined.columns)
                issues.append(phases_issue(joined.phases, source))
            yield RunHistory(part, issues)
            issues = []


def _parts(history: History) -> list[History]:
    """Return a history for each run; what it says of other entries stays with the first."""
    leader = leader_of(history.columns)
    starts = leader.starts(history.columns) if leader else []
    if not starts:
        return [history]
    parts = []
    edges = [0, *starts, len(history.columns[0])]
    for number, (first, end) in enumerate(pairwise(edges), 1):
        columns = [column.taken(np.arange(first, end)) for column in history.columns]
        label = f"{history.label} #{number}".lstrip()
        odd = history.odd if number == 1 else ()
        parts.append(replace(history, columns=columns, label=label, odd=odd))
    return parts
