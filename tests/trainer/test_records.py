"""What the records promise to the writers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analyzer.trainer.records import Point
from analyzer.trainer.writers._base import About, suffixed
from analyzer.trainer.writers.csv_table import CsvTable


def test_hidden_values_never_reach_a_log(tmp_path: Path) -> None:
    writer = CsvTable(About("run", {}, tmp_path, per_step=True))
    writer.write(Point(1, 1, "epoch", {"train/loss": 0.5}, hidden={"population": 0.25}))
    writer.close()
    with (tmp_path / "metrics.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.DictReader(file)) == [{"epoch": "1", "step": "1", "train_loss": "0.5"}]


@pytest.mark.parametrize(("grain", "tag"), [("step", "train/loss_step"), ("epoch", "train/loss")])
def test_only_the_values_of_a_step_are_marked(grain: str, tag: str) -> None:
    assert suffixed(Point(1, 1, grain, {"train/loss": 0.5})) == {tag: 0.5}
