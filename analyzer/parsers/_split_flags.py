"""Read a split from a flag: ``is_training`` is True in the rows of the training."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analyzer import metrics
from analyzer.metrics.words import fold
from analyzer.parsers._column import Column

_FLAG = re.compile(r"(is_)?(train|training|val|valid|validation|eval|evaluation|test|testing)")
_TRUE, _FALSE = ("true", "yes", "t", "si"), ("false", "no", "f")


def split_of_flag(name: str, value: bool) -> str:
    """Return the split that a flag names: "val" where ``is_training`` is False; "" for no flag."""
    match = _FLAG.fullmatch(metrics.normal(name))
    if match is None:
        return ""
    own = metrics.SPLITS[match[2]]
    if value:
        return own
    return "val" if own == "train" else "train"


def with_flag_as_words(columns: Sequence[Column]) -> list[Column]:
    """Return columns in which a flag of the split has the split as a word in each row."""
    return [_as_words(column) for column in columns]


def _as_words(column: Column) -> Column:
    if not split_of_flag(column.name, True) or not len(column):
        return column
    flags = _flags(column)
    if flags is None or len(set(flags)) < 2:
        return column
    words = {row: split_of_flag(column.name, flag) for row, flag in enumerate(flags)}
    nothing = np.zeros(len(column), dtype=bool)
    return replace(column, value=np.full(len(column), np.nan), present=nothing, text=words)


def _flags(column: Column) -> list[bool] | None:
    """Return the flag of each row, None unless all cells are flags.

    Only behind "is" are 0 and 1 flags: a column "train" of these is a curve.
    """
    words = column.words()
    if words is not None:
        cells = [fold(word).lower() for word in words]
        is_flag = all(cell in (*_TRUE, *_FALSE) for cell in cells)
        return [cell in _TRUE for cell in cells] if is_flag else None
    if not metrics.normal(column.name).startswith("is_") or not column.is_full:
        return None
    values = column.value.tolist()
    return [bool(value) for value in values] if set(values) <= {0.0, 1.0} else None
