"""Settings and summary of a W&B run: apply updates to a nested dict, fill gaps from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue
from analyzer.parsers._base import LogFile
from analyzer.parsers._json import Unreadable
from analyzer.parsers._settings import settings
from analyzer.parsers._wandb_items import Item, leaves
from analyzer.parsers._wandb_records import Update
from analyzer.parsers._yaml import read_yaml


def fold(update: Update, values: dict[str, Any]) -> None:
    """Set and remove values of a nested dict, in place."""
    for path in update.removed:
        _parent(values, path).pop(path[-1], None)
    for item in update.items:
        value = "..." if item.value is Unreadable else item.value
        _parent(values, item.path)[item.path[-1]] = value


def _parent(values: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Return the innermost dict on a path, making those that are missing."""
    for part in path[:-1]:
        inner = values.get(part)
        if not isinstance(inner, dict):
            inner = values[part] = {}
        values = inner
    return values


def last_values(summary: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a summary but W&B's own, those of nested dicts under their path."""
    numbers = {}
    for name, value in summary.items():
        if name == "_wandb":
            continue
        for item in leaves(Item((name,), value)):
            if isinstance(item.value, int | float):
                numbers[item.name] = item.value
    return numbers


class Config(NamedTuple):
    """The hyperparameters of a run, and an issue for each file that could not be read."""

    settings: dict[str, Any]
    issues: list[LogIssue]


def read_config(logged: Mapping[str, Any], files: Sequence[LogFile]) -> Config:
    """Return the logged hyperparameters, completed from the ``config.yaml`` files."""
    issues = []
    beside: dict[Any, Any] = {}
    for file in files:
        try:
            beside |= _values(read_yaml(file))
        except ParseError as error:
            issues.append(LogIssue("info", file.shown, error.key, values=error.values))
    values = {name: value for name, value in {**beside, **logged}.items() if name != "_wandb"}
    return Config(settings(values), issues)


def _values(document: Any) -> dict[Any, Any]:
    """Return the settings of a ``config.yaml``, which nests each under "value"."""
    if not isinstance(document, dict):
        return {}
    return {
        name: entry["value"]
        for name, entry in document.items()
        if isinstance(entry, dict) and "value" in entry
    }
