"""``truth.toml``: the truth about a run, written beside its log and never into it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyzer.safe.files import write_atomically


def write_truth(
    path: Path, head: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write the values of ``head``, then each table; a key whose value is None is omitted."""
    lines = _pairs(head)
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_pairs(table)]
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def label_tables(labels: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return a table for each label."""
    return {f"labels.{name}": judged for name, judged in labels.items()}


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in table.items() if value is not None]


def _value(value: Any) -> str:
    """Return a value in TOML syntax."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # nan, inf and -inf are spelled alike in Python and TOML
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
