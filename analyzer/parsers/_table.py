"""Turn the columns of a table into points: axes, metrics, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.parsers._axes import axes_of, clock_of, filled_epoch, is_unnamed
from analyzer.parsers._column import LARGEST_STEP, Column, are_steps
from analyzer.parsers._not_evaluated import not_evaluated
from analyzer.parsers._own_axis import CALLS, AxisValues, OwnSteps, is_own_axis, steps_by_name
from analyzer.parsers._refused_tables import has_words, refuse_results
from analyzer.parsers._series import Points
from analyzer.parsers._setting_texts import scalar
from analyzer.parsers._within_epochs import counted_through
from analyzer.safe import secrets
from analyzer.safe.names import printable
from analyzer.stats.arrays import Bools, Floats, Ints

_SHOWN = 40  # characters of a cell in a message
_FEWEST_ROWS = 2  # one row alone repeats nothing
_LONGEST = 200  # characters of a setting in a cell
_LABELS = {
    *("run", "run_name", "run_id", "name", "id", "experiment", "experiment_name", "exp", "trial"),
    *("trial_id", "state", "status", "phase", "stage", "split", "mode", "set", "subset", "event"),
    *("time", "date", "datetime", "timestamp", "host", "hostname", "user", "username", "level"),
    *("node", "node_ip", "pid", "logger", "message", "msg", "type", "metric", "variable"),
    *("created", "experiment_tag", "log", "file", "path", "elapsed", "eta", "duration"),
}


@dataclass(frozen=True, eq=False)
class Table:
    """The points of a table, which column was which axis, and what was left out.

    ``settings`` are the columns that have the same text in every row.
    """

    points: tuple[Points, ...]
    axes: Mapping[str, str]
    passed_over: tuple[PassedOver, ...]
    issues: tuple[LogIssue, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


def read_table(
    columns: Sequence[Column],
    source: str,
    lines: Sequence[int] | None = None,
    *,
    rows_are_epochs: bool = True,
    is_log: bool = False,
    step: str = "",
    counts_through: bool = True,
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
    counts_through
        Whether a step that begins again with each epoch is counted through the run. Files of
        several splits have other numbers of batches and share only their epochs.
    """
    rows = len(columns[0]) if columns else 0
    columns = [_usable_axis(column) for column in columns]
    if counts_through:
        columns, through = counted_through(columns)
        step = step or through
    axes = axes_of(columns, step)
    aside = {*axes.values(), *_indices(columns, axes)}
    numeric = [
        column
        for column in columns
        if column.name not in aside and (column.is_numeric or _is_lost(column))
    ]
    clock = clock_of(columns, axes, rows)
    if not is_log:
        refuse_results(columns, numeric, axes, has_clock=not np.isnan(clock).all())
    counts = _count(columns, axes, source)
    own = _own_steps(numeric, axes)
    if own:
        axes["step"] = ", ".join(dict.fromkeys(steps.axis for steps in own.values()))
    epoch = counts.epoch
    if not rows_are_epochs and "epoch" not in axes:
        epoch = np.broadcast_to(np.nan, rows)
    left_out = not_evaluated(numeric, counts.step)
    place = np.arange(rows) if lines is None else np.array(lines, dtype=np.int64)
    points = []
    for column in numeric:
        steps = counts.step if column.is_full else counts.step[column.present]
        if column.name in own:
            steps = own[column.name].step
        tagged = _points(column, steps, epoch, clock, left_out.get(column.name))
        points.append(replace(tagged, place=place if column.is_full else place[column.present]))
    used = {*axes.values(), *(column.name for column in numeric)}
    if own:
        used.add(CALLS)
    left = [column for column in columns if column.name not in used]
    settings = {column.name: scalar(column.text[0]) for column in left if _is_setting(column)}
    passed_over = [_passed_over(column, settings) for column in left]
    issues = (
        *counts.issues,
        *_text_cells(numeric, source, lines),
        *_left_out_cells(left_out, source),
    )
    return Table(tuple(points), axes, tuple(passed_over), issues, settings)


def _points(
    column: Column, step: Ints, epoch: Floats, clock: Floats, not_evaluated: Bools | None
) -> Points:
    """Return the filled cells of a column; ``step`` has one number for each of them.

    Columns without blanks share their arrays instead of copying them.
    """
    value = column.value
    if not column.is_full:
        present = column.present
        epoch, clock, value = epoch[present], clock[present], value[present]
        not_evaluated = None if not_evaluated is None else not_evaluated[present]
    return Points(
        tag=column.name,
        split="",
        step=step,
        epoch=epoch,
        wall_time=clock,
        value=value,
        not_evaluated=not_evaluated,
    )


def _usable_axis(column: Column) -> Column:
    """Return an axis in which what no axis can be is a blank; other columns as they are.

    That is NaN, as the history of W&B has it, and in at most a quarter of the rows infinity or a
    number beyond 64 bits: one damaged cell must not cost the other rows their axis.
    """
    if not metrics.is_axis(column.name):
        return column
    if column.is_full and len(column) and are_steps(column.value):
        return column
    present = column.present & ~np.isnan(column.value)
    usable = present & (np.abs(column.value) < LARGEST_STEP)
    if 4 * int(usable.sum()) >= 3 * int(present.sum()):
        present = usable
    elif not np.isfinite(column.value).any():
        return column
    exact = {row: number for row, number in column.exact.items() if present[row]}
    return replace(column, present=present, exact=exact)


