"""Turn the columns of a table into points: axes, metrics, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.model.meta import PassedOver
from analyzer.model.run import LogIssue
from analyzer.parsers._axes import axes_of, clock_of
from analyzer.parsers._column import Column, Filled
from analyzer.parsers._epoch_rows import following, opens_epoch
from analyzer.parsers._own_axis import CALLS, AxisValues, OwnSteps, is_own_axis, steps_by_name
from analyzer.parsers._series import Points
from analyzer.safe.names import printable
from analyzer.stats.arrays import Floats, Ints

_SHOWN = 40  # characters of a cell in a message


@dataclass(frozen=True, eq=False)
class Table:
    """The points of a table, which column was which axis, and what was left out."""

    points: tuple[Points, ...]
    axes: Mapping[str, str]
    passed_over: tuple[PassedOver, ...]
    issues: tuple[LogIssue, ...]


def read_table(
    columns: Sequence[Column],
    source: str,
    lines: Sequence[int] | None = None,
    *,
    rows_are_epochs: bool = True,
    is_log: bool = False,
    step: str = "",
) -> Table:
    """Turn columns into points.

    Parameters
    ----------
    lines
        The line of each row, for issues.
    rows_are_epochs
        Whether rows count epochs (from 0) rather than steps if no column is an axis.
    is_log
        Whether the table is known to be a log. If not, NotThisFormat is raised if it has neither
        an axis nor a known metric, or if each row is the result of another run.
    step
        The column that counts steps, if the format says which.
    """
    rows = len(columns[0]) if columns else 0
    axes = axes_of(columns, step)
    numeric = [
        column for column in columns if column.is_numeric and column.name not in axes.values()
    ]
    clock = clock_of(columns, axes, rows)
    if not is_log:
        _refuse_results(columns, numeric, axes, has_clock=not np.isnan(clock).all())
    counts = _count(columns, axes, numeric, source)
    own = _own_steps(numeric, axes)
    if own:
        axes["step"] = ", ".join(dict.fromkeys(steps.axis for steps in own.values()))
    epoch = counts.epoch
    if not rows_are_epochs and "epoch" not in axes:
        epoch = np.full(rows, np.nan)
    points = [
        Points(
            tag=column.name,
            split="",
            step=own[column.name].step if column.name in own else counts.step[column.present],
            epoch=epoch[column.present],
            wall_time=clock[column.present],
            value=column.value[column.present],
        )
        for column in numeric
    ]
    used = {*axes.values(), *(column.name for column in numeric)}
    if own:
        used.add(CALLS)
    passed_over = [_passed_over(column) for column in columns if column.name not in used]
    issues = (*counts.issues, *_text_cells(numeric, source, lines))
    return Table(tuple(points), axes, tuple(passed_over), issues)


def _passed_over(column: Column) -> PassedOver:
    reason = "text_column" if column.text else "empty_column"
    return PassedOver(column.name, reason, {"count": len(column.text)})


def _refuse_results(
    columns: Sequence[Column],
    numeric: Sequence[Column],
    axes: Mapping[str, str],
    *,
    has_clock: bool,
) -> None:
    """Raise NotThisFormat if a table is not a log."""
    if not numeric or not (axes or any(_is_known(column.name) for column in numeric)):
        raise NotThisFormat("no_metric")
    if {"step", "epoch"} & axes.keys() or has_clock:
        return
    if any(column.text and not column.is_numeric for column in columns):
        raise NotThisFormat("table_of_results")


def _is_known(name: str) -> bool:
    return metrics.kind(metrics.read(name).metric) is not None


def _own_steps(numeric: Sequence[Column], axes: Mapping[str, str]) -> dict[str, OwnSteps]:
    """Return the steps of the columns of W&B's history, whose ``_step`` counts calls of log()."""
    if axes.get("step") != CALLS:
        return {}
    candidates = {
        column.name: AxisValues(np.flatnonzero(column.present), column.value[column.present])
        for column in numeric
        if is_own_axis(column.name)
    }
    rows = {
        column.name: np.flatnonzero(column.present)
        for column in numeric
        if column.name not in candidates
    }
    return steps_by_name(rows, candidates)


class _Counts(NamedTuple):
    """The step and the epoch of each row."""

    step: Ints
    epoch: Floats
    issues: list[LogIssue]


def _count(
    columns: Sequence[Column], axes: Mapping[str, str], numeric: Sequence[Column], source: str
) -> _Counts:
    """Return the step and the epoch of each row, both counted from 0 if no column is an axis."""
    rows = len(columns[0]) if columns else 0
    by_name = {column.name: column for column in reversed(columns)}
    filled = {axis: by_name[axes[axis]].filled() for axis in ("step", "epoch") if axis in axes}
    if len(filled) == 2:
        filled["epoch"] = _with_following(filled["epoch"], by_name[axes["epoch"]], numeric)
    issues = []
    for axis, numbers in filled.items():
        if numbers.blanks:
            values = {"name": printable(axes[axis]), "count": numbers.blanks}
            issues.append(LogIssue("info", source, "axis_filled", values=values))
    index = np.arange(rows, dtype=np.int64)
    if not filled:
        return _Counts(index, index.astype(np.float64), issues)
    epoch = filled["epoch"].value if "epoch" in filled else np.full(rows, np.nan)
    step = index
    if "step" in filled:
        step = filled["step"].whole
    elif by_name[axes["epoch"]].can_be("step"):
        step = filled["epoch"].whole
    return _Counts(step, epoch, issues)


def _with_following(filled: Filled, epoch: Column, numeric: Sequence[Column]) -> Filled:
    """Return the epochs of rows, those that open an epoch taken from the row that follows."""
    opens = opens_epoch(epoch, numeric)
    if not opens.any():
        return filled
    value = np.where(opens, following(epoch.value, epoch.present), filled.value)
    return Filled(value, filled.whole, filled.blanks - int(opens.sum()))


def _text_cells(
    columns: Sequence[Column], source: str, lines: Sequence[int] | None
) -> list[LogIssue]:
    """Return an issue for each metric column with cells that are not numbers."""
    issues = []
    for column in columns:
        if not column.text:
            continue
        row, cell = min(column.text.items())
        issues.append(
            LogIssue(
                "warning",
                source,
                "text_cells",
                position=None if lines is None else lines[row],
                kept=int(column.present.sum()),
                lost=len(column.text),
                values={"name": printable(column.name), "cell": printable(cell[:_SHOWN])},
            )
        )
    return issues
