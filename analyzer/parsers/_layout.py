"""Tables that are not one column a metric and one run: long layouts, a split column, a run column, appended runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analyzer import metrics
from analyzer.parsers._table import Column
from analyzer.stats.arrays import Bools

_METRIC_COLUMNS = {"metric", "metrics", "metric_name", "name", "tag", "variable", "key", "measure"}
_VALUE_COLUMNS = {"value", "values", "metric_value"}
_RUN_COLUMNS = (
    "run",
    "run_name",
    "run_id",
    "experiment",
    "experiment_name",
    "exp",
    "trial",
    "trial_id",
)
MOST_APPENDED = 50  # a step that goes back more often counts within something, not through runs
FEWEST_ROWS = (
    3  # fewer rows after a step that went back to its start are an evaluation, not another run
)


@dataclass(frozen=True, eq=False)
class Part:
    """The rows of one run in a table: its label ("" for the only one) and the columns, one a metric."""

    label: str
    columns: list[Column]
    rows: list[int]


def parts_of(columns: Sequence[Column], headers: Sequence[int] = ()) -> list[Part]:
    """Return the runs of a table, each with one column a metric; ``headers`` are the rows before which a header stood.

    A column of run names separates runs. Without one, a step or epoch that goes back to its first value begins another
    run, unless a header stands there (a restart of the same run) or a column of text changes there (a phase of it).
    """
    wide = _by_split(_pivoted(list(columns)))
    groups = list(_run_rows(wide)) or list(_appended_rows(wide, headers))
    if len(groups) < 2:
        return [Part("", wide, list(range(_rows(wide))))]
    return [
        Part(label, [_taken(one, rows) for one in wide], rows.tolist()) for label, rows in groups
    ]


def _rows(columns: Sequence[Column]) -> int:
    return len(columns[0].value) if columns else 0


def _words(column: Column) -> list[str] | None:
    """Return the cells of a column that holds a word in every row, else None."""
    if column.present.any() or len(column.text) < len(column.value) or not len(column.value):
        return None
    return [column.text[row].strip() for row in range(len(column.value))]


def _pivoted(columns: list[Column]) -> list[Column]:
    """Turn a long table (metric, value) into one column a metric; any other table stays as it is."""
    names = next(
        (one for one in columns if metrics.normal(one.name) in _METRIC_COLUMNS and _words(one)),
        None,
    )
    values = next(
        (one for one in columns if metrics.normal(one.name) in _VALUE_COLUMNS and one.is_numeric),
        None,
    )
    if names is None or values is None:
        return columns
    labels = np.array(_words(names))
    made = [_where(values, label, labels == label) for label in dict.fromkeys(labels.tolist())]
    return [one for one in columns if one is not names and one is not values] + made


def _by_split(columns: list[Column]) -> list[Column]:
    """Give each metric a column for each split where a column of words says which split a row is of."""
    says = next((one for one in columns if _says_split(one)), None)
    if says is None:
        return columns
    cells = np.array([metrics.SPLITS[word.lower()] for word in _words(says) or ()])
    splits = list(dict.fromkeys(cells.tolist()))
    out = []
    for one in columns:
        if one is says:
            continue
        if not one.is_numeric or metrics.is_axis(one.name) or metrics.read(one.name).split:
            out.append(one)
        else:
            out += [_where(one, f"{split}/{one.name}", cells == split) for split in splits]
    return out


def _says_split(column: Column) -> bool:
    words = _words(column)
    return words is not None and all(word.lower() in metrics.SPLITS for word in words)


def _where(column: Column, name: str, rows: Bools) -> Column:
    """Return a column under another name that holds only some rows."""
    text = {row: cell for row, cell in column.text.items() if rows[row]}
    exact = {row: number for row, number in column.exact.items() if rows[row]}
    return Column(name, column.value, column.present & rows, text, exact)


def _run_rows(
    columns: Sequence[Column],
) -> Iterator[tuple[str, np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    """Yield (label, rows) for each run that a column names, where one of them has more rows than one."""
    for wanted in _RUN_COLUMNS:
        for one in columns:
            if metrics.normal(one.name) != wanted:
                continue
            words = _words(one)
            if words is None and one.present.all() and len(one.value):
                words = [f"{value:g}" for value in one.value]
            labels = dict.fromkeys(words or ())
            if len(labels) < 2 or len(labels) == len(words or ()):
                continue
            cells = np.array(words)
            yield from ((label, np.flatnonzero(cells == label)) for label in labels)
            return


def _appended_rows(
    columns: Sequence[Column], headers: Sequence[int]
) -> Iterator[tuple[str, np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    """Yield ("#number", rows) for each run of a table to whose end others were appended."""
    axis = next(
        (one for one in columns if _counts_the_run(one) and one.present.all() and len(one.value)),
        None,
    )
    if axis is None or any(_words(one) for one in columns):
        return
    back = np.flatnonzero((np.diff(axis.value) < 0) & (axis.value[1:] <= axis.value[0])) + 1
    starts = [0, *(int(row) for row in back if int(row) not in headers)]
    bounds = [*starts, len(axis.value)]
    if not 2 <= len(starts) <= MOST_APPENDED or min(np.diff(bounds)) < FEWEST_ROWS:
        return
    for number, (low, high) in enumerate(pairwise(bounds), 1):
        yield f"#{number}", np.arange(low, high)


def _counts_the_run(column: Column) -> bool:
    """Say whether a column counts through a whole run: a batch or an iteration begins anew with each epoch."""
    return metrics.is_axis(column.name) and not metrics.normal(column.name).startswith(
        ("batch", "iter")
    )


def _taken(column: Column, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Column:
    """Return some rows of a column."""
    place = {int(row): at for at, row in enumerate(rows)}
    text = {place[row]: cell for row, cell in column.text.items() if row in place}
    exact = {place[row]: number for row, number in column.exact.items() if row in place}
    return Column(column.name, column.value[rows], column.present[rows], text, exact)
