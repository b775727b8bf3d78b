"""Plain CSV: one row per epoch in ``metrics.csv`` and, on request, per step in ``steps.csv``.

The settings stand beside them in ``config.json``, with the scenario.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from analyzer.trainer.records import Point, Record
from analyzer.trainer.writers._base import About


class CsvTable:
    """Writes rows at once, so they survive a crash; after a restart it appends to the same file."""

    first_epoch = 1

    def __init__(self, about: About) -> None:
        self.about = about
        self.tables: dict[str, _Table] = {}
        write_config(about)

    def write(self, record: Record) -> None:
        """Write the values of an epoch or a step; CSV has no place for any other record."""
        if not isinstance(record, Point):
            return
        name = "metrics.csv" if record.grain == "epoch" else "steps.csv"
        values = {tag.replace("/", "_"): value for tag, value in record.values.items()}
        axes = {"epoch": record.epoch, "step": record.step}
        if name not in self.tables:
            self.tables[name] = _Table(self.about.folder / name, [*axes, *values])
        self.tables[name].add({**axes, **values})

    def close(self) -> None:
        """Close the files."""
        for table in self.tables.values():
            table.file.close()


def write_config(about: About) -> None:
    """Write the scenario and the settings of a run as ``config.json``."""
    settings = {"scenario": about.name, **about.config}
    text = json.dumps(settings, indent=2) + "\n"
    (about.folder / "config.json").write_text(text, encoding="utf-8", newline="\n")


class _Table:
    """One CSV file with a header."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self.file: IO[str] = path.open("w", newline="", encoding="utf-8")
        self.rows = csv.DictWriter(self.file, header)
        self.rows.writeheader()

    def add(self, row: Mapping[str, Any]) -> None:
        self.rows.writerow({name: _cell(value) for name, value in row.items()})
        self.file.flush()


def _cell(value: Any) -> Any:
    return f"{value:.7g}" if isinstance(value, float) else value
