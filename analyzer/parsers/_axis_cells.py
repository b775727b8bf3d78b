"""Read the cells of an axis that are more than a number: "3/40", "Epoch 3", "1.5k"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analyzer import metrics
from analyzer.parsers._column import Column

_COUNT = re.compile(
    r"\s*(?:[^\W\d]+[ _:#-]*)?"
    r"(?:(?P<grouped>\d{1,3}(?:,\d{3})+)|(?P<number>\d{1,15}(?:[.,]\d+)?)(?P<unit>[kKmM]?))"
    r"(?:\s*(?:/|of|de|von|sur|di)\s*\d[\d,]*)?\s*"
)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


def with_counts(columns: Sequence[Column]) -> list[Column]:
    """Return columns of which each axis without numbers has those that its cells count."""
    return [_counted(column) if _may_count(column) else column for column in columns]


def _may_count(column: Column) -> bool:
    """Say whether a column is called an axis and has text in more than half of its cells."""
    return len(column.text) > len(column) / 2 and metrics.is_axis(column.name)


def _counted(column: Column) -> Column:
    """Return a column with the numbers that its cells count; unchanged if one counts nothing."""
    value, present = column.value.copy(), column.present.copy()
    for row, cell in column.text.items():
        match = _COUNT.fullmatch(cell)
        if match is None:
            return column
        value[row] = _number(match)
        present[row] = True
    return replace(column, value=np.asarray(value), present=present, text={})


def _number(match: re.Match[str]) -> float:
    """Return the number of a cell; as it counts, a comma before three digits groups thousands."""
    if match["grouped"]:
        return float(match["grouped"].replace(",", ""))
    number = float(match["number"].replace(",", "."))
    return round(number * _UNITS[match["unit"].lower()], 6)
