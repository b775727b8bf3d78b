"""A run from what a training loop still has in memory: its lists, a data frame, a Keras history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analyzer.errors import ConfigError, ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, ReadOptions
from analyzer.parsers.keras_history import KerasHistory
from analyzer.reading.groups import settled
from analyzer.reading.load import meanings_of

_WANTED = 'a dict of lists such as {"loss": [...], "val_loss": [...]}'


def from_history(
    history: Any,
    *,
    name: str = "history",
    config: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> Run:
    """Return the run that a history in memory describes.

    ``history`` is a dict of lists or arrays (one value an epoch), a list of dicts (one an epoch), a
    data frame, or an object with such a dict as ``history``, as ``fit`` of Keras returns it. Its
    names are read as those of a history file; ``names`` gives the meaning of others, as for
    ``load``. ``config`` holds the settings. Raises ConfigError if it is no history or no name is a
    known metric.
    """
    columns, meanings = _columns(history), meanings_of(names or {})
    file = LogFile(Path(name), Path(name), name, 0)
    try:
        parser = KerasHistory(ReadOptions(names=meanings))
        runs = parser.runs_of(columns, Group(Path(name), (file,)))
    except ParseError as error:
        raise ConfigError(f"{name}: no known loss or score; pass {_WANTED}") from error
    run = settled(runs[0], meanings)
    meta = replace(run.meta, format="history in memory", files=())
    settings = {**run.config, **(config or {})}
    return replace(run, name=name, config=settings, meta=meta)


def _columns(history: Any) -> dict[str, list[Any]]:
    """Return the lists of a history by name. Raises ConfigError for what has none."""
    history = getattr(history, "history", history)
    if isinstance(history, list | tuple) and history:
        return _of_records(history)
    keys = getattr(history, "keys", None)
    if not callable(keys):
        kind = type(history).__name__
        raise ConfigError(f"history: {kind} is not a history; pass {_WANTED}")
    columns = {}
    for key in keys():
        values = history[key]
        if isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping):
            columns[str(key)] = [_plain(value) for value in values]
    return columns


def _of_records(records: list[Any] | tuple[Any, ...]) -> dict[str, list[Any]]:
    """Return the columns of a list of dicts; a name that a record lacks is empty there."""
    if not all(isinstance(record, Mapping) for record in records):
        raise ConfigError(f"history: a list of numbers has no names; pass {_WANTED}")
    names = dict.fromkeys(str(key) for record in records for key in record)
    return {name: [_plain(record.get(name)) for record in records] for name in names}


def _plain(value: Any) -> Any:
    """Return a number of any library as one of Python; anything else as it is."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return value
