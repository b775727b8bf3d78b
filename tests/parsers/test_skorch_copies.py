"""The history that skorch's Checkpoint saves is a copy of the run's, not a second run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile
from analyzer.reading.load import load


def history(epochs: int, start: float = 2.0) -> list[dict[str, Any]]:
    records = []
    for epoch in range(1, epochs + 1):
        train, valid = start / epoch, start / epoch + 0.1
        batches = [
            {"train_loss": train + 0.0123456789, "train_batch_size": 64},
            {"valid_loss": valid, "valid_batch_size": 16},
        ]
        records.append(
            {
                "batches": batches,
                "epoch": epoch,
                "train_batch_count": 1,
                "dur": 0.1,
                "train_loss": train,
                "valid_loss": valid,
            }
        )
    return records


def save(folder: Path, records: list[dict[str, Any]], name: str = "history.json") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(records))


def test_the_beginning_of_a_history_is_its_copy(tmp_path: Path) -> None:
    save(tmp_path, history(8), "final.json")
    save(tmp_path / "ck", history(5))
    (run,) = load(tmp_path)
    assert len(run.curve("loss", "val").value) == 8
    copies = [item.name for item in run.meta.passed_over if item.key == "earlier_checkpoint"]
    assert copies == ["ck/history.json"]


def test_another_training_is_a_run_of_its_own(tmp_path: Path) -> None:
    save(tmp_path / "a", history(8))
    save(tmp_path / "b", history(8, start=3.0))
    assert [run.name for run in load(tmp_path)] == ["a", "b"]


def test_a_history_that_went_on_in_another_way_is_a_run(tmp_path: Path) -> None:
    changed = history(6)
    changed[5]["valid_loss"] = 9.0
    save(tmp_path / "a", history(8))
    save(tmp_path / "b", changed)
    assert len(load(tmp_path)) == 2


def test_a_damaged_copy_does_no_harm_to_the_run(tmp_path: Path) -> None:
    save(tmp_path / "a", history(8))
    (tmp_path / "b").mkdir()
    text = json.dumps(history(8))
    (tmp_path / "b" / "history.json").write_text(text[: len(text) // 2])
    found = load(tmp_path)
    assert [len(run.curve("loss", "val").value) for run in found] == [8]
    assert found[0].meta.passed_over[-1].name == "b/history.json"
    (tmp_path / "b" / "history.json").write_text(text.replace("]", "", 1))
    found = load(tmp_path)
    assert [len(run.curve("loss", "val").value) for run in found] == [8]
    assert [issue.source for issue in found[0].issues] == ["b/history.json"]


def test_a_copy_that_cannot_be_opened_does_no_harm_to_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "a", history(8))
    save(tmp_path / "b", history(5))
    opened = LogFile.open

    def fail(file: LogFile) -> BinaryIO:
        if file.path.parent.name == "b":
            raise ParseError("cannot_open", error="Permission denied")
        return opened(file)

    monkeypatch.setattr(LogFile, "open", fail)
    (run,) = load(tmp_path)
    assert len(run.curve("loss", "val").value) == 8
    assert [issue.key for issue in run.issues] == ["cannot_open"]
