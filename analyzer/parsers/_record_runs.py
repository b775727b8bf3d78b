"""Part the records of a log into the runs that were appended to it, and join its phases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.parsers._appended import appended_issue, leader_of, may_return
from analyzer.parsers._column import Column
from analyzer.parsers._layout import joined_label, named_runs, share_places
from analyzer.parsers._phases import joined_phases, phases_issue
from analyzer.parsers._profile_rows import Records, records_by_fold
from analyzer.parsers._run_columns import may_name_runs
from analyzer.stats.arrays import Bools, Floats, Ints


class RunRecords(NamedTuple):
    """The records of one run by split; ``label`` is "" for the only one.

    ``issues`` say that runs were appended, and which phases were put one after the other.
    """

    label: str
    records: list[Records]
    issues: list[LogIssue]


def runs_of_file(records: Sequence[Records], name: str, source: str) -> list[RunRecords]:
    """Return the records of each run of a file: its folds, and the runs appended to it.

    ``name`` is what the file is called, to which the numbers of appended runs are added.
    """
    found = []
    for label, own in records_by_fold(records):
        for run in _appended(own, source):
            if run.label.startswith("#"):
                run = run._replace(label=f"{label or name} {run.label}")
            elif label and run.label:
                run = run._replace(label=joined_label(label, run.label))
            elif label:
                run = run._replace(label=label)
            found.append(run)
    return found


def _appended(records: Sequence[Records], source: str) -> list[RunRecords]:
    """Return the records of each run, as a table has them in which runs were appended.

    What counts is the order of the lines of all splits together.
    """
    returns = any(may_return(part.columns) for part in records)
    keys = {column.name for part in records for column in part.columns}
    if not returns and not any(map(may_name_runs, keys)):
        return [RunRecords("", list(records), [])]
    whole = _whole(records)
    runs = _named(whole, records, returns=returns)
    if runs or not returns:
        return runs or [RunRecords("", list(records), [])]
    leader = leader_of(whole.columns)
    starts = leader.starts(whole.columns) if leader else []
    if not starts:
        return [_with_phases(records, source)]
    edges = [0, *whole.lines[starts].tolist(), whole.lines[-1] + 1]
    for number, (first, end) in enumerate(pairwise(edges), 1):
        own = [_between(part, first, end) for part in records]
        run = _with_phases([part for part in own if part.lines], source)
        runs.append(run._replace(label=f"#{number}"))
    runs[0].issues.append(appended_issue(len(runs), source))
    return runs


def _named(whole: _Whole, records: Sequence[Records], *, returns: bool) -> list[RunRecords]:
    """Return the records of each run that names tell from the others, as in a table; else none.

    ``returns`` says whether an axis goes back. Runs whose lines take turns share their places.
    """
    runs = named_runs(whole.columns)
    if len(runs) < 2:
        return []
    if not returns:
        labels = np.zeros(len(whole.lines), dtype=np.int64)
        for number, run in enumerate(runs):
            labels[run.rows] = number
        if not share_places(whole.columns, labels):
            return []
    names = {run.named_by for run in runs}
    found = []
    for run in runs:
        lines = whole.lines[run.rows]
        own = [part.only(np.isin(part.lines, lines), part.split) for part in records]
        kept = [_without_names(part, names) for part in own if part.lines]
        found.append(RunRecords(run.label, kept, []))
    return found


def _without_names(part: Records, names: Collection[str]) -> Records:
    """Return records without the numbers that name runs: they are no metric."""
    columns = part.columns
    kept = [column for column in columns if column.name not in names or not column.is_numeric]
    return replace(part, columns=kept)


class _Whole(NamedTuple):
    """The records of all splits as one table, and the line of each row."""

    columns: list[Column]
    lines: Ints


def _between(part: Records, first: int, end: int) -> Records:
    """Return the records from a line on, up to another."""
    lines = np.array(part.lines)
    return part.only((lines >= first) & (lines < end), part.split)


def _whole(records: Sequence[Records]) -> _Whole:
    """Return all records as one table: axes, names of runs, texts, losses and scores by split."""
    lines = np.unique(np.concatenate([np.array(part.lines, dtype=np.int64) for part in records]))
    if len(records) == 1:
        return _Whole(records[0].columns, lines)
    found: dict[str, Column] = {}
    for part in records:
        rows = np.searchsorted(lines, part.lines)
        for column in part.columns:
            name = column.name
            is_shared = metrics.is_axis(name) or may_name_runs(name)
            if column.is_numeric and not is_shared:
                if not metrics.is_judged(name):
                    continue
                name = f"{part.split}/{name}"
            nothing = Column(name, np.full(len(lines), np.nan), np.zeros(len(lines), dtype=bool))
            found[name] = _filled(found.get(name, nothing), column, rows)
    return _Whole(list(found.values()), lines)


def _filled(whole: Column, part: Column, rows: Ints) -> Column:
    """Return a column with the cells of another at some rows."""
    value: Floats = whole.value.copy()
    present: Bools = whole.present.copy()
    value[rows], present[rows] = part.value, part.present
    text = {**whole.text, **{int(rows[row]): cell for row, cell in part.text.items()}}
    return replace(whole, value=value, present=present, text=text)


def _with_phases(records: Sequence[Records], source: str) -> RunRecords:
    """Return the records of a run with an axis that goes on through its phases.

    Only records that count take part: settings before them name no phase.
    """
    whole = _whole(records)
    leader = leader_of(whole.columns)
    if leader is None:
        return RunRecords("", list(records), [])
    counted = np.zeros(len(whole.lines), dtype=bool)
    for axis in leader.axes:
        counted |= axis.present
    rows = np.flatnonzero(counted)
    columns = [column.taken(rows) for column in whole.columns]
    joined = joined_phases(columns)
    if joined is None:
        return RunRecords("", list(records), [])
    lines = whole.lines[rows]
    moved = {
        new.name: new for new, old in zip(joined.columns, columns, strict=True) if new is not old
    }
    issues = [phases_issue(joined.phases, source)]
    return RunRecords("", [_moved(part, moved, lines) for part in records], issues)


def _moved(part: Records, moved: dict[str, Column], lines: Ints) -> Records:
    """Return records with the axes of the joined phases at their lines."""
    columns = []
    for column in part.columns:
        if column.name in moved:
            rows = np.flatnonzero(column.present)
            value = column.value.copy()
            places = np.searchsorted(lines, np.array(part.lines)[rows])
            value[rows] = moved[column.name].value[places]
            column = replace(column, value=value, exact={})
        columns.append(column)
    return replace(part, columns=columns)
