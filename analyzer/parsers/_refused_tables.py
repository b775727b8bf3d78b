"""Refuse tables that are no log: results of models, of settings that were tried, of folds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.metrics.words import fold
from analyzer.parsers._axes import has_dates, is_unnamed
from analyzer.parsers._column import Column
from analyzer.parsers._fold_names import is_fold_column
from analyzer.parsers._run_columns import RUN_COLUMNS, SEEDS
from analyzer.parsers._unknown import unknown
from analyzer.safe.names import printable

_NESTED = re.compile(r"\((?:list|dict)\)")  # what stands for a cell that is a list or an object
_OF_TRIALS = {"number", "value", "state"}  # of a study of Optuna, as a data frame
_SHOWN = 40  # characters of a cell in a message
_FEWEST_ROWS = 2
_PLANNED = {"epochs", "epocas"}  # for which a model was trained, in a table of models
_LEAST_BATCH = 8  # examples; smaller powers of two may count batches: 1, 2, 4
# settings that are tried out; those of a model or its data, which a training keeps
_TRIED = {
    *("dim", "width", "depth", "hidden", "units", "filters", "channels", "heads", "layers"),
    *("neurons", "dropout", "dropout_rate", "weight_decay", "batchsize", "degree", "noise_level"),
}
_TRIED_BEFORE = {"n", "num", "max", "hidden", "train", "training", "batch", "sample"}
_TRIED_BEHIND = {
    *("size", "sizes", "dim", "units", "layers", "neighbors", "clusters", "depth", "leaves"),
    *("estimators", "components", "features", "heads"),
}
_OF_EVALUATIONS = {"threshold", "thresholds", "cutoff"}  # which each epoch may try again
# settings, or how far a training is; what was seen so far only rises
_MAY_COUNT = {"k", "c", "fraction", "percentage"}
_COUNTERS = {"samples", "examples", "rows"}


def refuse_results(
    columns: Sequence[Column],
    numeric: Sequence[Column],
    axes: Mapping[str, str],
    *,
    has_clock: bool,
) -> None:
    """Raise NotThisFormat if a table is not a log."""
    read = [column for column in numeric if column.numbers]
    has_axis = any(not is_unnamed(name) for name in axes.values())  # pandas numbers any table
    if not read or not (has_axis or any(metrics.is_judged(column.name) for column in read)):
        _refuse_texts(columns, has_axis=has_axis)
        if {column.name for column in columns} >= _OF_TRIALS:
            raise NotThisFormat("table_of_results")
        raise unknown(column.name for column in numeric if column.is_numeric)
    counts = [column for column in columns if column.name in map(axes.get, ("step", "epoch"))]
    are_runs = any(_names_a_run(column, counts) for column in columns)
    are_runs = are_runs or any(map(_are_batch_sizes, counts))
    if are_runs or _are_tried(columns, counts, has_clock=has_clock):
        raise NotThisFormat("table_of_results")
    if has_axis and any(map(_rises, counts)):
        return
    texts = [column for column in columns if has_words(column) and column not in numeric]
    if has_clock or axes:  # a run has a name of its own in each row, a log does not
        texts = [column for column in texts if _names_rows(column) and not has_dates(column)]
    if texts:
        raise NotThisFormat("table_of_results")


def _names_a_run(column: Column, counts: Sequence[Column]) -> bool:
    """Say whether a column has another run, fold or seed in each row; ``counts`` are the axes.

    A log may have that, too, such as the seed of each epoch: there an axis only rises. Folds have
    no such log, and their best epochs may happen to rise.
    """
    if metrics.normal(column.name) not in (*RUN_COLUMNS, *SEEDS):
        return False
    is_log = _is_even if is_fold_column(column.name) else _only_rises
    if any(map(is_log, counts)):
        return False
    return _names_rows(column) or _differs_in_each_row(column)


def _are_tried(columns: Sequence[Column], counts: Sequence[Column], *, has_clock: bool) -> bool:
    """Say whether the rows of a table are settings that were tried; ``counts`` are its axes.

    Such a setting stands before the results and differs in each row. Beside ``epochs``, for which
    each model was trained, it has the same several values for each number of them.
    """
    planned = [axis for axis in counts if fold(axis.name).lower() in _PLANNED]
    models = [axis for axis in planned if not _only_rises(axis) and not _counts_by_one(axis)]
    if models and any(map(_may_name_rows, columns)):
        return True
    judged = [at for at, column in enumerate(columns) if metrics.is_judged(column.name)]
    before = [column for column in columns[: min(judged, default=0)] if column.is_full]
    if counts:
        axes = [axis for axis in planned if not _counts_by_one(axis)]
        tried = [column for column in before if _is_tried(column.name)]
        return any(_is_the_same_at_each(column, axis) for axis in axes for column in tried)
    may_count = any(map(_shows_training, columns))
    tried = [column for column in before if _may_be_tried(column, may_count=may_count)]
    return not has_clock and (any(map(_differs_in_each_row, tried)) or _are_a_grid(before))


def _are_a_grid(before: Sequence[Column]) -> bool:
    """Say whether rows are a grid of settings: each value of one with each of the others, once."""
    values = [column.value for column in before if len(np.unique(column.value)) > 1]
    if len(values) < 2 or not any(_is_tried(column.name) for column in before):
        return False
    cells = np.prod([len(np.unique(value)) for value in values])
    rows = np.unique(np.stack(values, axis=1), axis=0)
    return len(rows) == len(values[0]) == cells


def _may_be_tried(column: Column, *, may_count: bool) -> bool:
    """Say whether a column is a setting; ``may_count`` if it may as well count a training."""
    name = metrics.normal(column.name)
    if _is_tried(column.name) or name in _OF_EVALUATIONS:
        return True
    before, _, last = name.rpartition("_")
    if before and before not in _TRIED_BEFORE:
        return False
    if last in _COUNTERS:
        return not may_count and not _only_rises(column)
    return not may_count and last in _MAY_COUNT


def _are_batch_sizes(axis: Column) -> bool:
    """Say whether "batch" is a size that was tried and no counter: 32, 64, 32, 128."""
    if metrics.normal(axis.name) != "batch" or _is_even(axis) or len(axis) < _FEWEST_ROWS:
        return False
    value = axis.value[axis.present]
    return bool((value >= _LEAST_BATCH).all() and (np.log2(value) % 1 == 0).all())


def _shows_training(column: Column) -> bool:
    """Say whether a column is a loss or a learning rate."""
    metric = metrics.read(column.name).metric
    return metric == "lr" or metrics.kind(metric) == "loss"


def _is_even(axis: Column) -> bool:
    """Say whether an axis rises in even steps, as that of a log does."""
    ahead = np.diff(axis.value)
    return len(ahead) > 0 and ahead[0] > 0 and bool((ahead == ahead[0]).all())


def _only_rises(column: Column) -> bool:
    """Say whether each number of a column is higher than the one before it."""
    ahead = np.diff(column.value[column.present])
    return len(ahead) > 0 and bool((ahead > 0).all())


def _counts_by_one(axis: Column) -> bool:
    """Say whether an axis has every whole number between its smallest and its largest."""
    places = np.unique(axis.value[axis.present])
    return len(places) > 1 and bool((np.diff(places) == 1).all())


def _may_name_rows(column: Column) -> bool:
    """Say whether a column has another text in every row, or in the only one, and no date."""
    is_alone = len(column) == 1 and has_words(column)
    return (is_alone or _names_rows(column)) and not has_dates(column)


def _is_tried(name: str) -> bool:
    """Say whether a name is that of a setting that is tried out."""
    own = metrics.normal(name)
    before, _, behind = own.rpartition("_")
    return own in _TRIED or (before in _TRIED_BEFORE and behind in _TRIED_BEHIND)


def _differs_in_each_row(column: Column) -> bool:
    if not column.is_full or len(column) < _FEWEST_ROWS:
        return False
    return len(np.unique(column.value)) == len(column)


def _is_the_same_at_each(column: Column, axis: Column) -> bool:
    """Say whether a setting has the same several values at each place of an axis."""
    if not axis.is_full or len(column) < 2 * _FEWEST_ROWS:
        return False
    places = np.unique(axis.value)
    if 2 * len(places) > len(column):
        return False
    tried = {tuple(np.sort(column.value[axis.value == place]).tolist()) for place in places}
    return len(tried) == 1 and len(set(next(iter(tried)))) > 1


def has_words(column: Column) -> bool:
    """Say whether a column has texts; the lists and objects of JSON are none."""
    return any(not _NESTED.fullmatch(cell) for cell in column.text.values())


def _refuse_texts(columns: Sequence[Column], *, has_axis: bool) -> None:
    """Raise ParseError if a log has losses or scores, and all their cells are texts."""
    for column in columns:
        if has_axis and column.text and metrics.is_judged(column.name):
            cell = printable(next(iter(column.text.values()))[:_SHOWN])
            raise ParseError("no_numbers", name=printable(column.name), cell=cell)


def _rises(axis: Column) -> bool:
    """Say whether an axis goes up more often than down, as in a log and its restarts."""
    value = axis.value if axis.is_full else axis.value[axis.present]
    later, before = value[1:], value[:-1]
    ups, downs = np.count_nonzero(later > before), np.count_nonzero(later < before)
    return len(value) < 2 or bool(ups > downs)


def _names_rows(column: Column) -> bool:
    """Say whether a column has another text in every row."""
    return len(column) > 1 and len(set(column.text.values())) == len(column)
