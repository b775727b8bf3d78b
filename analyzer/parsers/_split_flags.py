"""Read a split from a flag: ``is_training`` is True in the rows of the training."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.metrics.words import fold
from analyzer.parsers._column import Column

_FLAG = re.compile(r"(is_)?(train|training|val|valid|validation|eval|evaluation|test|testing)")
_TRUE, _FALSE = ("true", "yes", "t", "si"), ("false", "no", "f")


class Flag(NamedTuple):
    """The name of a flag and its value in a row."""

    name: str
    value: bool


@lru_cache(maxsize=4096)
def split_of_flag(name: str, value: bool) -> str:
    """Return the split that a flag names: "val" where ``is_training`` is False; "" for no flag."""
    match = _FLAG.fullmatch(metrics.normal(name))
    if match is None:
        return ""
    own = metrics.SPLITS[match[2]]
    if value:
        return own
    return "val" if own == "train" else "train"


def split_of_flags(flags: Iterable[Flag]) -> str:
    """Return the split of a row with several flags: a test if that is True and ``is_val`` False."""
    splits = [(value, split_of_flag(name, value)) for name, value in flags]
    said = [split for value, split in splits if value and split]
    return next((split for split in (*said, *(split for _, split in splits)) if split), "")


def with_flags_as_words(columns: Sequence[Column]) -> list[Column]:
    """Return columns in which one has the split of each row as a word, instead of the flags."""
    flags = _flag_columns(columns)
    if not flags:
        return list(columns)
    words = {}
    for row in range(len(columns[0])):
        words[row] = split_of_flags(Flag(name, values[row]) for name, values in flags.items())
    rows = len(words)
    nothing = np.zeros(rows, dtype=bool)
    first, *rest = flags
    said = Column(first, np.full(rows, np.nan), nothing, words)
    return [
        said if column.name == first else column for column in columns if column.name not in rest
    ]


def without_flags(columns: Sequence[Column]) -> list[Column]:
    """Return columns without the flags of the split, where words say it."""
    flags = _flag_columns(columns)
    return [column for column in columns if column.name not in flags]


def _flag_columns(columns: Sequence[Column]) -> dict[str, list[bool]]:
    """Return the flags of each row by the names of their columns, if they change."""
    found = {}
    for column in columns:
        flags = _flags(column) if split_of_flag(column.name, True) and len(column) else None
        if flags is not None and len(set(flags)) > 1:
            found[column.name] = flags
    return found


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
