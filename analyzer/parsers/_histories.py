"""Find the histories in a JSON document, in whatever nest people saved them.

``{"loss": [...]}``; a list of records; records by epoch (``{"1": {"loss": ...}}``); sets
(``{"train": {"logloss": [...]}}``) and their reverse (``{"loss": {"train": [...]}}``); several
histories in a list or a dict (folds, seeds), which are runs; Keras Tuner's trials.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analyzer import metrics
from analyzer.errors import NotThisFormat
from analyzer.parsers._chart_documents import chart_document, odd_traces
from analyzer.parsers._class_lists import is_of_classes, with_classes
from analyzer.parsers._column import Column
from analyzer.parsers._grouped_sets import without_groups
from analyzer.parsers._history_rows import are_steps_of_one
from analyzer.parsers._json_cells import column_of_series, columns_of_lists
from analyzer.parsers._json_series import (
    COUNTED,
    are_columns,
    cells_of,
    few_columns,
    flat,
    is_folds,
    is_pairs,
    is_timed,
    pair_rows,
    record_columns,
)
from analyzer.parsers._json_wrappers import label_of, named_entries
from analyzer.parsers._nested_sets import Joined, joined_sets
from analyzer.parsers._odd_entries import OddEntries, odd_entries, odd_keys
from analyzer.parsers._rare_names import RareNames
from analyzer.parsers._settings import settings
from analyzer.parsers._tuner_trials import is_trial, read_trial

BARE = ""  # the name of a series without one
_DEEPEST = 6
_TRIED = 100  # parts of a list
_MOST = 10_000  # histories in one document
_STEPS = {"step", "iter", "iteration", "round"}


@dataclass(frozen=True)
class History:
    """One history: its series as columns, its settings, and what the nest says of names.

    ``label`` is its place among several, "" for the only one of a document. ``are_lists`` says
    that each series is a list of its own, not a name in each of several records. ``odd`` are
    entries that are no records, and names that were not read.
    """

    columns: list[Column]
    config: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    readings: Mapping[str, metrics.Reading] = field(default_factory=dict)
    are_lists: bool = False
    odd: tuple[OddEntries | RareNames, ...] = ()

    def is_log(self, mapped: Mapping[str, Any]) -> bool:
        """Say whether a series has a known name, no name at all, or one that the user mapped."""
        return any(
            column.name == BARE or column.name in mapped or _is_judged(column, self.readings)
            for column in self.columns
        )


def histories_of(document: Any, mapped: Mapping[str, Any]) -> list[History]:
    """Return the histories of a document, [] if it has none; ``mapped`` are names of the user."""
    found, odd = [], odd_traces(document)
    for history in _find(chart_document(document), mapped, 0):
        if history.is_log(mapped):
            found.append(replace(history, odd=(*odd, *history.odd)))
            odd = ()
        if len(found) >= _MOST:
            break
    if len(found) == 1:
        return [replace(found[0], label="")]
    return found


def _is_judged(column: Column, readings: Mapping[str, metrics.Reading]) -> bool:
    if column.name in readings:
        return metrics.kind(readings[column.name].metric) is not None
    return metrics.is_judged(column.name)


def _find(value: Any, mapped: Mapping[str, Any], depth: int, name: str = "") -> Iterator[History]:
    """Yield the histories of a value, those of its parts if it is not one itself.

    ``name`` is the key that it stands under.
    """
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        yield from _in_list(value, mapped, depth, name)
    elif isinstance(value, Mapping):
        yield from _in_mapping(value, mapped, depth)


def _in_list(
    entries: list[Any], mapped: Mapping[str, Any], depth: int, name: str
) -> Iterator[History]:
    entries = named_entries(entries)
    records = [entry for entry in entries if isinstance(entry, Mapping)]
    if records and _are_records(records, mapped):
        columns, rare = few_columns(entries, name)
        history = History(columns, odd=(*odd_entries(entries, name), *rare))
        if history.is_log(mapped):
            yield history
            return
    if records:
        odd = odd_entries(entries, name)
        for history in _in_records(records, mapped, depth):
            yield replace(history, odd=(*odd, *history.odd))
            odd = ()
        return
    if entries and _is_header(entries[0]):
        yield _table(entries[0], entries[1:], name)
    elif depth == 0:
        yield from _bare(entries)


def _in_records(
    records: Sequence[Mapping[str, Any]], mapped: Mapping[str, Any], depth: int
) -> Iterator[History]:
    """Yield the histories in a list of mappings; gives up if the first ones have none."""
    is_any = False
    for number, record in enumerate(records, 1):
        label = label_of(record) or f"#{number}"
        for history in _labelled(_find(record, mapped, depth + 1), label):
            is_any |= history.is_log(mapped)
            yield history
        if number >= _TRIED and not is_any:
            return


def _is_header(names: Any) -> bool:
    return isinstance(names, list) and bool(names) and all(isinstance(name, str) for name in names)


def _table(header: Sequence[str], rows: Sequence[Any], name: str = "") -> History:
    """Return the history of a table that was saved as lists, one for each row."""

    def is_row(row: Any) -> bool:
        return isinstance(row, list) and len(row) == len(header)

    whole = [dict(zip(header, row, strict=True)) for row in rows if is_row(row)]
    return History(record_columns(whole), odd=odd_entries(rows, name, is_row))


def _bare(entries: list[Any]) -> Iterator[History]:
    """Yield the histories of lists of numbers without a name. Raises NotThisFormat for a table."""
    if is_pairs(entries):
        yield History(record_columns(pair_rows({BARE: entries}, "step")))
    elif is_timed(entries):
        yield _table(["wall_time", "step", BARE], entries)
    elif is_folds(entries):
        for number, entry in enumerate(entries, 1):
            yield History([column_of_series(BARE, entry)], label=f"#{number}")
    elif are_columns(entries):
        raise NotThisFormat("bare_columns")
    else:
        cells = cells_of(entries)
        if cells is not None:
            yield History([column_of_series(BARE, cells)])


def _folds(values: Mapping[str, Any]) -> list[History]:
    """Return a history for each fold where each metric has a list for each of them, else []."""
    lists = {name: value for name, value in values.items() if is_folds(value)}
    lengths = {tuple(map(len, value)) for value in lists.values()}
    if len(lists) < 2 or len(lengths) > 1 or not any(map(metrics.is_judged, lists)):
        return []
    shared = settings({name: value for name, value in values.items() if name not in lists})
    found = []
    for number in range(len(next(iter(lists.values())))):
        columns = [column_of_series(name, value[number]) for name, value in lists.items()]
        found.append(History(columns, shared, f"#{number + 1}"))
    return found


def _in_mapping(
    values: Mapping[str, Any], mapped: Mapping[str, Any], depth: int
) -> Iterator[History]:
    if not any(isinstance(value, list | dict) for value in values.values()):
        return  # settings, of which a document may have thousands
    values = without_groups(values)
    inner = values.get("history")
    if isinstance(inner, Mapping):
        yield from _beside_history(values, inner, mapped, depth)
        return
    if is_trial(values):
        trial = read_trial(values)
        yield History(trial.columns, trial.config, odd=trial.odd)
        return
    if _is_header(values.get("columns")) and isinstance(values.get("data"), list):
        yield _table(values["columns"], values["data"], "data")  # pandas, orient="split"
        return
    folds = _folds(values)
    if folds:
        yield from folds
        return
    counted = _counted(values, mapped)
    if counted is not None:
        odd = odd_keys(values)
        history = History(record_columns(counted), odd=odd)
        if history.is_log(mapped):
            yield history
            return
    history = _own(values, mapped)
    if history.is_log(mapped):
        yield replace(history, config=settings(history.config))
        return
    yield from _below(values, mapped, depth)


def _below(values: Mapping[str, Any], mapped: Mapping[str, Any], depth: int) -> Iterator[History]:
    """Yield the histories of the parts of a mapping; its other parts are settings of each."""
    nested = {name: part for name, part in values.items() if isinstance(part, Mapping | list)}
    beside = {name: part for name, part in values.items() if name not in nested}
    found: list[History] = []
    for number, (name, part) in enumerate(nested.items()):
        if number >= _TRIED and not found:
            return
        is_series = cells_of(part) is not None and not _are_mostly_records(part, mapped)
        below = [] if is_series else list(_find(part, mapped, depth + 1, name))
        below = [history for history in below if history.is_log(mapped)]
        if not below:
            beside[name] = part
        found += _labelled(below, name)
    shared = settings(beside) if found else {}
    for history in found:
        yield replace(history, config={**shared, **history.config})


def _beside_history(
    values: Mapping[str, Any], inner: Mapping[str, Any], mapped: Mapping[str, Any], depth: int
) -> Iterator[History]:
    """Yield the history under that key; what stands beside it belongs to it."""
    beside = {name: part for name, part in values.items() if name not in ("history", "params")}
    params = values.get("params")
    config = settings(params) if isinstance(params, Mapping) else {}
    for history in _find({**beside, **inner}, mapped, depth + 1):
        yield replace(history, config={**history.config, **config})


def _own(values: Mapping[str, Any], mapped: Mapping[str, Any]) -> History:
    """Return the series of a mapping itself and of the sets in it, and all else as settings."""
    values = with_classes(values)
    rows = {name for name, part in values.items() if _are_mostly_records(part, mapped)}
    lists = {name: cells_of(part) for name, part in values.items() if name not in rows}
    series = columns_of_lists(lists)
    pairs = {name: value for name, value in values.items() if is_pairs(value)}
    if pairs and not any(metrics.is_judged(name) for name in series):
        rest = {name: value for name, value in values.items() if name not in pairs}
        return History(record_columns(pair_rows(pairs, "step")), rest)
    for name in pairs:
        series.pop(name, None)
    nested = {name: value for name, value in values.items() if name not in series}
    joined = joined_sets(nested, set(map(len, series.values())))
    lengths = {len(column) for column in (*series.values(), *joined.columns) if column.is_numeric}
    # class names beside the history; a text in each row would make it a table of results
    texts = {
        name for name, column in series.items() if not column.numbers and len(column) not in lengths
    }
    columns = [column for name, column in series.items() if name not in texts]
    return _with_sets(columns, joined, values, {*series} - texts)


def _with_sets(
    columns: Sequence[Column], joined: Joined, values: Mapping[str, Any], used: set[str]
) -> History:
    rest = {
        name: value
        for name, value in values.items()
        if name not in used and name not in joined.used
    }
    return History(
        [*columns, *joined.columns],
        rest,
        readings=joined.readings,
        are_lists=True,
        odd=joined.odd,
    )


def _are_records(records: Sequence[Mapping[str, Any]], mapped: Mapping[str, Any]) -> bool:
    """Say whether mappings are rows of one history: no lists, unless an axis goes forward."""
    if any(_has_rows(record, mapped) for record in records[:_TRIED]):
        return False
    are_rows = are_steps_of_one(records)
    is_known = False
    for record in records:
        for name, cell in flat(record):
            if name in mapped or metrics.is_judged(name):
                is_known = True
                is_list = isinstance(cell, list) and len(cell) > 1
                if is_list and not (are_rows or is_of_classes(name)):
                    return False
    return is_known


def _has_rows(record: Mapping[str, Any], mapped: Mapping[str, Any]) -> bool:
    """Say whether a record holds other records, and no axis: skorch's epochs have batches."""
    lists = [value for value in record.values() if isinstance(value, list) and len(value) > 1]
    if any(metrics.is_axis(name) and value not in lists for name, value in record.items()):
        return False
    return any(_are_mostly_records(value, mapped) for value in lists)