def _indices(columns: Sequence[Column], axes: Mapping[str, str]) -> list[str]:
    """Return the first column if it is pandas' index beside an axis with a name."""
    if not columns or not is_unnamed(columns[0].name) or columns[0].name in axes.values():
        return []
    is_index = bool({"step", "epoch"} & axes.keys()) and columns[0].can_be("step")
    return [columns[0].name] if is_index else []


def _is_setting(column: Column) -> bool:
    """Say whether a column has the same text in every row and is not a label of the run."""
    if len(column) < _FEWEST_ROWS or metrics.normal(column.name) in _LABELS:
        return False
    if metrics.is_judged(column.name) or metrics.is_axis(column.name) or not has_words(column):
        return False
    words = column.words()
    return words is not None and len(set(words)) == 1 and 0 < len(words[0]) <= _LONGEST


def _passed_over(column: Column, settings: Mapping[str, Any]) -> PassedOver:
    if column.is_numeric:
        return PassedOver(column.name, "index_column", {})
    if column.name in settings:
        shown = secrets.config({column.name: settings[column.name]})[column.name]
        value = printable(str(shown)[:_SHOWN])
        return PassedOver(column.name, "setting_column", {"value": value})
    reason = "empty_column"
    if column.text:
        reason = "text_column" if has_words(column) else "not_scalar"
    return PassedOver(column.name, reason, {"count": len(column.text)})


def _is_lost(column: Column) -> bool:
    """Say whether a column under the name of a loss or score has cells that were to be numbers.

    The name of a loss function is one word in every row, without a digit, and has no split.
    """
    if not column.text or not metrics.is_judged(column.name):
        return False
    if metrics.read(column.name).split and has_words(column):
        return True
    cells = set(column.text.values())
    return column.numbers > 0 or len(cells) > 1 or any(map(str.isdigit, "".join(cells)))


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


def _count(columns: Sequence[Column], axes: Mapping[str, str], source: str) -> _Counts:
    """Return the step and the epoch of each row, both counted from 0 if no column is an axis."""
    rows = len(columns[0]) if columns else 0
    by_name = {column.name: column for column in reversed(columns)}
    filled = {axis: by_name[axes[axis]].filled() for axis in ("step", "epoch") if axis in axes}
    issues = []
    for axis, numbers in filled.items():
        if numbers.blanks:
            key = "axis_filled"
            if filled.keys() == {"step", "epoch"} and axis == "epoch":
                key = "epoch_filled"
            values = {"name": printable(axes[axis]), "count": numbers.blanks}
            issues.append(LogIssue("info", source, key, values=values))
    if not filled:
        index = np.arange(rows, dtype=np.int64)
        return _Counts(index, index.astype(np.float64), issues)
    epoch = filled["epoch"].value if "epoch" in filled else np.broadcast_to(np.nan, rows)
    if filled.keys() == {"step", "epoch"}:
        epoch = filled_epoch(by_name[axes["epoch"]], by_name[axes["step"]])
    if "step" in filled:
        step = filled["step"].whole
    elif by_name[axes["epoch"]].can_be("step"):
        step = filled["epoch"].whole
    else:
        step = np.arange(rows, dtype=np.int64)
    return _Counts(step, epoch, issues)


def _left_out_cells(left_out: Mapping[str, Bools], source: str) -> list[LogIssue]:
    """Return an issue if NaN stands for "not evaluated"."""
    if not left_out:
        return []
    count = sum(int(rows.sum()) for rows in left_out.values())
    values = {"count": count, "series": len(left_out), "name": printable(next(iter(left_out)))}
    return [LogIssue("info", source, "not_evaluated", values=values)]


def _text_cells(
    columns: Sequence[Column], source: str, lines: Sequence[int] | None
) -> list[LogIssue]:
    """Return an issue for each metric column with cells that are not numbers."""
    issues = []
    for column in columns:
        if not column.text:
            continue
        row, cell = min(column.text.items())
        values: dict[str, Any] = {"name": printable(column.name), "cell": printable(cell[:_SHOWN])}
        at_end = _text_at_end(column) if metrics.is_judged(column.name) else []
        if at_end:
            values |= {"at_end": len(at_end), "end_cell": printable(at_end[0][:_SHOWN])}
        issues.append(
            LogIssue(
                "warning",
                source,
                "text_cells",
                position=None if lines is None else lines[row],
                kept=column.numbers,
                lost=len(column.text),
                values=values,
            )
        )
    return issues


def _text_at_end(column: Column) -> list[str]:
    """Return the cells of text behind the last number, none if they are nothing unusual.

    One may be half a number of a killed process; what also stands between numbers, as where a row
    has no evaluation, says nothing of the end.
    """
    numbers = np.flatnonzero(column.present)
    rows = sorted(column.text)
    place = np.searchsorted(numbers, rows)
    behind = np.bincount(place, minlength=len(numbers) + 1)
    if not len(numbers) or behind[-1] <= max(1, int(behind[1:-1].max(initial=0))):
        return []
    return [column.text[row] for row in rows[-int(behind[-1]) :]]
