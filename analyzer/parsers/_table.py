"""Columns of cells to points: which column is the step, the epoch and the clock, and which are metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.run import LogIssue
from analyzer.parsers._series import Points
from analyzer.safe.names import printable
from analyzer.stats.arrays import Bools, Floats, Ints

_UNNAMED = ("", "unnamed_0", "index")
_LARGEST_STEP = 2**62
_EARLIEST_CLOCK = 1e8  # seconds since 1970: 1973; a smaller number counts from the start of the run
NUMERIC_SHARE = 0.5  # a column with fewer numbers among its cells is text


@dataclass(frozen=True, eq=False)
class Column:
    """One column: numbers, where it has a point, and the text cells that are no number (row -> cell).

    ``exact`` holds the whole numbers that a float may not (row -> number, from 2^53 on).
    """

    name: str
    value: Floats
    present: Bools
    text: Mapping[int, str] = field(default_factory=dict)
    exact: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_numeric(self) -> bool:
        return bool(self.present.any()) and self.present.sum() >= NUMERIC_SHARE * (
            self.present.sum() + len(self.text)
        )

    def can_be(self, axis: str) -> bool:
        """Say whether the numbers can be an axis: none missing but blanks, and steps are whole."""
        value = self.value[self.present]
        if not self.is_numeric or not np.isfinite(value).all():
            return False
        return axis != "step" or bool(
            (value == np.floor(value)).all() and np.abs(value).max() < _LARGEST_STEP
        )

    def filled(self) -> tuple[Floats, Ints, int]:
        """Carry the last number over blanks, the first one back to the start.

        Returns the numbers, the same as integers (0 where one is too large for a step), and how many were blank.
        """
        known = np.flatnonzero(self.present)
        rows = np.arange(len(self.value))
        source = known[np.clip(np.searchsorted(known, rows, side="right") - 1, 0, None)]
        whole = np.where(np.abs(self.value) < _LARGEST_STEP, self.value, 0).astype(np.int64)
        for row, number in self.exact.items():
            whole[row] = number
        return self.value[source], whole[source], int((~self.present).sum())


@dataclass(frozen=True, eq=False)
class Table:
    """The points of a table, which column was which axis, and what was left aside."""

    points: tuple[Points, ...]
    axes: Mapping[str, str]
    passed_over: tuple[tuple[str, str, Mapping[str, Any]], ...]
    issues: tuple[LogIssue, ...]


def read_table(
    columns: Sequence[Column],
    source: str,
    lines: Sequence[int] | None = None,
    *,
    rows_are_epochs: bool = True,
    is_log: bool = False,
) -> Table:
    """Turn columns into points. ``lines`` gives the line of each row, for issues.

    ``rows_are_epochs`` says what is counted, from 0, where no column counts anything. Raises NotThisFormat where the
    table is no log, unless ``is_log`` says that it is: no axis and no metric that anyone would know, or one row a
    result.
    """
    rows = len(columns[0].value) if columns else 0
    axes = _axes(columns)
    numeric = [one for one in columns if one.is_numeric and one.name not in axes.values()]
    clock = _clock(columns, axes, rows)
    if not is_log:
        _refuse_results(columns, numeric, axes, has_clock=not np.isnan(clock).all())
    step, epoch, issues = _count(columns, axes, rows, source)
    if not rows_are_epochs and "epoch" not in axes:
        epoch = np.full(rows, np.nan)
    points = tuple(
        Points(
            one.name,
            "",
            step[one.present],
            epoch[one.present],
            clock[one.present],
            one.value[one.present],
        )
        for one in numeric
    )
    used = {*axes.values(), *(one.name for one in numeric)}
    passed_over = tuple(
        (one.name, "text_column" if one.text else "empty_column", {"count": len(one.text)})
        for one in columns
        if one.name not in used
    )
    return Table(points, axes, passed_over, (*issues, *_text_cells(numeric, source, lines)))


def _refuse_results(
    columns: Sequence[Column],
    numeric: Sequence[Column],
    axes: Mapping[str, str],
    *,
    has_clock: bool,
) -> None:
    """Raise NotThisFormat where a table is no log."""
    if not numeric or not (axes or any(_is_known(one.name) for one in numeric)):
        raise NotThisFormat("no_metric")
    if {"step", "epoch"} & axes.keys() or has_clock:
        return
    if any(one.text and not one.is_numeric for one in columns):
        raise NotThisFormat("table_of_results")


def _is_known(name: str) -> bool:
    metric = metrics.read(name).metric
    return metrics.kind(metric) is not None


def _axes(columns: Sequence[Column]) -> dict[str, str]:
    """Return which column is the step, the epoch and the wall time, by name and content."""
    by_name = {metrics.normal(one.name): one for one in reversed(columns)}
    axes = {}
    for axis, names in (("step", metrics.STEP_AXES), ("epoch", metrics.EPOCH_AXES)):
        found = next(
            (by_name[name] for name in names if name in by_name and by_name[name].can_be(axis)),
            None,
        )
        if found is not None:
            axes[axis] = found.name
    for name in metrics.WALL_TIME_AXES:
        column = by_name.get(name)
        if (
            column is not None
            and column.can_be("wall_time")
            and column.value[column.present].min() > _EARLIEST_CLOCK
        ):
            axes.setdefault("wall_time", column.name)
    if {"step", "epoch"} <= axes.keys() and _starts_anew(
        *(_named(columns, axes[one]) for one in ("step", "epoch"))
    ):
        del axes["step"]
    if not axes.keys() & {"step", "epoch"} and columns and _is_index(columns[0]):
        axes["step"] = columns[0].name
    return axes


def _starts_anew(step: Column, epoch: Column) -> bool:
    """Say whether a step counts within an epoch: the epoch goes on wherever it goes back, or it never changes."""
    change = np.diff(step.filled()[0])
    goes_on = np.diff(epoch.filled()[0]) > 0
    back = change < 0
    if not back.any():
        return bool(len(change)) and not change.any() and bool(goes_on.all())
    return bool(goes_on[back].all())


def _named(columns: Sequence[Column], name: str) -> Column:
    return next(one for one in columns if one.name == name)


def _is_index(column: Column) -> bool:
    return (
        metrics.normal(column.name) in _UNNAMED
        and column.can_be("step")
        and bool(column.present.all())
        and np.array_equal(column.value, np.arange(len(column.value)) + column.value[0])
    )


def _clock(columns: Sequence[Column], axes: Mapping[str, str], rows: int) -> Floats:
    """Return the wall time of each row from a column of seconds or of ISO dates, NaN where there is none."""
    for one in columns:
        if one.name == axes.get("wall_time"):
            return np.where(one.present, one.value, np.nan)
        if one.text and not one.is_numeric and len(one.text) == rows:
            times = [_date(cell) for _, cell in sorted(one.text.items())]
            if None not in times:
                return np.array(times, dtype=np.float64)
    return np.full(rows, np.nan)


def _date(cell: str) -> float | None:
    try:
        when = datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _count(
    columns: Sequence[Column], axes: Mapping[str, str], rows: int, source: str
) -> tuple[Ints, Floats, list[LogIssue]]:
    """Return the step and the epoch of each row; where the table has none they count from 0."""
    issues = []
    filled = {
        axis: _named(columns, axes[axis]).filled() for axis in ("step", "epoch") if axis in axes
    }
    for axis, (_, _, blank) in filled.items():
        if blank:
            issues.append(
                LogIssue(
                    "info",
                    source,
                    "axis_filled",
                    values={"name": printable(axes[axis]), "count": blank},
                )
            )
    index = np.arange(rows, dtype=np.int64)
    if not filled:
        return index, index.astype(np.float64), issues
    epoch = filled["epoch"][0] if "epoch" in filled else np.full(rows, np.nan)
    if "step" in filled:
        return filled["step"][1], epoch, issues
    return (
        filled["epoch"][1] if _named(columns, axes["epoch"]).can_be("step") else index,
        epoch,
        issues,
    )


def _text_cells(
    columns: Sequence[Column], source: str, lines: Sequence[int] | None
) -> list[LogIssue]:
    """Report the cells of metric columns that are no number."""
    issues = []
    for one in columns:
        if one.text:
            row, cell = min(one.text.items())
            line = None if lines is None else lines[row]
            values = {"name": printable(one.name), "cell": printable(cell[:40])}
            kept, lost = int(one.present.sum()), len(one.text)
            issues.append(
                LogIssue("warning", source, "text_cells", line, kept, lost, values=values)
            )
    return issues
