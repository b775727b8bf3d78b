"""Join series that stand under the name of their data: ``{"train": {"logloss": [...]}}``.

Boosters return their evaluations this way; own loops also the reverse, ``{"loss": {"train":
[...]}}``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np

from analyzer import metrics
from analyzer.parsers._class_lists import with_classes
from analyzer.parsers._column import Column
from analyzer.parsers._json_cells import column_of_series
from analyzer.parsers._json_series import cells_of, record_columns
from analyzer.parsers._odd_entries import OddEntries, is_object, odd_entries

_AROUND = re.compile(
    r"^(?:d(?=train|val|test|eval))?(.+?)"
    r"(?:_?(?:set|data|metrics?|history|hist|logs?|stats|results?|scores?|curves?|\d+))?$"
)
_MOST = 1000  # sets and settings of one history
_NUMBERED = re.compile(r"\d$")


@dataclass
class Joined:
    """Columns of sets, what the nest says of their names, and the keys that were used.

    ``odd`` are entries of the lists that are no records.
    """

    columns: list[Column] = field(default_factory=list)
    readings: dict[str, metrics.Reading] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    odd: tuple[OddEntries, ...] = ()


def set_split(name: str) -> str:
    """Return the split that the name of a set of data says: "dtrain", "valid_0", "val_metrics"."""
    match = _AROUND.match(name.strip().lower())
    return metrics.folder_split(match[1] if match else name.strip())


def joined_sets(values: Mapping[str, Any], lengths: Collection[int]) -> Joined:
    """Join the series below the names of sets, and of metrics; nothing if names would collide.

    ``lengths`` are those of the series beside: a group of series without a split that are as long
    belongs to them.
    """
    found = Joined()
    nested = {name: part for name, part in values.items() if isinstance(part, Mapping | list)}
    if len(nested) > _MOST:
        return found
    tables = {name: _columns(part) for name, part in nested.items()}
    tables = {name: columns for name, columns in tables.items() if columns}
    sets = [name for name in tables if set_split(name)]
    own = {column.name for name in sets for column in tables[name]}
    parts: list[list[Column]] = []
    for name, columns in tables.items():
        inner = {column.name for column in columns}
        if name in sets or (sets and inner <= own):
            parts.append([_in_set(column, name, found) for column in columns])
        elif all(map(set_split, inner)):
            parts.append([_of_metric(column, name, found) for column in columns])
        elif lengths and {len(column) for column in columns} <= set(lengths):
            parts.append([_renamed(column, f"{name}/{column.name}") for column in columns])
        else:
            continue
        found.used.add(name)
        part = nested[name]
        if isinstance(part, list) and any(map(is_object, part)):
            found.odd += odd_entries(part, name)
    names = [
        column.name for column in chain.from_iterable(parts) if not metrics.is_axis(column.name)
    ]
    if len(set(names)) < len(names):
        return Joined()
    found.columns = _together(parts)
    return found


def _columns(value: Any) -> list[Column]:
    """Return the series in a part of a document."""
    if isinstance(value, list):
        records = [entry for entry in value if isinstance(entry, Mapping)]
        return record_columns(records) if 2 * len(records) > len(value) else []
    if not isinstance(value, Mapping) or cells_of(value) is not None:
        return []
    if not any(isinstance(part, list | dict) for part in value.values()):
        return []
    columns = []
    for name, part in with_classes(value).items():
        cells = cells_of(part)
        if cells is not None and any(isinstance(cell, int | float) for cell in cells):
            columns.append(column_of_series(name, cells))
    return columns


def _in_set(column: Column, name: str, found: Joined) -> Column:
    """Return a column of a set under the name that the booster itself prints."""
    if metrics.is_axis(column.name) or metrics.read(column.name).split:
        return column
    mark = "-" if _NUMBERED.search(name) else "/"
    tag = f"{name}{mark}{column.name}"
    own = metrics.read(metrics.BOOSTER_LOSSES.get(metrics.normal(column.name), column.name))
    read = metrics.read(tag)
    if not read.split or read.metric != own.metric:
        found.readings[tag] = metrics.Reading(set_split(name), own.metric, own.grain)
    return _renamed(column, tag)


def _of_metric(column: Column, name: str, found: Joined) -> Column:
    """Return a column of a metric that stands above the names of sets."""
    tag = f"{column.name}/{name}"
    own = metrics.read(name)
    read = metrics.read(tag)
    if not read.split or read.metric != own.metric:
        found.readings[tag] = metrics.Reading(set_split(column.name), own.metric, own.grain)
    return _renamed(column, tag)


def _renamed(column: Column, name: str) -> Column:
    return replace(column, name=name)


def _together(parts: Sequence[list[Column]]) -> list[Column]:
    """Put the columns of sets side by side, or one set behind another if each has an axis."""
    axes = [[column for column in part if metrics.is_axis(column.name)] for part in parts]
    if not all(axes):
        side_by_side = {column.name: column for column in chain.from_iterable(parts)}
        return list(side_by_side.values())
    rows = [max(len(column) for column in part) for part in parts]
    total = sum(rows)
    cells: dict[str, Column] = {}
    start = 0
    for part, count in zip(parts, rows, strict=True):
        for column in part:
            placed = _placed(column, start, total)
            cells[column.name] = _merged(cells.get(column.name), placed)
        start += count
    return list(cells.values())


def _placed(column: Column, start: int, total: int) -> Column:
    """Return a column of ``total`` rows that begins at row ``start``."""
    value = np.full(total, np.nan)
    present = np.zeros(total, dtype=bool)
    value[start : start + len(column)] = column.value
    present[start : start + len(column)] = column.present
    text = {row + start: cell for row, cell in column.text.items()}
    exact = {row + start: number for row, number in column.exact.items()}
    return Column(column.name, value, present, text, exact)


def _merged(first: Column | None, second: Column) -> Column:
    if first is None:
        return second
    value = np.where(second.present, second.value, first.value)
    present = first.present | second.present
    return Column(
        first.name, value, present, {**first.text, **second.text}, {**first.exact, **second.exact}
    )
