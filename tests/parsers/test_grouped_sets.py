"""Series by output below their set: Ludwig's statistics, and models below a split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.parsers._grouped_sets import without_groups
from analyzer.reading.load import load

TRAIN = [0.9, 0.7, 0.6, 0.52, 0.47, 0.44]
VAL = [0.95, 0.8, 0.72, 0.7, 0.71, 0.74]
ACC = [0.5, 0.6, 0.66, 0.7, 0.72, 0.71]


def statistics(train: list[float], accuracy: list[float]) -> dict[str, Any]:
    return {"label": {"loss": train, "accuracy": accuracy}, "combined": {"loss": train}}


def test_the_statistics_of_ludwig_are_one_run_with_the_loss_of_the_model(tmp_path: Path) -> None:
    document = {
        "training": statistics(TRAIN, ACC),
        "validation": statistics(VAL, ACC),
        "test": {},
        "evaluation_frequency": {"frequency": 1, "period": "epoch"},
    }
    (tmp_path / "training_statistics.json").write_text(json.dumps(document))
    (run,) = load(tmp_path)
    assert run.curve("loss", "train").value.tolist() == TRAIN
    assert run.curve("loss", "val").value.tolist() == VAL
    assert run.curve("accuracy", "val").value.tolist() == ACC
    assert run.curve("label/loss", "val").value.tolist() == VAL
    assert "test" not in run.config


def test_several_outputs_keep_their_names() -> None:
    whole = {"loss": TRAIN}
    document = {"train": {"a": {"loss": VAL}, "b": {"loss": ACC, "mse": ACC}, "total": whole}}
    assert without_groups(document) == {
        "train": {"loss": TRAIN, "a/loss": VAL, "b/loss": ACC, "b/mse": ACC}
    }


def test_one_output_needs_no_name() -> None:
    document = {"train": {"y": {"loss": TRAIN}}, "val": {"y": {"loss": VAL}}, "lr": 0.1}
    assert without_groups(document) == {"lr": 0.1, "train": {"loss": TRAIN}, "val": {"loss": VAL}}


def test_models_below_a_split_are_runs(tmp_path: Path) -> None:
    document = {
        "train": {"cnn": {"loss": TRAIN}, "mlp": {"loss": VAL}},
        "val": {"cnn": {"loss": VAL}, "mlp": {"loss": ACC}},
    }
    (tmp_path / "histories.json").write_text(json.dumps(document))
    runs = {run.name: run for run in load(tmp_path)}
    assert list(runs) == ["cnn", "mlp"]
    assert runs["cnn"].curve("loss", "train").value.tolist() == TRAIN
    assert runs["cnn"].curve("loss", "val").value.tolist() == VAL


def test_other_nests_stay_as_they_are() -> None:
    for document in (
        {"train": {"loss": TRAIN}, "val": {"loss": VAL}},
        {"loss": {"train": TRAIN, "val": VAL}},
        {"train": {"a": {"loss": TRAIN}}, "val": {"loss": VAL}},
        {"cnn": {"train": {"loss": TRAIN}}},
        {"train": {}, "val": {}},
        {"train": {"0": {"loss": 0.5}, "1": {"loss": 0.4}}},
    ):
        assert without_groups(document) == document
