"""Histories that hold several runs: their labels, their lists, what stays with the first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
