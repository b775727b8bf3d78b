"""One column of a table: its numbers, the rows that have one, and its cells of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analyzer.parsers._not_finite import not_finite
from analyzer.stats.arrays import Bools, Floats, Ints, empty

LARGEST_STEP = 2**62
_PIECE = 1 << 16  # numbers
NUMERIC_SHARE = 0.5  # a column with fewer numbers among its cells is text


class Filled(NamedTuple):
    """A column without blanks: its numbers, the same as integers, and how many were blank.

    The integer is 0 if the number is too large for a step.
    """

    value: Floats
    whole: Ints
    blanks: int


@dataclass(frozen=True, eq=False)
class Column:
    """One column of n rows.

    ``value`` and ``present`` have length n: the numbers, and which rows have one. ``text`` maps
    rows to the cells that are not numbers. ``exact`` maps rows to whole numbers from 2^53 on,
    which a float may not represent.
    """

    name: str
    value: Floats
    present: Bools
    text: Mapping[int, str] = field(default_factory=dict)
    exact: Mapping[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.value)

    @cached_property
    def numbers(self) -> int:
        """How many rows have a number."""
        return int(np.count_nonzero(self.present))

    @property
    def is_full(self) -> bool:
        """Whether every row has a number."""
        return self.numbers == len(self)

    @property
    def is_numeric(self) -> bool:
        numbers = self.numbers
        return numbers > 0 and numbers >= NUMERIC_SHARE * (numbers + len(self.text))

    def can_be(self, axis: str) -> bool:
        """Say whether the numbers can be an axis: all finite, and whole for steps."""
        value = self.value if self.is_full else self.value[self.present]
        if not self.is_numeric or not are_finite(value):
            return False
        return axis != "step" or (are_steps(value) and _are_whole(value))

    def filled(self) -> Filled:
        """Fill each blank with the number before it, those at the start with the first number.

        Blanks between numbers that are as far apart as these have the ones that are missing there:
        3 in "2, blank, 4", which is no second row of step 2.
        """
        steps = self.value
        if not are_steps(steps):
            steps = np.where(np.abs(steps) < LARGEST_STEP, steps, 0)
        whole = empty(len(steps), np.int64)
        np.copyto(whole, steps, casting="unsafe")
        for row, number in self.exact.items():
            whole[row] = number
        if self.is_full:
            return Filled(self.value, whole, 0)
        known = np.flatnonzero(self.present)
        rows = np.arange(len(self))
        source = known[np.clip(np.searchsorted(known, rows, side="right") - 1, 0, None)]
        value, whole = self.value[source], whole[source]
        missing = _missing(self.value[known], known)
        for before, step in missing:
            gap = rows[before + 1 : known[np.searchsorted(known, before) + 1]]
            value[gap] += step * (gap - before)
            whole[gap] += int(step) * (gap - before)
        return Filled(value, whole, len(self) - self.numbers)

    def words(self) -> list[str] | None:
        """Return the cells if every row has a word, else None."""
        if self.numbers or len(self.text) < len(self) or not len(self):
            return None
        return [self.text[row].strip() for row in range(len(self))]

    def masked(self, name: str, rows: Bools) -> Column:
        """Return the column under another name, blank outside some rows."""
        text = {row: cell for row, cell in self.text.items() if rows[row]}
        exact = {row: number for row, number in self.exact.items() if rows[row]}
        return Column(name, self.value, self.present & rows, text, exact)

    def taken(self, rows: Sequence[int] | Ints) -> Column:
        """Return only some rows of the column."""
        place = {int(row): index for index, row in enumerate(rows)}
        text = {place[row]: cell for row, cell in self.text.items() if row in place}
        exact = {place[row]: number for row, number in self.exact.items() if row in place}
        return Column(self.name, self.value[rows], self.present[rows], text, exact)

    def padded(self, rows: int) -> Column:
        """Return the column with blanks up to ``rows``."""
        missing = max(0, rows - len(self))
        return replace(
            self,
            value=np.append(self.value, np.full(missing, np.nan)),
            present=np.append(self.present, np.zeros(missing, dtype=bool)),
        )


def are_finite(value: Floats) -> bool:
    """Say whether no number is NaN or infinite, without an array of answers."""
    return not len(value) or bool(np.isfinite(value.min()) and np.isfinite(value.max()))


def are_steps(value: Floats) -> bool:
    """Say whether all numbers fit into a step."""
    return len(value) > 0 and bool(value.min() > -LARGEST_STEP and value.max() < LARGEST_STEP)


def _are_whole(value: Floats) -> bool:
    """Say whether finite numbers are whole; in pieces, which stay in the cache of a processor."""
    pieces = (value[start : start + _PIECE] for start in range(0, len(value), _PIECE))
    return all(bool((piece == np.floor(piece)).all()) for piece in pieces)


def _missing(value: Floats, rows: Ints) -> list[tuple[int, float]]:
    """Return the row before each gap whose numbers are known, and the step between them.

    The numbers around it are as many of the smallest steps apart as their rows.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        ahead, apart = np.diff(value), np.diff(rows)
    if not len(ahead) or not (np.isfinite(ahead) & (ahead > 0)).any():
        return []
    step = float(ahead[ahead > 0].min())
    known = np.flatnonzero((apart > 1) & (ahead == step * apart))
    return [(int(rows[at]), step) for at in known]


def number(cell: str) -> float | None:
    """Return the number in a text cell; unlike Python, "2024_01" is not one."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return not_finite(cell)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return names with a number behind each repeated one."""
    seen: dict[str, int] = {}
    for name in names:
        free = name
        while free in seen:
            seen[name] += 1
            free = f"{name}.{seen[name]}"
        seen[free] = 0
    return tuple(seen)
