"""Turn a table with a metric in each row and an epoch in each column on its side."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice, zip_longest

from analyzer import metrics
from analyzer.parsers._dialect import is_number, opened

_SEPARATORS = (",", ";", "\t", "|")
_MOST_ROWS = 200  # metrics
_FEWEST = 3  # epochs
_COUNTED = re.compile(r"(?:epoch|ep|step|iter(?:ation)?)?[ _-]?(\d+)", re.I)


def is_transposed(text: str) -> bool:
    """Say whether the first lines of a text, whole or cut, are metrics in rows."""
    return bool(_rows_of(text))


def transposed(text: str) -> list[list[str]]:
    """Return the rows of a text turned on its side, [] if its rows are not metrics."""
    rows = _rows_of(text)
    if not rows:
        return []
    counts = [_COUNTED.fullmatch(cell.strip()) for cell in rows[0][1:]]
    if all(counts):
        name = rows[0][0].strip()
        axis = name if metrics.is_axis(name) else "epoch"
        rows[0] = [axis, *(match[1] for match in counts if match)]
    return [list(cells) for cells in zip_longest(*rows, fillvalue="")]


def _rows_of(text: str) -> list[list[str]]:
    """Return the rows of a text of which each begins with a metric and goes on in numbers."""
    text = opened(text).text
    first = text[: text.find("\n") + 1 or len(text)]
    for separator in _SEPARATORS:
        if first.count(separator) < _FEWEST:
            continue
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            rows = [row for row in islice(reader, _MOST_ROWS + 1) if any(map(str.strip, row))]
        except csv.Error:  # a cell that is too long
            return []
        if 1 < len(rows) <= _MOST_ROWS and _are_metrics(rows):
            return rows
    return []


def _are_metrics(rows: list[list[str]]) -> bool:
    """Say whether rows are metrics, below a row that counts or without one."""
    top = rows[0]
    has_axis = all(_COUNTED.fullmatch(cell.strip()) for cell in top[1:])
    if is_number(top[0]) or not (has_axis or metrics.is_judged(top[0].strip())):
        return False
    below = rows[1:] if has_axis else rows
    if not any(metrics.is_judged(row[0].strip()) for row in below):
        return False
    for row in below:
        cells = [cell for cell in row[1:] if cell.strip()]
        if is_number(row[0]) or len(row) != len(top) or not cells:
            return False
        if sum(map(is_number, cells)) < 0.9 * len(cells):
            return False
    return True
