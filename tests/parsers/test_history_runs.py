"""Histories that hold several runs: their labels, their lists, what stays with the first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.model.run import RunSet
from analyzer.reading.load import load


def read(folder: Path, document: Any) -> RunSet:
    path = folder / "history.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return load(path)


def history(*lengths: int) -> dict[str, list[float]]:
    epochs = [float(epoch) for length in lengths for epoch in range(length)]
    return {"epoch": epochs, "loss": [1 / (1 + at) for at in range(len(epochs))]}


def test_lists_with_an_epoch_that_begins_again_are_runs(tmp_path: Path) -> None:
    runs = read(tmp_path, history(6, 4))
    assert [run.name for run in runs] == ["history #1", "history #2"]
    assert [run.points for run in runs] == [6, 4]


def test_a_history_among_others_keeps_its_label(tmp_path: Path) -> None:
    runs = read(tmp_path, {"net": history(6, 4), "other": history(5)})
    assert [run.name for run in runs] == ["net #1", "net #2", "other"]


def test_lists_of_different_lengths_are_one_run(tmp_path: Path) -> None:
    (run,) = read(tmp_path, {**history(6, 4), "val_loss": [0.5] * 7})
    assert run.points == 17


def test_an_entry_that_is_no_record_is_told_once(tmp_path: Path) -> None:
    rows: list[Any] = [{"epoch": epoch, "loss": 1 / (1 + epoch)} for epoch in range(5)]
    runs = read(tmp_path, [*rows, "killed", *rows])
    found = [[issue.key for issue in run.issues] for run in runs]
    assert len(found) == 2
    assert "runs_appended" in found[0]
    assert found[1] == []


def rows(*, by_split: bool, **named: Any) -> list[dict[str, Any]]:
    """Return records whose losses are 1 to 5 in training and 11 to 15 in validation."""
    places = [(epoch, split) for epoch in range(1, 6) for split in ("train", "val")]
    if by_split:
        places.sort(key=lambda place: place[1])
    return [
        {**named, "epoch": epoch, "phase": split, "loss": float(epoch + 10 * (split == "val"))}
        for epoch, split in places
    ]


@pytest.mark.parametrize("by_split", [True, False])
def test_records_that_name_their_split_are_two_curves(tmp_path: Path, by_split: bool) -> None:
    (run,) = read(tmp_path, rows(by_split=by_split))
    curves = {series.split: series.value.tolist() for series in run.series}
    assert curves == {"train": [1, 2, 3, 4, 5], "val": [11, 12, 13, 14, 15]}


@pytest.mark.parametrize("names", [("a", "b"), (1, 2)])
def test_records_that_name_their_run_are_runs(tmp_path: Path, names: tuple[Any, Any]) -> None:
    runs = read(tmp_path, [row for name in names for row in rows(by_split=False, run=name)])
    assert [(run.name, run.points) for run in runs] == [(str(name), 10) for name in names]


def test_long_records_with_metric_and_split_are_one_run(tmp_path: Path) -> None:
    long = [
        {"epoch": row["epoch"], "metric": "loss", "data": row["phase"], "value": row["loss"]}
        for row in rows(by_split=True)
    ]
    (run,) = read(tmp_path, long)
    assert {(series.split, series.metric, len(series)) for series in run.series} == {
        ("train", "loss", 5),
        ("val", "loss", 5),
    }
