"""``truth.toml``: what is true of a run, written beside its log and never into it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_truth(
    path: Path, head: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write plain values, then one table after another.

    Keys without a value (None) are left out.
    """
    lines = _pairs(head)
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_pairs(table)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def label_tables(labels: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return a table for each label."""
    return {f"labels.{name}": found for name, found in labels.items()}


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items() if value is not None]


def _value(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)
