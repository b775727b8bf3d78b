"""What a line of console output says: which of its numbers are metrics, which are axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from analyzer.stats.arrays import Floats, Ints

VALUE, EPOCH, STEP, COUNT, TOTAL = "value", "epoch", "step", "count", "total"
TIME, STAMP, PLANNED = "time", "stamp", "planned"  # beside the numbers that are judged
ASIDE = frozenset((TIME, STAMP, PLANNED))
BAR, TEST = "bar", "test"  # roles of lines without a number of their own
Path = tuple[str, ...]  # the labels before a number: ("student",) of "[student] loss 0.5"
BETWEEN = "between"  # the path of a step that stands between a metric and ":", or a label there
AT_PLACE = "_iter"  # the name of the step, or the rank, behind "results@"
ROUND = "round"  # the name of a step that has none: "[20]  train-rmse: 0.5"


class Span(NamedTuple):
    """A stretch of a line in bytes."""

    start: int
    end: int


class Part(NamedTuple):
    """A number within a time and how many seconds its unit has: the hours of "1:02:03"."""

    span: Span
    factor: float


class Field(NamedTuple):
    """One number of a line: its role, the split and name of a value, and where it stands.

    ``over`` is the place of a second number that divides it ("correct 95/100").
    ``rank`` orders the axes of a line: the lowest is the one that counts most. ``parts`` are those
    of a time; the first three of a date are year, month and day.
    """

    role: str
    name: str
    span: Span
    split: str = ""
    over: Span | None = None
    rank: int = 0
    path: Path = ()
    parts: tuple[Part, ...] = ()


class Key(NamedTuple):
    """A column: its role, the split and the name of its values, the rank of an axis, its labels."""

    role: str
    name: str = ""
    split: str = ""
    rank: int = 0
    path: Path = ()


class Cells(NamedTuple):
    """The numbers of a column and the line of each, in the order of the lines."""

    rows: Ints
    values: Floats


@dataclass(frozen=True)
class Plan:
    """How to read all lines of one shape (the same but for their digits).

    ``is_bar`` says that the line shows how far a progress bar is, ``header`` is the names of a
    table's columns, ``cells`` are the cells of what may be a row of a table. ``fixed`` are the
    stretches whose digits belong to a name: a line that differs there is another shape.
    """

    fields: tuple[Field, ...] = ()
    is_bar: bool = False
    is_test: bool = False  # a batch of an evaluation
    header: tuple[str, ...] = ()
    cells: tuple[Span, ...] = ()
    fixed: tuple[Span, ...] = ()
    section: str = ""  # the split that the line is the heading of

    @property
    def is_empty(self) -> bool:
        """Whether lines of the shape say nothing."""
        return not (self.fields or self.header or self.cells or self.section)

    def having(self, fields: Sequence[Field]) -> Plan:
        """Return the plan with more fields."""
        return replace(self, fields=(*self.fields, *fields))


def without_lesser_axes(fields: Sequence[Field]) -> list[Field]:
    """Return the fields of a line with one axis of each kind, the one that counts most."""
    best: dict[str, Field] = {}
    kept = {VALUE, *ASIDE}
    for found in fields:
        if found.role not in kept and (
            found.role not in best or found.rank < best[found.role].rank
        ):
            best[found.role] = found
    return [found for found in fields if found.role in kept or best[found.role] is found]
