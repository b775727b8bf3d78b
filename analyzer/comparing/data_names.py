"""The data that runs name in their settings: levels on different data say little of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analyzer.model.settings import name_of

# Settings that name what was learned. A path may be another copy of the same data.
_NAMES = {
    *("dataset", "data_set", "dataset_name", "data_name", "corpus", "benchmark"),
    *("task", "task_name", "problem", "test_problem", "testproblem"),
    *("env", "env_id", "env_name", "environment"),
    *("datos", "conjunto_de_datos", "tarea"),
}


class OtherData(NamedTuple):
    """A setting that names the data, and its different values in the order of the runs."""

    setting: str
    values: tuple[str, ...]


def other_data(settings: Sequence[Mapping[str, Any]]) -> OtherData | None:
    """Return the setting by which runs name different data, None if they name the same or none."""
    found: dict[str, dict[str, None]] = {}
    for run in settings:
        for key, value in run.items():
            if isinstance(value, str) and value and name_of(key) in _NAMES:
                found.setdefault(key, {})[value] = None
    for key, values in found.items():
        if len(values) > 1:
            return OtherData(key, tuple(values))
    return None
