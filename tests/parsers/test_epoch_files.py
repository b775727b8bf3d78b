"""A JSON file for each epoch: the folder is one run, the epoch is that of the name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.reading.load import load, scan

TRAIN = [0.69, 0.52, 0.41, 0.33, 0.28, 0.25, 0.23, 0.21, 0.2, 0.19, 0.18, 0.17]
VAL = [0.71, 0.58, 0.5, 0.46, 0.45, 0.46, 0.48, 0.49, 0.51, 0.53, 0.55, 0.58]


def allennlp(epoch: int) -> dict[str, Any]:
    best = VAL.index(min(VAL[: epoch + 1]))
    return {
        "best_epoch": best,
        "peak_worker_0_memory_MB": 1803.4,
        "training_duration": f"0:00:{epoch + 10}.5",
        "epoch": epoch,
        "training_start_epoch": 0,
        "training_epochs": epoch,
        "training_accuracy": 1 - TRAIN[epoch],
        "training_loss": TRAIN[epoch],
        "validation_loss": VAL[epoch],
        "best_validation_loss": VAL[best],
    }


def write(
    folder: Path, name: str, make: Callable[[int], Mapping[str, Any]] = allennlp, first: int = 0
) -> Path:
    path = folder
    for epoch in range(len(TRAIN)):
        path = folder / name.format(epoch + first)
        path.write_text(json.dumps(make(epoch), indent=4))
    return path


def curves(run: Run) -> tuple[list[float], list[float]]:
    train, val = run.curve("loss", "train"), run.curve("loss", "val")
    return train.value.tolist(), val.value.tolist()


def test_the_files_of_allennlp_are_one_run(tmp_path: Path) -> None:
    write(tmp_path, "metrics_epoch_{}.json")
    (tmp_path / "metrics.json").write_text(json.dumps(allennlp(11)))
    (run,) = load(tmp_path)
    assert curves(run) == (TRAIN, VAL)
    assert run.curve("loss", "val").epoch.tolist() == list(range(12))  # 2 before 10
    assert {series.tag for series in run.series} == {
        "training_accuracy",
        "training_loss",
        "validation_loss",
    }
    assert {passed.key for passed in run.meta.passed_over} >= {"best_mark", "not_a_metric"}
    assert run.name == tmp_path.name
    assert len(run.meta.files) == 12


@pytest.mark.parametrize(
    "name", ["epoch_{:03d}.json", "epoch{}_metrics.json", "eval-epoch={}.json", "ep-{}.json"]
)
def test_other_names_have_their_epoch_too(tmp_path: Path, name: str) -> None:
    def nested(epoch: int) -> Mapping[str, Any]:
        return {"train": {"loss": TRAIN[epoch]}, "val": {"loss": VAL[epoch]}}

    write(tmp_path, name, nested, first=1)
    (run,) = load(tmp_path)
    assert curves(run) == (TRAIN, VAL)
    assert run.curve("loss", "val").epoch.tolist() == list(range(1, 13))


def test_files_of_two_runs_are_two_runs(tmp_path: Path) -> None:
    write(tmp_path, "small_epoch_{}.json")
    write(tmp_path, "large_epoch_{}.json")
    assert [run.name for run in load(tmp_path)] == ["large", "small"]


def test_a_damaged_file_costs_its_epoch(tmp_path: Path) -> None:
    write(tmp_path, "metrics_epoch_{}.json")
    path = tmp_path / "metrics_epoch_4.json"
    path.write_bytes(path.read_bytes()[:-40])
    (run,) = load(tmp_path)
    assert run.curve("loss", "train").epoch.tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]
    assert [issue.source for issue in run.issues] == ["metrics_epoch_4.json"]


def test_the_numbers_of_one_epoch_are_no_curve(tmp_path: Path) -> None:
    (tmp_path / "metrics_epoch_7.json").write_text(json.dumps(allennlp(7)))
    assert [file.key for file in scan(tmp_path).skipped] == ["one_epoch"]
    with pytest.raises(NothingReadable, match="one epoch alone"):
        load(tmp_path)


@pytest.mark.parametrize(
    "content", [{"lr": 0.1, "epochs": 9}, {"loss": "bce"}, {"loss": [0.5, 0.4], "val_loss": [1, 2]}]
)
def test_settings_and_histories_are_left_to_others(tmp_path: Path, content: object) -> None:
    for epoch in range(3):
        (tmp_path / f"net_epoch_{epoch}.json").write_text(json.dumps(content))
    assert all(run.meta.format != "JSON file per epoch" for run in scan(tmp_path))
