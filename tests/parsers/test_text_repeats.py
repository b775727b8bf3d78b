"""A value that is printed again where a model is saved is no second curve."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsers.lines import curves, read

VAL = [2.71828, 1.61803, 1.41421, 1.20205, 1.13198, 1.64493]


def log(again: str) -> str:
    text = ""
    best = 10.0
    for epoch, loss in enumerate(VAL, 1):
        text += f"Epoch {epoch} Training Loss: {loss - 0.4:.4f} Validation Loss: {loss:.4f}\n"
        if loss < best:
            best = loss
            text += again.format(loss=loss) + "\n"
    return text


@pytest.mark.parametrize(
    "again",
    ["Saving model with current validation loss: {loss}", "model saved, val loss = {loss:.3f}"],
)
def test_a_repeated_value_counts_once(tmp_path: Path, again: str) -> None:
    run = read(tmp_path, log(again))
    assert len(run.series) == 2
    assert curves(run)["val", "loss"] == [round(loss, 4) for loss in VAL]


def test_another_value_of_the_metric_stays(tmp_path: Path) -> None:
    run = read(tmp_path, log("").replace("\n\n", "\nsmoothed val loss = 1.9\n"))
    assert len(run.series) == 3


def test_what_a_saved_model_says_in_brackets_repeats_the_epoch(tmp_path: Path) -> None:
    text = ""
    for epoch, loss in enumerate(VAL, 1):
        text += f"Epoch {epoch}/50\n  Train Loss: {loss - 0.4:.4f}\n  Val Loss: {loss:.4f}\n"
        text += f"  Val Dice: {1 - loss / 4:.4f}\n  -> Saved the model (Dice: {1 - loss / 4:.4f})\n"
    found = curves(read(tmp_path, text))
    assert set(found) == {("train", "loss"), ("val", "loss"), ("val", "Dice")}
    assert len(found["val", "Dice"]) == len(VAL)


def test_the_best_epoch_is_printed_again_with_other_digits(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch: {epoch} Training loss: {loss - 0.3:.4f} Dev acc: {90 - 9 * loss:.2f}\n"
        for epoch, loss in enumerate(VAL, 1)
    )
    text += f"FINAL BEST RESULT: Epoch: 5 Dev acc: {90 - 9 * VAL[4]:.4f}\n"
    found = curves(read(tmp_path, text))
    assert found["val", "accuracy"] == [round(90 - 9 * loss, 2) for loss in VAL]


@pytest.mark.parametrize(
    "best",
    [
        "Best Instance Accuracy: 0.91, Class Accuracy: 0.89",
        "2026-01-02 - Model - INFO - Best accuracy: 0.91, precision: 0.89",
    ],
)
def test_the_best_so_far_is_no_point(tmp_path: Path, best: str) -> None:
    text = "".join(
        f"Epoch {epoch}\nTrain Accuracy: {0.9 - loss / 5:.4f}\n"
        f"Test Accuracy: {0.8 - loss / 5:.4f}\n{best}\n"
        for epoch, loss in enumerate(VAL, 1)
    )
    assert set(curves(read(tmp_path, text))) == {("train", "accuracy"), ("test", "accuracy")}


def test_the_test_of_the_best_model_is_kept(tmp_path: Path) -> None:
    text = log("").replace("\n\n", "\n") + "Best model - Test Loss: 1.2345, Test Acc: 0.61\n"
    found = curves(read(tmp_path, text))
    assert found["test", "loss"] == [1.2345]
    assert found["test", "accuracy"] == [0.61]
