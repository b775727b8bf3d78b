"""Curves side by side whose names have a setting and its value are runs of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from analyzer.model.run import RunSet
from analyzer.reading.load import load

EPOCHS = 12


def read(tmp_path: Path, names: Sequence[str]) -> RunSet:
    rows = [",".join(["epoch", *names])]
    for epoch in range(EPOCHS):
        values = [f"{(2 + at) / (1 + epoch):.6f}" for at in range(len(names))]
        rows.append(",".join([str(epoch), *values]))
    log = tmp_path / "sweep.csv"
    log.write_text("\n".join(rows) + "\n")
    return load(log)


@pytest.mark.parametrize(
    ("names", "settings"),
    [
        (["lr_0.1_loss", "lr_0.01_loss"], [{"lr": 0.01}, {"lr": 0.1}]),
        (["loss_lr1e-3", "loss_lr1e-4"], [{"lr": 0.001}, {"lr": 0.0001}]),
        (["val_loss (bs=32)", "val_loss (bs=64)"], [{"bs": 32}, {"bs": 64}]),
        (["seed_1/acc", "seed_2/acc"], [{"seed": 1}, {"seed": 2}]),
        (["lr0p1_val_loss", "lr0p5_val_loss"], [{"lr": 0.1}, {"lr": 0.5}]),
        (["SGD_acc", "Adam_acc"], [{"optimizer": "Adam"}, {"optimizer": "SGD"}]),
    ],
)
def test_each_setting_is_a_run(
    tmp_path: Path, names: Sequence[str], settings: Sequence[dict[str, object]]
) -> None:
    runs = read(tmp_path, names)
    assert [dict(run.config) for run in runs] == settings
    assert {series.metric for run in runs for series in run.series} <= {"loss", "accuracy"}
    assert {len(series) for run in runs for series in run.series} == {EPOCHS}


def test_a_setting_has_its_training_and_validation(tmp_path: Path) -> None:
    names = [f"{split}_loss (lr={rate})" for rate in (0.1, 0.01) for split in ("train", "val")]
    runs = read(tmp_path, names)
    assert [run.name for run in runs] == ["sweep/lr=0.01", "sweep/lr=0.1"]
    for run in runs:
        assert {(series.split, series.metric) for series in run.series} == {
            ("train", "loss"),
            ("val", "loss"),
        }


@pytest.mark.parametrize(
    "names",
    [
        ["lr_0.1_loss", "loss"],  # what the other loss belongs to is open
        ["lr_0.1_loss", "lr_0.01_acc"],
        ["box_loss", "cls_loss"],
        ["alpha_loss", "beta_loss"],
        ["lr_0", "lr_1", "loss"],
        ["top1_acc", "top5_acc"],
    ],
)
def test_other_names_are_those_of_one_run(tmp_path: Path, names: Sequence[str]) -> None:
    assert len(read(tmp_path, names)) == 1
