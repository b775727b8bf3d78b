"""Part a history into the runs that its rows name or that were appended; join its phases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer.model.issues import LogIssue
from analyzer.parsers._appended import appended_issue, leader_of
from analyzer.parsers._histories import History
from analyzer.parsers._layout import joined_label, parts_of
from analyzer.parsers._phases import joined_phases, phases_issue
from analyzer.parsers._run_columns import may_name_runs


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
        yield from _named(history, source) if _may_name(history) else _parted(history, source)


def _may_name(history: History) -> bool:
    """Say whether rows may name their split or their run, as those of a table do.

    Names that the nest has read already are not read again.
    """
    if history.readings:
        return False
    return any(column.words() or may_name_runs(column.name) for column in history.columns)


def _named(history: History, source: str) -> Iterator[RunHistory]:
    """Yield the runs of rows that name their split, their metric or their run."""
    parts = parts_of(history.columns)
    odd = history.odd
    for part in parts:
        label = joined_label(history.label, part.label).strip()
        issues = part.issues(source)
        if part.label == "#1":
            issues.append(appended_issue(len(parts), source))
        yield RunHistory(replace(history, columns=part.columns, label=label, odd=odd), issues)
        odd = ()


def _parted(history: History, source: str) -> Iterator[RunHistory]:
    """Yield the runs of rows of numbers, one after the other."""
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
