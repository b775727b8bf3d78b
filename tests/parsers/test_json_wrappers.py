"""Records that name their metric in a value, or wrap their numbers, are read like plain ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from analyzer.parsers._json_wrappers import unwrapped
from analyzer.reading.load import load

LOSS = [2.0, 1.5, 1.2, 1.0, 0.9, 0.85]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"metric": "val/loss", "value": 0.5, "step": 3}, {"step": 3, "val/loss": 0.5}),
        ({"tag": "acc", "simple_value": 0.5}, {"acc": 0.5}),
        ({"event": "eval", "data": {"loss": 0.5}}, {"event": "eval", "loss": 0.5}),
        ({"epoch": 1, "data": {"name": "loss", "value": 2}}, {"epoch": 1, "loss": 2}),
        ({"name": "run_a", "value": 3, "loss": 0.5}, None),
        ({"name": "", "value": 3}, None),
        ({"step": 1, "data": {"step": 2}}, None),
        ({"name": "loss", "value": None}, None),
        ({"loss": 0.5}, None),
    ],
)
def test_a_metric_stands_under_its_own_name(
    row: Mapping[str, Any], expected: Mapping[str, Any] | None
) -> None:
    assert unwrapped(row) == (row if expected is None else expected)


def written(folder: Path, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Write records and return the losses of each split."""
    text = "\n".join(map(json.dumps, rows)) + "\n"
    (folder / "log.jsonl").write_text(text, encoding="utf-8")
    (run,) = load(folder)
    return {split: run.curve("loss", split).value.tolist() for split in ("train", "val")}


def test_records_of_one_value_are_curves(tmp_path: Path) -> None:
    rows = [
        {"name": f"{split}/loss", "value": loss + shift, "step": step}
        for step, loss in enumerate(LOSS)
        for split, shift in (("train", 0.0), ("val", 0.25))
    ]
    assert written(tmp_path, rows) == {"train": LOSS, "val": [loss + 0.25 for loss in LOSS]}


def test_the_event_of_a_record_names_its_split(tmp_path: Path) -> None:
    rows = [
        {"event": event, "step": step, "data": {"loss": loss + shift}}
        for step, loss in enumerate(LOSS)
        for event, shift in (("train", 0.0), ("eval", 0.25))
    ]
    assert written(tmp_path, rows) == {"train": LOSS, "val": [loss + 0.25 for loss in LOSS]}
