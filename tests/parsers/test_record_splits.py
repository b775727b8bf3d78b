"""A word in a record names its split; sanity checks and predictions are neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.run import Run
from analyzer.parsers._record_splits import RecordSplit, split_of_record
from analyzer.reading.load import load

LOSS = [round(2 / (epoch + 1), 4) for epoch in range(8)]


@pytest.mark.parametrize(
    ("row", "split"),
    [
        ({"phase": "evaluation", "loss": 1}, RecordSplit("val", "phase")),
        ({"mode": "dev"}, RecordSplit("val", "mode")),
        ({"stage": "fit"}, RecordSplit("train", "stage")),
        ({"stage": "sanity_check"}, RecordSplit("sanity", "stage")),
        ({"Stage": "Sanity Checking"}, RecordSplit("sanity", "Stage")),
        ({"event": "inference"}, RecordSplit("inference", "event")),
        ({"stage": "finetune"}, RecordSplit()),
        ({"data": "validation"}, RecordSplit("val", "data")),
        ({"fase": "entrenamiento"}, RecordSplit("train", "fase")),
        ({"note": "val"}, RecordSplit()),
        ({"mode": 3}, RecordSplit()),
    ],
)
def test_a_record_names_its_split(row: dict[str, Any], split: RecordSplit) -> None:
    assert split_of_record(row) == split


def curves(run: Run) -> dict[tuple[str, str], list[float]]:
    return {(series.split, series.metric): series.value.tolist() for series in run.series}


def test_a_sanity_check_is_in_no_other_curve(tmp_path: Path) -> None:
    records: list[dict[str, Any]] = [{"epoch": 0, "stage": "sanity", "loss": 7.0, "lr": 0.1}]
    for epoch, loss in enumerate(LOSS):
        records += [
            {"epoch": epoch, "stage": "fit", "loss": loss, "lr": 0.1},
            {"epoch": epoch, "stage": "validate", "loss": loss + 1},
        ]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in records))
    (run,) = load(tmp_path)
    found = curves(run)
    assert found["train", "loss"] == LOSS
    assert found["val", "loss"] == [loss + 1 for loss in LOSS]
    assert found["", "sanity/loss"] == [7.0]


def test_evaluations_go_with_the_phase_before_them(tmp_path: Path) -> None:
    records = []
    for stage in ("head", "full"):
        for epoch, loss in enumerate(LOSS):
            records += [
                {"epoch": epoch, "stage": stage, "loss": loss},
                {"epoch": epoch, "stage": "evaluation", "loss": loss + 1},
            ]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in records))
    (run,) = load(tmp_path)
    for split in ("train", "val"):
        assert run.curve("loss", split).epoch.tolist() == list(range(16))
    assert [issue.key for issue in run.issues] == ["phases"]
