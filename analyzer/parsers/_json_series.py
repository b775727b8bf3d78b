"""Turn parts of a JSON document into the cells of a series, or into columns of records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np

from analyzer import metrics
from analyzer.parsers._class_lists import class_parts
from analyzer.parsers._column import Column
from analyzer.parsers._json_cells import column_of
from analyzer.parsers._json_marks import roles_in
from analyzer.parsers._rare_names import MOST_NAMES, RareNames, rare_among

_ROW = re.compile(r"[0-9]{1,9}")
_KEY = r"(?:(epoch|ep|e|step|iter|iteration|round)[ _-]?)?(\d{1,9})"
COUNTED = re.compile(_KEY, re.IGNORECASE)  # a key that counts records: "3", "epoch_3"
_UNDER_NUMBER = re.compile(rf"[\"']{_KEY}[\"']\s*:", re.IGNORECASE)
_MOST_FOLDS = 20
_MOST_COLUMNS = 8  # without a name
_NEARLY_ALL = 0.9  # of the rows
_FEWEST_EPOCHS = 5
_EARLIEST_CLOCK = 1e8  # seconds since 1970
_DEEPEST = 4  # mappings inside a record


def may_have_series(text: str) -> bool:
    """Say whether a document may have a series: a list, or values under numbers ("epoch_3")."""
    return "[" in text or "(" in text or _UNDER_NUMBER.search(text) is not None


def cells_of(value: Any) -> Sequence[Any] | None:
    """Return the entries of a series, or None for anything else.

    A series is a list, pandas' dict from row number to value, or a list of the batches of each
    epoch.
    """
    if not isinstance(value, list | dict):
        return None
    if isinstance(value, dict) and value and all(_ROW.fullmatch(key) for key in value):
        rows = {int(key): cell for key, cell in value.items()}
        if max(rows) > 10 * len(rows) + 1000 or len(rows) < len(value):
            return None
        value = [rows.get(row) for row in range(max(rows) + 1)]
    if not isinstance(value, list):
        return None
    if not all(isinstance(cell, list | Mapping) for cell in value):
        return value
    if not value or is_pairs(value) or not all(map(_is_numbers, value)) or are_columns(value):
        return None
    return list(chain.from_iterable(value))


def _is_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(
        cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))
        for cell in value
    )


def is_pairs(value: Any) -> bool:
    """Say whether a value is a list of [step, value] whose steps are whole and rise."""
    if not isinstance(value, list) or len(value) < 2:
        return False
    if not all(_is_numbers(entry) and len(entry) == 2 for entry in value):
        return False
    steps = [entry[0] for entry in value]
    if not all(isinstance(step, int) or (step is not None and step == step // 1) for step in steps):
        return False
    return all(left < right for left, right in pairwise(steps))


def are_columns(value: Any) -> bool:
    """Say whether a value is a list of rows such as [train, val], not of the batches of epochs.

    In nearly all rows the last number lies on the same side of the first, and the next row begins
    on the other side; batches go on where the epoch before ended, or jump to both sides.
    """
    if not isinstance(value, list) or len(value) < _FEWEST_EPOCHS:
        return False
    width = len(value[0]) if isinstance(value[0], list) else 0
    if not 2 <= width <= _MOST_COLUMNS or not all(map(_is_numbers, value)):
        return False
    if any(len(row) != width or None in row for row in value):
        return False
    table = np.array(value, dtype=np.float64)
    within = np.sign(table[:-1, -1] - table[:-1, 0])
    back = np.sign(table[1:, 0] - table[:-1, -1])
    side = np.sign(within.sum())
    return bool(side) and bool(((within == side) & (back == -side)).mean() >= _NEARLY_ALL)


def has_bare_columns(document: Any, deepest: int = _DEEPEST) -> bool:
    """Say whether a loss or score in a document is a list of rows such as [train, val]."""
    if not isinstance(document, Mapping) or deepest == 0:
        return False
    if any(metrics.is_judged(name) and are_columns(part) for name, part in document.items()):
        return True
    return any(has_bare_columns(part, deepest - 1) for part in document.values())


def is_timed(value: Any) -> bool:
    """Say whether a value is a list of [wall time, step, value], as TensorBoard downloads one."""
    if not isinstance(value, list) or not value:
        return False
    if not all(_is_numbers(entry) and len(entry) == 3 and None not in entry for entry in value):
        return False
    return all(entry[0] > _EARLIEST_CLOCK and entry[1] == entry[1] // 1 for entry in value)


def is_folds(value: Any) -> bool:
    """Say whether a value is a few long lists of numbers: folds or seeds, not batches of epochs."""
    if not isinstance(value, list) or not 2 <= len(value) <= _MOST_FOLDS:
        return False
    if not all(map(_is_numbers, value)):
        return False
    return min(map(len, value)) >= max(_FEWEST_EPOCHS, len(value))


def pair_rows(pairs: Mapping[str, Sequence[Any]], axis: str) -> list[dict[str, Any]]:
    """Return series of [step, value] as records, one series behind another."""
    return [
        {axis: entry[0], name: entry[1]} for name, entries in pairs.items() for entry in entries
    ]


def record_columns(records: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Return one column for each name in a list of records, nested names joined by "/"."""
    return _columns(_cells(records), len(records))


def few_columns(
    entries: Sequence[Any], place: str, most: int = MOST_NAMES
) -> tuple[list[Column], tuple[RareNames, ...]]:
    """Return the same without names of a single value beyond ``most``, and what was left out.

    ``place`` names the list of the entries, of which those that are no records are passed over.
    """
    indexes = [index for index, entry in enumerate(entries) if isinstance(entry, Mapping)]
    records = [entries[index] for index in indexes]
    cells = _cells(records)
    names = len(cells)
    single = {name: found[0][0] for name, found in cells.items() if len(found) == 1}
    forgotten = rare_among(single, names, most)
    for name in forgotten:
        del cells[name]
    columns = _columns(cells, len(records))
    if not forgotten:
        return columns, ()
    first = indexes[min(single[name] for name in forgotten)]
    return columns, (RareNames(len(forgotten), names, place=f"{place}[{first}]"),)


def _columns(cells: Mapping[str, list[tuple[int, Any]]], count: int) -> list[Column]:
    """Return a column for each name, or for each class of one with lists of scores."""
    columns = []
    roles = roles_in({name: [cell for _, cell in found] for name, found in cells.items()})
    for name, found in cells.items():
        rows = [row for row, _ in found]
        parts = list(class_parts(name, [cell for _, cell in found]))
        for part, own in parts:
            columns.append(column_of(part, zip(rows, own, strict=True), count))
        if not parts:
            columns.append(column_of(name, found, count, roles))
    return columns


def _cells(records: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[int, Any]]]:
    """Return the cells under each name with their rows."""
    cells: dict[str, list[tuple[int, Any]]] = {}
    for row, record in enumerate(records):
        for name, cell in flat(record):
            cells.setdefault(name, []).append((row, cell))
    return cells


def flat(record: Mapping[str, Any], deepest: int = _DEEPEST) -> Iterator[tuple[str, Any]]:
    """Yield each name with its cell, the names of nested objects joined by "/"."""
    for name, cell in record.items():
        if isinstance(cell, Mapping) and deepest > 0:
            for inner, value in flat(cell, deepest - 1):
                yield f"{name}/{inner}", value
        else:
            yield name, cell
