"""Turn the cells of JSON records, numbers and anything else, into a column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np

from analyzer import metrics
from analyzer.parsers._cell import Marks, is_blank, read_number
from analyzer.parsers._column import Column
from analyzer.parsers._json_marks import marks_in, roles_in
from analyzer.parsers._run_columns import is_name
from analyzer.parsers._settings import text
from analyzer.stats.arrays import Floats, Ints

_LARGEST = 2**63  # from here on a number does not fit into 64 bits
_EXACT = 2**53  # from here on a float may not hold a whole number
_SHOWN = 12  # digits of a number that is too large
_NUMBERS = {float, int, bool}


def column_of(
    name: str, cells: Iterable[tuple[int, Any]], count: int, roles: Set[str] = frozenset()
) -> Column:
    """Return a column of ``count`` rows from its (row, cell) pairs; None and missing are blank.

    So is "N/A" under the name of a loss or score, or beside numbers. ``roles`` is what other
    columns of the log show of the marks in numbers.
    """
    filled = [pair for pair in cells if pair[1] is not None]
    numbers = numbers_in([cell for _, cell in filled])
    if numbers is not None:
        return column_of_numbers(name, [row for row, _ in filled], numbers, count)
    value = np.full(count, np.nan)
    present = np.zeros(count, dtype=bool)
    words = {}
    exact = {}
    blanks = {}
    marks = marks_in(name, (cell for _, cell in filled), roles)
    for row, cell in filled:
        found = _number(name, cell, marks)
        if found is not None:
            value[row], present[row] = found, True
            if isinstance(cell, int) and found != cell and abs(cell) < _LARGEST:
                exact[row] = cell
        elif isinstance(cell, str) and is_blank(cell):
            blanks[row] = text(cell)
        elif isinstance(cell, str):
            words[row] = text(cell)
        elif isinstance(cell, int):  # more digits than a float takes
            words[row] = f"{str(cell)[:_SHOWN]}..."
        else:
            words[row] = f"({type(cell).__name__})"
    if not present.any() and not metrics.is_judged(name):  # a word like others
        words |= blanks
    return Column(text(name), value, present, words, exact)


def column_of_series(name: str, cells: Sequence[Any], roles: Set[str] = frozenset()) -> Column:
    """Return a column with a row for each cell; a long list of numbers becomes an array at once."""
    numbers = numbers_in(cells)
    if numbers is None:
        return column_of(name, enumerate(cells), len(cells), roles)
    return Column(text(name), numbers, np.ones(len(numbers), dtype=bool))


def columns_of_lists(lists: Mapping[str, Sequence[Any] | None]) -> dict[str, Column]:
    """Return the columns of the lists of one log by their names; what is None is left out."""
    filled = {name: cells for name, cells in lists.items() if cells is not None}
    roles = roles_in(filled)
    return {name: column_of_series(name, cells, roles) for name, cells in filled.items()}


def column_of_numbers(name: str, rows: Sequence[int] | Ints, numbers: Floats, count: int) -> Column:
    """Return a column of ``count`` rows that has numbers in some of them."""
    value = np.full(count, np.nan)
    present = np.zeros(count, dtype=bool)
    value[rows], present[rows] = numbers, True
    return Column(text(name), value, present)


def numbers_in(cells: Sequence[Any]) -> Floats | None:
    """Return cells as floats if each is a plain number that a float holds, else None."""
    if not cells or not set(map(type, cells)) <= _NUMBERS:
        return None
    try:
        numbers = np.array(cells, dtype=np.float64)
    except OverflowError:
        return None
    finite = np.isfinite(numbers)
    are_exact = np.abs(numbers).max(initial=0, where=finite) < _EXACT
    return numbers if are_exact else None


def are_lists(cells: Sequence[Any]) -> bool:
    """Say whether a name has only lists and objects: no number, not even in a list of one."""
    filled = (cell for cell in cells if cell is not None)
    first = next(filled, None)
    return _is_list(first) and all(map(_is_list, filled))


def _is_list(cell: Any) -> bool:
    return isinstance(cell, list | Mapping) and len(cell) != 1


def _number(name: str, cell: Any, marks: Marks) -> float | None:
    """Return the number in a cell, which may be text ("85.3%", "2,776.8") or a list of one."""
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    if isinstance(cell, str):
        return None if is_name(name, cell) else read_number(cell, marks)
    if not isinstance(cell, int | float):
        return None
    try:
        return float(cell)
    except OverflowError:
        return None
