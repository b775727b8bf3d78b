"""Read tables in other layouts: long tables, split columns, run columns, runs appended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.parsers._appended import is_series, leader_of, run_starts
from analyzer.parsers._axes import is_unnamed
from analyzer.parsers._column import Column, are_steps
from analyzer.parsers._fold_names import fold_label, is_fold_column
from analyzer.parsers._phases import has_evaluations, joined_phases, phases_issue
from analyzer.parsers._run_columns import RUN_COLUMNS, SEEDS, WEAK_RUN_COLUMNS, may_name_runs
from analyzer.parsers._split_flags import with_flags_as_words, without_flags
from analyzer.parsers._trainings import trainings_of
from analyzer.safe.names import printable
from analyzer.stats.arrays import Ints

_METRIC_COLUMNS = {"metric", "metrics", "metric_name", "metricname", "name", "tag", "variable"}
_METRIC_COLUMNS |= {"key", "measure"}
_LIKE_METRICS = {"series", "curve"}  # they may name runs as well: their words decide
_VALUE_COLUMNS = {"value", "values", "metric_value", "metricvalue", "valor"}
# different numbers of a setting that a long table repeats: a seed or a batch size has few of them,
# a column with more counts or measures something and may have its own in each row
_MOST_APART = 100
_PER_EPOCH = ("batch", "iter")  # such counters begin again with each epoch


@dataclass(frozen=True, eq=False)
class Part:
    """The rows of one run in a table, one column per metric; ``label`` is "" for the only run.

    ``phases`` has the names of the phases whose axis was continued, if the run has more than one.
    ``unsure`` are metrics of a long table that may be of another of its runs.
    """

    label: str
    columns: list[Column]
    rows: Sequence[int]
    phases: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()

    def issues(self, source: str) -> list[LogIssue]:
        """Return what is to be told of how the rows were read."""
        issues = [phases_issue(self.phases, source)] if self.phases else []
        if self.unsure:
            name = printable(self.unsure[0])
            values = {"name": name, "count": len(self.unsure), "run": self.label}
            issues.append(LogIssue("info", source, "run_unsaid", values=values))
        return issues


class RunRows(NamedTuple):
    """The rows of a table that belong to one run; ``named_by`` is the column that says so."""

    label: str
    rows: Ints
    named_by: str = ""  # the column of the run's name, unless it is a setting
    unsure: tuple[str, ...] = ()


def parts_of(columns: Sequence[Column], headers: Sequence[int] = ()) -> list[Part]:
    """Return the runs of a table, each with one column per metric.

    A column of run names separates runs. Without one, a step or epoch that goes back to its first
    value begins another run, unless a header is repeated there (a restart of the same run) or a
    column of words changes there (a phase of it). ``headers`` are the rows before which a header
    was repeated.
    """
    columns = list(columns)
    wide = _by_split(_pivoted(columns))
    runs = named_runs(wide)
    if len(runs) < 2:
        joined = joined_phases(wide)
        if joined is not None:
            return [Part("", joined.columns, range(len(wide[0])), joined.phases)]
        runs = list(_appended_rows(wide, headers, is_long=wide is not columns))
    if len(runs) < 2:
        rows = len(wide[0]) if wide else 0
        return [Part("", wide, range(rows))]
    names = {run.named_by for run in runs}  # a number there is a name, too, and no metric
    wide = [column for column in wide if column.name not in names or not column.is_numeric]
    parts = []
    for run in runs:
        taken = [column.taken(run.rows) for column in wide]
        parts.append(Part(run.label, taken, run.rows.tolist(), unsure=run.unsure))
    return parts


def named_runs(columns: Sequence[Column]) -> list[RunRows]:
    """Return the rows of the runs that columns name, together if there are several: model, seed."""
    runs = list(_run_rows(columns)) or list(_training_rows(columns))
    found = []
    for run in runs:
        rest = [column for column in columns if column.name != run.named_by]
        inner = named_runs([column.taken(run.rows) for column in rest])
        if len(inner) < 2:
            found.append(run)
        for own in inner if len(inner) > 1 else ():
            label = joined_label(run.label, own.label)
            found.append(RunRows(label, run.rows[own.rows], run.named_by or own.named_by))
    return found


def joined_label(outer: str, inner: str) -> str:
    """Return the name of a run from two labels, that of a fold ("/fold_1") at its end."""
    if outer.startswith("/"):
        outer, inner = inner, outer
    return f"{outer}{inner}" if inner.startswith("/") else f"{outer} {inner}"


def _pivoted(columns: list[Column]) -> list[Column]:
    """Turn a long table (metric, value) into one column per metric; return others unchanged."""
    names = values = None
    for column in columns:
        name = metrics.normal(column.name)
        if names is None and _names_metrics(name, column):
            names = column
        if values is None and name in _VALUE_COLUMNS and column.is_numeric:
            values = column
    if names is not None and values is None:
        values = _only_values(columns, names)
    if names is None or values is None:
        return columns
    labels = np.array(names.words())
    usual = labels == Counter(labels.tolist()).most_common(1)[0][0]
    wide = [
        column.masked(column.name, usual) if _is_said_again(column) else column
        for column in columns
        if column is not names and column is not values
    ]
    for label in dict.fromkeys(labels.tolist()):
        wide.append(values.masked(label, labels == label))
    return wide


def _names_metrics(name: str, column: Column) -> bool:
    """Say whether a column of words names the metric of each row."""
    words = column.words()
    if words is None:
        return False
    return name in _METRIC_COLUMNS or (name in _LIKE_METRICS and any(map(metrics.is_judged, words)))


def _is_said_again(column: Column) -> bool:
    """Say whether a column of few numbers is said for each metric anew: a seed, a batch size."""
    name = metrics.normal(column.name)
    if not column.is_numeric or not column.is_full or metrics.is_axis(column.name):
        return False
    if name in metrics.WALL_TIME_AXES or name in RUN_COLUMNS or is_unnamed(column.name):
        return False
    values = len(np.unique(column.value))
    if name in SEEDS and values > 1:  # which name runs
        return False
    return are_steps(column.value) and values < _MOST_APART


def _only_values(columns: Sequence[Column], names: Column) -> Column | None:
    """Return the only column of numbers beside names of losses and scores, if there is one."""
    if not any(map(metrics.is_judged, set(names.words() or ()))):
        return None
    found = [column for column in columns if is_series(column)]
    return found[0] if len(found) == 1 else None


def _by_split(columns: list[Column]) -> list[Column]:
    """Divide each metric by split if a column of words names the split of each row.

    Words of phases (warmup) may stand beside those of evaluations: they are the training.
    """
    is_named = any(_names_splits(column) and _changes(column) for column in columns)
    columns = without_flags(columns) if is_named else with_flags_as_words(columns)
    splits_only = max(filter(_names_splits, columns), key=_changes, default=None)
    split_column = splits_only or next(filter(has_evaluations, columns), None)
    if split_column is None:
        return columns
    words = split_column.words() or []
    cells = np.array([metrics.cell_place(_last_part(word)) or "train" for word in words])
    splits = list(dict.fromkeys(cells.tolist()))
    divided = []
    for column in columns:
        name = column.name
        if column is splits_only:
            continue
        is_shared = metrics.is_axis(name) or is_unnamed(name) or may_name_runs(name)
        if not column.is_numeric or is_shared or metrics.read(name).split:
            divided.append(column)
            continue
        for split in splits:
            divided.append(column.masked(f"{split}/{name}", cells == split))
    return divided


def _names_splits(column: Column) -> bool:
    """Say whether each cell is a split, or the folder of a split within one and the same run."""
    words = set(column.words() or ())
    if len({word[: -len(_last_part(word))] for word in words}) != 1:
        return False
    places = {metrics.cell_place(_last_part(word)) for word in words}
    return all(places) and any(map(metrics.is_split, places))


def _changes(column: Column) -> bool:
    return len(set(column.words() or ())) > 1


def _last_part(word: str) -> str:
    """Return what follows the last slash: tbparse names the folder of an event file."""
    return word.replace("\\", "/").rpartition("/")[2]


def _run_rows(columns: Sequence[Column]) -> Iterator[RunRows]:
    """Yield the rows of each run that a column names, if a run has more than one row."""
    by_name: dict[str, list[Column]] = {}
    for column in columns:
        by_name.setdefault(metrics.normal(column.name), []).append(column)
    for wanted in (*RUN_COLUMNS, *WEAK_RUN_COLUMNS):
        for column in by_name.get(wanted, ()):
            words = column.words()
            if words is None and column.is_full and len(column):
                words = [f"{value:g}" for value in column.value]
            labels = dict.fromkeys(words or ())
            if len(labels) < 2 or len(labels) == len(words or ()):
                continue
            cells = np.array(words)
            if wanted in WEAK_RUN_COLUMNS and not share_places(columns, cells):
                continue
            named_by = "" if wanted in SEEDS else column.name
            for label in labels:
                rows = np.flatnonzero(cells == label)
                yield RunRows(_label_of(column, wanted, label), rows, named_by)
            return


def _label_of(column: Column, wanted: str, cell: str) -> str:
    """Return the name of a run from the cell that names it."""
    if is_fold_column(column.name):
        return f"/{fold_label(cell)}"
    return f"{wanted} {cell}" if wanted in SEEDS else cell


def _training_rows(columns: Sequence[Column]) -> Iterator[RunRows]:
    """Yield the rows of each training that words tell from the others."""
    names = trainings_of(columns)
    cells = np.array(names or ())
    for name in dict.fromkeys(names or ()):
        yield RunRows(name, np.flatnonzero(cells == name))


def share_places(columns: Sequence[Column], labels: Ints) -> bool:
    """Say whether rows of different labels stand at the same steps and epochs, more than once.

    Once they may: a run that changes its optimizer in an epoch goes on in that epoch.
    """
    axes = [column.value.tolist() for column in columns if _counts_the_run(column)]
    if not axes:
        return False
    places = set(zip(labels.tolist(), *axes, strict=True))
    return len(places) - len({place[1:] for place in places}) > 1


def _appended_rows(
    columns: Sequence[Column], headers: Sequence[int], *, is_long: bool
) -> Iterator[RunRows]:
    """Yield the rows of each run ("#1", "#2") of a table to which runs were appended.

    The axis must go back within a metric: blocks of metrics or splits, one below the other, are
    one run. In a long table, each metric has its own rows.
    """
    leader = leader_of(columns)
    starts = leader.starts(columns, headers) if leader else []
    if leader is None or not starts:
        return
    number = np.searchsorted(starts, np.arange(len(columns[0])), side="right")
    alone: list[Ints] = []  # rows of metrics that begin once only
    if is_long:
        for rows in _rows_of_metrics(columns):
            own = run_starts(leader.values(rows))
            if len(own) == len(starts):
                number[rows] = np.searchsorted(own, np.arange(len(rows)), side="right")
            elif not own:
                alone.append(rows)
    # one metric below the other: the place of the rows says nothing of the run
    is_by_metric = len(leader.rows) == int(leader.rows[-1] - leader.rows[0]) + 1
    unsure: dict[int, tuple[str, ...]] = {}
    for rows in alone if is_by_metric else ():
        index = int(number[rows[0]])
        unsure[index] = (*unsure.get(index, ()), *_metrics_at(rows, columns))
    for index in range(len(starts) + 1):
        own_rows = np.flatnonzero(number == index)
        yield RunRows(f"#{index + 1}", own_rows, unsure=unsure.get(index, ()))


def _metrics_at(rows: Ints, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the losses and scores that some rows have."""
    return tuple(
        column.name
        for column in columns
        if metrics.is_judged(column.name) and column.present[rows].all()
    )


def _rows_of_metrics(columns: Sequence[Column]) -> Iterator[Ints]:
    """Yield the rows of each metric of a long table, of those that share them once."""
    present = np.array([column.present for column in columns if is_series(column)])
    labels = np.unique(present, axis=1, return_inverse=True)[1].reshape(-1)
    for label in np.unique(labels):
        yield np.flatnonzero(labels == label)


def _counts_the_run(column: Column) -> bool:
    """Say whether a column counts through a whole run, in every row."""
    name = metrics.normal(column.name)
    if not metrics.is_axis(name) and name not in metrics.WEAK_STEP_AXES:
        return False
    if name.startswith(_PER_EPOCH):
        return False
    return column.is_full and len(column) > 0
