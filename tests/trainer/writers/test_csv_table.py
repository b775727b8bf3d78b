"""The table of the trainer, and the settings beside it."""

from __future__ import annotations

import json
from pathlib import Path

from analyzer.trainer.writers._base import About
from analyzer.trainer.writers.csv_table import CsvTable


def test_the_settings_stand_beside_the_table(tmp_path: Path) -> None:
    CsvTable(About("overfitting", {"seed": 3, "batch_size": 8}, tmp_path, per_step=False)).close()
    text = (tmp_path / "config.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"scenario": "overfitting", "seed": 3, "batch_size": 8}
