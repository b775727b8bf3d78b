"""Keras Tuner's ``trial.json``: what a trial observed at each epoch, and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from analyzer.parsers._column import Column
from analyzer.parsers._json_series import pair_rows, record_columns
from analyzer.parsers._odd_entries import OddEntries, odd_entries
from analyzer.parsers._settings import settings


class Trial(NamedTuple):
    """The observations of a trial as columns, its settings, and entries that are no objects."""

    columns: list[Column]
    config: dict[str, Any]
    odd: tuple[OddEntries, ...]


def is_trial(values: Mapping[str, Any]) -> bool:
    """Say whether a document is a trial of Keras Tuner."""
    found = values.get("metrics")
    return (
        "trial_id" in values
        and isinstance(values.get("hyperparameters"), Mapping)
        and isinstance(found, Mapping)
        and isinstance(found.get("metrics"), Mapping)
    )


def read_trial(values: Mapping[str, Any]) -> Trial:
    """Return a trial, the mean of its executions as Keras Tuner takes it."""
    pairs = {}
    odd: tuple[OddEntries, ...] = ()
    for name, metric in values["metrics"]["metrics"].items():
        seen = metric.get("observations") if isinstance(metric, Mapping) else None
        seen = seen if isinstance(seen, list) else []
        odd += odd_entries(seen, f"{name}/observations")
        observations = [entry for entry in seen if isinstance(entry, Mapping)]
        pairs[name] = [[entry.get("step"), _mean(entry.get("value"))] for entry in observations]
    chosen = values["hyperparameters"].get("values")
    config = settings(chosen) if isinstance(chosen, Mapping) else {}
    return Trial(record_columns(pair_rows(pairs, "epoch")), config, odd)


def _mean(value: Any) -> Any:
    if isinstance(value, list) and value and all(isinstance(cell, int | float) for cell in value):
        return sum(value) / len(value)
    return value