def _are_mostly_records(value: Any, mapped: Mapping[str, Any]) -> bool:
    """Say whether a list has the rows of a history, and fewer entries of another kind."""
    if not isinstance(value, list):
        return False
    records = [entry for entry in value if isinstance(entry, Mapping)]
    return 2 * len(records) > len(value) and _are_records(records, mapped)


def _counted(values: Mapping[str, Any], mapped: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the records under numbers or names such as "epoch_3", in the order of the numbers."""
    records = {name: value for name, value in values.items() if isinstance(value, Mapping)}
    matches = {name: COUNTED.fullmatch(name) for name in values}
    prefixes = {(match[1] or "").lower() if match else None for match in matches.values()}
    if not records or None in prefixes or len(prefixes) > 1:
        return None
    axis = "step" if prefixes & _STEPS else "epoch"
    says = [{axis: at, **record} for at, record in enumerate(records.values())]
    if not _are_records([*records.values()] if "" in prefixes else says, mapped):
        return None
    rows = []
    for key, record in records.items():
        match = matches[key]
        if match is not None:
            cells = {name: cell for name, cell in record.items() if name != axis}
            rows.append({axis: int(match[2]), **cells})
    return sorted(rows, key=lambda row: row[axis])


def _labelled(histories: Sequence[History] | Iterator[History], label: str) -> Iterator[History]:
    """Yield histories under a label; that of a list follows behind a blank."""
    for history in histories:
        blank = "" if not history.label else " " if history.label.startswith("#") else "/"
        yield replace(history, label=f"{label}{blank}{history.label}")
