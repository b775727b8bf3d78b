"""Columns of cells to points: which column is the step, the epoch and the clock, and which are metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model import Bools, Floats, Ints, LogIssue
from analyzer.parsers._series import Points

_UNNAMED = ("", "unnamed_0", "index")
_EARLIEST_CLOCK = 1e8  # seconds since 1970: 1973; a smaller number counts from the start of the run
NUMERIC_SHARE = 0.5  # a column with fewer numbers among its cells is text


@dataclass(frozen=True, eq=False)
class Column:
    """One column: numbers, where it has a point, and the text cells that are no number (row -> cell, or a count)."""

    name: str
    value: Floats
    present: Bools
    text: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_numeric(self) -> bool:
        return bool(self.present.any()) and self.present.sum() >= NUMERIC_SHARE * (self.present.sum() + len(self.text))

    @property
    def counts(self) -> bool:
        """Say whether the numbers can be a step or an epoch: whole, none missing but blanks."""
        value = self.value[self.present]
        return self.is_numeric and bool(np.isfinite(value).all())


@dataclass(frozen=True, eq=False)
class Table:
    """The points of a table, which column was which axis, and what was left aside."""

    points: tuple[Points, ...]
    axes: Mapping[str, str]
    passed_over: tuple[tuple[str, str, Mapping[str, Any]], ...]
    issues: tuple[LogIssue, ...]


def read_table(
    columns: Sequence[Column], source: str, lines: Sequence[int] | None = None, *, rows_are_epochs: bool = True
) -> Table:
    """Turn columns into points. ``lines`` gives the line of each row, for issues.

    ``rows_are_epochs`` says what is counted, from 0, where no column counts anything. Raises NotThisFormat where the
    table is no log: no axis and no metric that anyone would know, or one row a result.
    """
    rows = len(columns[0].value) if columns else 0
    axes = _axes(columns)
    numeric = [one for one in columns if one.is_numeric and one.name not in axes.values()]
    known = [one for one in numeric if _is_known(one.name)]
    if not numeric or not (known or axes):
        raise NotThisFormat("no_metric")
    clock = _clock(columns, axes, rows)
    if (
        not {"step", "epoch"} & axes.keys()
        and np.isnan(clock).all()
        and any(one.text and not one.is_numeric for one in columns)
    ):
        raise NotThisFormat("table_of_results")
    step, epoch, issues = _count(columns, axes, rows, source)
    if not rows_are_epochs and "epoch" not in axes:
        epoch = np.full(rows, np.nan)
    points = tuple(
        Points(one.name, "", step[one.present], epoch[one.present], clock[one.present], one.value[one.present])
        for one in numeric
    )
    used = {*axes.values(), *(one.name for one in numeric)}
    passed_over = tuple(
        (one.name, "text_column" if one.text else "empty_column", {"count": len(one.text)})
        for one in columns
        if one.name not in used
    )
    return Table(points, axes, passed_over, (*issues, *_text_cells(numeric, source, lines)))


def _is_known(name: str) -> bool:
    metric = metrics.read(name).metric
    return metrics.kind(metric) is not None


def _axes(columns: Sequence[Column]) -> dict[str, str]:
    """Return which column is the step, the epoch and the wall time, by name and content."""
    by_name = {metrics.normal(one.name): one for one in reversed(columns)}
    axes = {}
    for axis, names in (("step", metrics.STEP_AXES), ("epoch", metrics.EPOCH_AXES)):
        found = next((by_name[name] for name in names if name in by_name and by_name[name].counts), None)
        if found is not None:
            axes[axis] = found.name
    for name in metrics.WALL_TIME_AXES:
        column = by_name.get(name)
        if column is not None and column.is_numeric and np.nanmin(column.value[column.present]) > _EARLIEST_CLOCK:
            axes.setdefault("wall_time", column.name)
    if not axes.keys() & {"step", "epoch"} and columns and _is_index(columns[0]):
        axes["step"] = columns[0].name
    return axes


def _is_index(column: Column) -> bool:
    return (
        metrics.normal(column.name) in _UNNAMED
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
    by_name = {one.name: one for one in columns}
    issues: list[LogIssue] = []
    filled: dict[str, Floats] = {}
    for axis in ("step", "epoch"):
        if axis in axes:
            filled[axis], missing = _fill(by_name[axes[axis]])
            if missing:
                issues.append(LogIssue("info", source, "axis_filled", values={"name": axes[axis], "count": missing}))
    index = np.arange(rows, dtype=np.int64)
    epoch = filled.get("epoch", np.full(rows, np.nan))
    count = filled.get("step", epoch)
    if np.isnan(count).any():
        return index, index.astype(np.float64), issues
    if not np.array_equal(count, np.floor(count)) or np.abs(count).max(initial=0) >= 2**62:
        return index, epoch if "epoch" in filled else count, issues
    return count.astype(np.int64), epoch, issues


def _fill(column: Column) -> tuple[Floats, int]:
    """Carry the last known number of an axis over blanks, the first one back to the start; return how many."""
    known = np.flatnonzero(column.present)
    rows = np.arange(len(column.value))
    last = known[np.clip(np.searchsorted(known, rows, side="right") - 1, 0, None)]
    return column.value[last], int((~column.present).sum())


def _text_cells(columns: Sequence[Column], source: str, lines: Sequence[int] | None) -> list[LogIssue]:
    """Report the cells of metric columns that are no number."""
    issues = []
    for one in columns:
        if one.text:
            row, cell = min(one.text.items())
            issues.append(
                LogIssue("warning", source, "text_cells", None if lines is None else lines[row],
                         int(one.present.sum()), len(one.text), values={"name": one.name, "cell": cell[:40]})
            )  # fmt: skip
    return issues
