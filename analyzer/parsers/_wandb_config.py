"""Settings and summary of a W&B run: updates set and remove values of a nested dict, a file fills the gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.errors import ParseError
from analyzer.model.run import LogIssue
from analyzer.parsers._base import LogFile
from analyzer.parsers._settings import settings
from analyzer.parsers._wandb_records import Item, Unreadable, Update, leaves
from analyzer.parsers._yaml import read_yaml


def fold(update: Update, values: dict[str, Any]) -> None:
    """Set and remove values of a nested dict, in place."""
    for path in update.removed:
        _parent(values, path).pop(path[-1], None)
    for item in update.items:
        _parent(values, item.path)[item.path[-1]] = (
            "..." if item.value is Unreadable else item.value
        )


def _parent(values: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for part in path[:-1]:
        inner = values.get(part)
        if not isinstance(inner, dict):
            inner = values[part] = {}
        values = inner
    return values


def last_values(summary: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of a summary, those of nested dicts under their path; what W&B keeps for itself is none."""
    items = (
        leaf
        for name, value in summary.items()
        if name != "_wandb"
        for leaf in leaves(Item((name,), value))
    )
    return {item.name: item.value for item in items if isinstance(item.value, int | float)}


def config(
    logged: Mapping[str, Any], files: Sequence[LogFile]
) -> tuple[dict[str, Any], list[LogIssue]]:
    """Return the hyper-parameters of the log, the gaps filled from its ``config.yaml``."""
    issues = []
    beside: dict[Any, Any] = {}
    for file in files:
        try:
            beside |= _values(read_yaml(file))
        except ParseError as error:
            issues.append(LogIssue("info", file.shown, error.key, values=error.values))
    return settings(
        {name: value for name, value in {**beside, **logged}.items() if name != "_wandb"}
    ), issues


def _values(document: Any) -> dict[Any, Any]:
    """Return the settings of a ``config.yaml``, which nests each under "value"."""
    if not isinstance(document, dict):
        return {}
    return {
        name: one["value"]
        for name, one in document.items()
        if isinstance(one, dict) and "value" in one
    }
