"""The shapes in which a training loop holds its numbers, each turned into a dict of columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from numbers import Real
from typing import Any

from analyzer.errors import ConfigError, NotAHistory

Columns = dict[str, Any]

SHAPES = (
    'a dict of lists such as {"loss": [...], "val_loss": [...]}, a Keras History, a data frame, '
    "a list of dicts (one an epoch), two lists (train, val), or a Run"
)
_AXES = ("epoch", "step", "global_step", "iteration", "batch", "wall_time", "time")
_TIDY = {"metric", "value"}  # the columns that make a table tidy: one value a row


def columns_of(history: Any) -> Columns:
    """Return a history as JSON would hold it: a dict of lists, of single values, or of such dicts.

    Raises NotAHistory, a TypeError, for what has no names or is none of ``SHAPES``.
    """
    inner = getattr(history, "history", history)
    if inner is not history and not callable(inner):
        return _with_epochs(columns_of(inner), getattr(history, "epoch", None))
    if hasattr(history, "columns") and hasattr(history, "__getitem__"):
        return _of_frame(history)
    if isinstance(history, list | tuple) and history:
        return _of_list(history)
    keys = getattr(history, "keys", None)
    if not callable(keys) or not hasattr(history, "items"):
        raise NotAHistory(f"history: {type(history).__name__} is not a history; pass {SHAPES}")
    return {str(key): _part(history[key]) for key in keys()}


def _with_epochs(columns: Columns, epochs: Any) -> Columns:
    """Return the columns with the epochs of a Keras History that does not begin at the first."""
    if not isinstance(epochs, Sequence) or list(epochs) == list(range(len(epochs))):
        return columns
    if "epoch" in columns or any(len(epochs) != _length(part) for part in columns.values()):
        return columns
    return {"epoch": [_plain(epoch) for epoch in epochs], **columns}


def _length(part: Any) -> int:
    return len(part) if isinstance(part, list) else 0


def _of_list(values: Sequence[Any]) -> Columns:
    """Return the columns of a list of dicts, or of the two lists of training and validation."""
    if all(isinstance(record, Mapping) for record in values):
        return _of_records(values)
    if len(values) == 2 and all(map(_is_list, values)):
        return {"loss": _part(values[0]), "val_loss": _part(values[1])}
    raise NotAHistory(f"history: a list of {type(values[0]).__name__} has no names; pass {SHAPES}")


def _is_list(values: Any) -> bool:
    """Say whether something is a list or an array of numbers."""
    part = _part(values)
    return isinstance(part, list) and all(
        value is None or isinstance(value, Real) for value in part
    )


def _of_records(records: Sequence[Any]) -> Columns:
    """Return the columns of a list of dicts; a name that a record lacks is empty there."""
    names = dict.fromkeys(str(key) for record in records for key in record)
    return {name: [_part(record.get(name)) for record in records] for name in names}


def _of_frame(frame: Any) -> Columns:
    """Return the columns of a data frame, wide or tidy; a named index is a column too."""
    names = [name for name in getattr(getattr(frame, "index", None), "names", ()) if name]
    if names:
        frame = frame.reset_index()
    if len(set(frame.columns)) < len(frame.columns):
        raise ConfigError("history: the data frame has two columns of one name; rename one")
    columns = {str(name): _part(frame[name]) for name in frame.columns}
    if columns.keys() >= _TIDY:
        return _of_tidy(columns)
    return _logged_apart(columns)


def _of_tidy(columns: Columns) -> Columns:
    """Return a column for each split and metric of a table with one value a row.

    Rows of one position (step and epoch) make one row; superseded values are left out.
    Raises ConfigError if the table holds several runs.
    """
    runs = dict.fromkeys(columns.get("run", ()))
    if len(runs) > 1:
        raise ConfigError(f"history: holds {len(runs)} runs or folds; pass one at a time")
    axes = [name for name in _AXES[:2] if any(map(_is_known, columns.get(name, ())))]
    rows: dict[tuple[Any, ...], Columns] = {}
    seen: dict[str, int] = {}
    for index, value in enumerate(columns["value"]):
        if columns.get("superseded", {}) and columns["superseded"][index]:
            continue
        name = _tidy_name(columns, index)
        seen[name] = seen.get(name, 0) + 1
        position = tuple(columns[axis][index] for axis in axes) or (seen[name],)
        row = rows.setdefault(position, dict(zip(axes, position, strict=False)))
        row[name] = value
    return _of_records(list(rows.values()))


def _tidy_name(columns: Columns, index: int) -> str:
    """Return the name of the series that a row of a tidy table belongs to, such as val/loss."""
    split = columns["split"][index] if "split" in columns else ""
    metric = str(columns["metric"][index])
    return f"{split}/{metric}" if isinstance(split, str) and split else metric


def _is_known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and isnan(value))


def _logged_apart(columns: Columns) -> Columns:
    """Return the columns with empty cells where two metrics take turns, as Lightning logs them.

    Such a table pads each row with NaN. A row without any value keeps its NaN: a loss may have
    become one.
    """
    series = {
        name: part
        for name, part in columns.items()
        if name.lower() not in _AXES and isinstance(part, list)
    }
    known = {name: [_is_known(value) for value in part] for name, part in series.items()}
    some = [any(row) for row in zip(*known.values(), strict=False)]
    apart = {name for name in known if _takes_turns(name, known)}
    emptied = {}
    for name in apart:
        marks = zip(series[name], known[name], some, strict=False)
        emptied[name] = [value if here or not row else None for value, here, row in marks]
    return {**columns, **emptied}


def _takes_turns(name: str, known: Mapping[str, Sequence[bool]]) -> bool:
    """Say whether another series has values just where this one has none, and the reverse."""
    own = known[name]
    for other in known.values():
        pairs = set(zip(own, other, strict=False))
        if (True, False) in pairs and (False, True) in pairs:
            return True
    return False


def _part(value: Any) -> Any:
    """Return a part of a history: a dict, a list, or a single value."""
    if isinstance(value, Mapping) or hasattr(value, "columns"):  # or a data frame
        return {str(key): _part(inner) for key, inner in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        try:
            return [_cell(entry) for entry in value]
        except TypeError:  # an array without a dimension
            return _plain(value)
    return _plain(value)


def _cell(value: Any) -> Any:
    """Return an entry of a list; a number that an array holds alone is that number."""
    plain = _plain(value)
    return _part(plain) if plain is value else plain


def _plain(value: Any) -> Any:
    """Return a number of any library as one of Python; anything else as it is."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return value
