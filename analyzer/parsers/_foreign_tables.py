"""Refuse a table of numbers in which no name can be a metric or an axis, before it is read.

Most tables below a path are data. Only what is certain from the header is refused; a table with a
name that might mean something, or with rows that might be headers, is read as any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from analyzer import metrics
from analyzer.parsers._base import HEAD
from analyzer.parsers._cell import Marks, read_number
from analyzer.parsers._profiles import NO_PROFILE, profile_of

_SEPARATORS = ",;\t|"
_CUT = re.compile(r"[,;\t|]")
_OTHER_ROW = re.compile(r"\n(?!\r?\n|\Z)[^\d\n+.-]")  # a row whose first cell is no number
_SHOWN = 20  # rows that show which columns have numbers
_LONGEST = 60  # characters of a name
_OPEN = frozenset(  # the value of a metric that stands in a cell, an index, what may count
    (
        *("value", "values", "metric_value", "valor", "0"),
        *("", "unnamed_0", "index"),
        *metrics.WEAK_STEP_AXES,
        *metrics.WALL_TIME_AXES,
        *metrics.SHORT_AXES,
    )
)
_EITHER = Marks(decimal_comma=True)


def foreign_names(text: str) -> list[str]:
    """Return the names above numbers of a table that is no log, [] if only reading it shows that.

    The text is the whole file.
    """
    first, _, below = text.partition("\n")
    if '"' in text or "\0" in text or _OTHER_ROW.search(text):
        return []
    names = [name.strip() for name in _CUT.split(first)]
    if not all(map(_is_foreign, names)) or metrics.context_of(names).languages:
        return []
    if profile_of(set(names), text[:HEAD]) is not NO_PROFILE:
        return []
    separator = max(_SEPARATORS, key=first.count)
    rows = [line.split(separator) for line in below[:HEAD].splitlines()[:_SHOWN]]
    if len(names) < 2 or not rows or any(len(row) != len(names) for row in rows):
        return []
    return _numbered(names, rows)


def _is_foreign(name: str) -> bool:
    """Say whether a name is certainly neither a metric nor an axis, and says no split."""
    if not name or len(name) > _LONGEST or _is_number(name) or metrics.normal(name) in _OPEN:
        return False
    has_split = metrics.read(name).split or metrics.folder_split(name)
    return not (has_split or metrics.is_judged(name) or metrics.is_axis(name))


def _numbered(names: Sequence[str], rows: Collection[Sequence[str]]) -> list[str]:
    """Return the names above numbers, [] if a column has blanks, or texts among its numbers."""
    found = []
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        numbers = [_is_number(cell) for cell in cells]
        if any(numbers) != all(numbers) or not all(map(str.strip, cells)):
            return []
        if all(numbers):
            found.append(name)
    return found


def _is_number(cell: str) -> bool:
    return read_number(cell, _EITHER) is not None
