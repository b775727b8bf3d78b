"""Tell records that are the steps of one run from records that are a run each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.parsers._column import Column
from analyzer.parsers._json_series import flat
from analyzer.safe.names import printable

_FEWEST = 3
_LIST = "(list)"  # what a column has for a cell that is one


def are_steps_of_one(records: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether an epoch or step goes forward from record to record, beside a loss or score.

    A run that is saved with its number of epochs has lists of that length.
    """
    if len(records) < _FEWEST:
        return False
    cells = dict(flat(records[0]))
    if not any(_is_number(cell) and metrics.is_judged(name) for name, cell in cells.items()):
        return False
    return any(
        _goes_forward([record.get(name) for record in records]) and not _counts_lists(name, records)
        for name in cells
        if metrics.normal(name) in (*metrics.EPOCH_AXES, *metrics.STEP_AXES)
    )


def unread_lists(columns: Sequence[Column], source: str) -> list[LogIssue]:
    """Return an issue if a loss or a score is a list in each record and no curve."""
    names = [
        column.name
        for column in columns
        if not column.numbers and _LIST in column.text.values() and metrics.is_judged(column.name)
    ]
    if not names:
        return []
    values = {"name": printable(names[0]), "count": len(names)}
    return [LogIssue("info", source, "lists_not_read", values=values)]


def _goes_forward(places: Sequence[Any]) -> bool:
    return all(map(_is_number, places)) and all(left < right for left, right in pairwise(places))


def _counts_lists(name: str, records: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether the lists of each record are as long as its number says."""
    return all(
        record[name] in {len(cell) for _, cell in flat(record) if isinstance(cell, list)}
        for record in records
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
