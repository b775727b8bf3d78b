"""Curves that are called by their split alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analyzer.model.run import Run
from analyzer.reading.load import load

EPOCHS = np.arange(24)
LOSS = 2.0 * np.exp(-EPOCHS / 8) + 0.3
HELD_OUT = 1.8 * np.exp(-EPOCHS / 8) + 0.5
SCORE = 0.9 - 0.7 * np.exp(-EPOCHS / 8)


def read(folder: Path, **columns: np.ndarray) -> Run:
    """Return the run of a table with these columns."""
    rows = zip(*(np.round(values, 4).tolist() for values in columns.values()), strict=True)
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    (folder / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (run,) = load(folder)
    return run


def said(run: Run) -> dict[str, str]:
    """Return what each column is read as."""
    return {series.tag: f"{series.split}/{series.metric}" for series in run.series}


def keys(run: Run) -> list[str]:
    return [issue.key for issue in run.issues]


@pytest.mark.parametrize("epoch", [{}, {"epoch": EPOCHS}])
def test_splits_beside_a_loss_are_its_held_out_losses(
    tmp_path: Path, epoch: dict[str, np.ndarray]
) -> None:
    run = read(tmp_path, **epoch, Loss=LOSS, Val=HELD_OUT, Test=HELD_OUT + 0.1)
    assert said(run) == {"Loss": "train/loss", "Val": "val/loss", "Test": "test/loss"}
    assert keys(run) == ["bare_split_metric"]
    (val,) = [series for series in run.series if series.split == "val"]
    assert val.value.tolist() == np.round(HELD_OUT, 4).tolist()


def test_a_held_out_loss_that_turns_is_one(tmp_path: Path) -> None:
    turns = HELD_OUT + np.maximum(EPOCHS - 8, 0) * 0.1
    assert said(read(tmp_path, epoch=EPOCHS, loss=LOSS, valid=turns))["valid"] == "val/loss"


def test_splits_beside_an_accuracy_are_accuracies(tmp_path: Path) -> None:
    run = read(tmp_path, epoch=EPOCHS, Accuracy=SCORE, Val=SCORE - 0.1)
    assert said(run) == {"Accuracy": "train/accuracy", "Val": "val/accuracy"}


def test_scores_beside_a_loss_are_not_taken_for_it(tmp_path: Path) -> None:
    run = read(tmp_path, epoch=EPOCHS, Loss=LOSS, Val=SCORE, Test=SCORE - 0.1)
    assert said(run)["Val"] == "/Val"
    assert keys(run) == ["bare_split_unread"]


def test_a_score_that_falls_a_little_is_not_taken_for_a_loss(tmp_path: Path) -> None:
    run = read(tmp_path, epoch=EPOCHS, Loss=LOSS, Val=0.8 - 0.01 * EPOCHS / 24)
    assert said(run)["Val"] == "/Val"


def test_a_training_value_beside_a_loss_is_a_score(tmp_path: Path) -> None:
    run = read(tmp_path, epoch=EPOCHS, Loss=LOSS, Train=SCORE, Val=SCORE - 0.1)
    assert said(run) == {"Loss": "train/loss", "Train": "train/score", "Val": "val/score"}


@pytest.mark.parametrize("others", [{}, {"loss": LOSS, "accuracy": SCORE}, {"val_loss": HELD_OUT}])
def test_without_one_named_metric_nothing_is_read(
    tmp_path: Path, others: dict[str, np.ndarray]
) -> None:
    run = read(tmp_path, epoch=EPOCHS, **others, train=LOSS, val=HELD_OUT)
    assert (said(run)["train"], said(run)["val"]) == ("/train", "/val")
    assert "bare_split_unread" in keys(run)
