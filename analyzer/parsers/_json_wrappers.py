"""Records that name their metric in a value, or hold their numbers in an object of their own.

``{"metric": "val/loss", "value": 0.5, "step": 3}`` is ``{"val/loss": 0.5, "step": 3}``, and
``{"event": "eval", "step": 3, "data": {"loss": 0.5}}`` has its loss beside the step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer import metrics

_LABELS = ("name", "label", "run", "run_name", "fold", "seed", "trial", "id", "model", "optimizer")
_METRIC_KEYS = ("metric", "metric_name", "name", "tag", "key", "variable", "metricName")
_VALUE_KEYS = ("value", "metric_value", "scalar", "simple_value", "metricValue")
_WRAPPERS = ("data", "payload", "fields", "values", "scalars", "logs")
_LONGEST = 200  # characters of a name


def unwrapped(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record with its metrics under their own names; any other one as it is."""
    for key in _WRAPPERS:
        inner = row.get(key)
        if isinstance(inner, Mapping) and inner and inner.keys().isdisjoint(row):
            row = {name: value for name, value in row.items() if name != key} | dict(inner)
    value = next((key for key in _VALUE_KEYS if _is_number(row.get(key))), None)
    if value is None:
        return row
    metric = next((key for key in _METRIC_KEYS if isinstance(row.get(key), str)), None)
    if metric is None or any(map(metrics.is_judged, row)):
        return row
    name = row[metric]
    if not name or len(name) > _LONGEST or name in row:
        return row
    rest = {key: cell for key, cell in row.items() if key not in (metric, value)}
    return {**rest, name: row[value]}


def named_entries(entries: Sequence[Any]) -> list[Any]:
    """Return a list whose records name a metric each with them under that name.

    So are the metrics of a run as Comet and MLflow return them.
    """
    first = next((entry for entry in entries if isinstance(entry, Mapping)), {})
    if unwrapped(first) is first:
        return list(entries)
    return [unwrapped(entry) if isinstance(entry, Mapping) else entry for entry in entries]


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float | str) and not isinstance(cell, bool)


def label_of(record: Mapping[str, Any]) -> str:
    """Return what a history among others is called, "" if nothing does."""
    for key in _LABELS:
        value = record.get(key)
        if isinstance(value, str) and value:
            return value[:100]
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{key} {value}"
    return ""
