"""A line that is nothing but the name of a split heads the numbers below it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_sections import section_of
from tests.parsers.lines import curves, read

LOSS = [2.0, 1.5, 1.2, 1.0, 0.9, 0.85]


@pytest.mark.parametrize(
    ("line", "split"),
    [
        ("  train:", "train"),
        ("=== Validation ===", "val"),
        ("Evaluating...", "val"),
        ("Eval begin...", "val"),
        ("Mon 01 Jan 2024 10:00:30 INFO  valid result: ", "val"),
        ("2024-01-01 10:00:00,123 - trainer - INFO - Testing", "test"),
        ("[test set]", "test"),
        ("Validaci\u00f3n:", "val"),
        ("Validation metrics", "val"),
        ("Test Error: ", "test"),
        ("VALIDATION RESULTS", "val"),
        ("Validation Results", "val"),
        ("   --> EVAL PERFORMANCE", "val"),
        ("##### Evaluating market1501 (source) #####", "val"),
        ("### Evaluating 3 models: 0.5", ""),
        ("train loss:", ""),
        ("Training the network", ""),
        ("epoch", ""),
        ("", ""),
    ],
)
def test_a_heading_is_a_split_alone(line: str, split: str) -> None:
    assert section_of(line.encode()) == split


@pytest.mark.parametrize(
    ("train", "val"), [("  train:", "  valid:"), ("Training", "Validating...")]
)
def test_numbers_below_a_heading_are_of_its_split(tmp_path: Path, train: str, val: str) -> None:
    text = ""
    for epoch, loss in enumerate(LOSS):
        text += f"==== Epoch {epoch} ====\n{train}\n    loss : {loss}\n    f1   : {1 - loss / 3}\n"
        text += f"{val}\n    loss : {loss + 0.2:.2f}\n    f1   : {0.9 - loss / 3}\n"
    found = curves(read(tmp_path, text))
    assert found["train", "loss"] == LOSS
    assert found["val", "loss"] == [round(loss + 0.2, 2) for loss in LOSS]
    assert set(found) == {(split, name) for split in ("train", "val") for name in ("loss", "f1")}


def test_a_line_with_a_count_ends_the_section(tmp_path: Path) -> None:
    text = ""
    for epoch, loss in enumerate(LOSS):
        text += f"Epoch {epoch}\tloss {loss}\nValidation:\nloss {loss + 0.2:.2f}\n"
    found = curves(read(tmp_path, text))
    assert found["train", "loss"] == LOSS
    assert found["val", "loss"] == [round(loss + 0.2, 2) for loss in LOSS]


def test_a_name_keeps_the_split_that_it_says(tmp_path: Path) -> None:
    text = "Training\n"
    text += "".join(f"epoch {at}\nTraining\nval_loss: {loss}\n" for at, loss in enumerate(LOSS))
    assert curves(read(tmp_path, text)) == {("val", "loss"): LOSS}


def test_a_progress_bar_below_a_heading_is_of_its_split(tmp_path: Path) -> None:
    bar = "[==============================]"
    text = "".join(
        f"Epoch {epoch}/6\n"
        f"step 50/100 {bar} - loss: {loss + 1:.2f} - 9ms/step\n"
        f"step 100/100 {bar} - loss: {loss} - 9ms/step\n"
        "Eval begin...\n"
        f"step 10/10 {bar} - loss: {loss + 0.1:.2f} - 5ms/step\n"
        for epoch, loss in enumerate(LOSS, 1)
    )
    found = curves(read(tmp_path, text))
    assert found["train", "loss"] == LOSS
    assert found["val", "loss"] == [round(loss + 0.1, 2) for loss in LOSS]


@pytest.mark.parametrize(
    "heading",
    [
        "Epoch {e}, dev results:",
        "Epoch {e}/6 - Validation",
        "=== Epoch {e}: val set ===",
        "\u00c9poca {e}, validaci\u00f3n:",
    ],
)
def test_a_heading_may_count_epochs(tmp_path: Path, heading: str) -> None:
    text = ""
    for epoch, loss in enumerate(LOSS, 1):
        text += f"Epoch {epoch}, train loss: {loss}\n{heading.format(e=epoch)}\n"
        text += f"Precision: {1 - loss / 4}, Recall: {1 - loss / 5}\n"
    run = read(tmp_path, text)
    found = curves(run)
    assert found["val", "Precision"] == [1 - loss / 4 for loss in LOSS]
    assert ("train", "Recall") not in found
    assert [series.epoch.tolist() for series in run.series] == [[1, 2, 3, 4, 5, 6]] * 3


def test_the_quickstart_of_pytorch_has_both_losses(tmp_path: Path) -> None:
    text = ""
    for epoch, loss in enumerate(LOSS, 1):
        text += f"Epoch {epoch}\n-------------------------------\n"
        text += f"loss: {loss:>7f}  [   64/60000]\nloss: {loss + 0.01:>7f}  [ 6464/60000]\n"
        text += f"Test Error: \n Accuracy: {50 + epoch}.5%, Avg loss: {loss + 0.1:>8f} \n\n"
    found = curves(read(tmp_path, text))
    assert found["train", "loss"] == [loss + n for loss in LOSS for n in (0, 0.01)]
    assert found["test", "loss"] == [round(loss + 0.1, 6) for loss in LOSS]
    assert found["test", "accuracy"] == [51.5, 52.5, 53.5, 54.5, 55.5, 56.5]


@pytest.mark.parametrize(
    "heading", ["{} Results, Epoch {}:", "=== {} summary (epoch {}) ===", "[Epoch {1}] {0} metrics"]
)
def test_a_heading_may_count_the_epoch(tmp_path: Path, heading: str) -> None:
    text = ""
    for epoch, loss in enumerate(LOSS, 1):
        text += (
            f"{heading.format('Training', epoch)}\n Accuracy: {80 + epoch}.5%, Avg loss: {loss}\n"
        )
        text += f"{heading.format('Validation', epoch)}\n Accuracy: {70 + epoch}.5%, "
        text += f"Avg loss: {loss + 0.2:.2f}\n"
    found = curves(read(tmp_path, text))
    assert found["train", "loss"] == LOSS
    assert found["val", "loss"] == [round(loss + 0.2, 2) for loss in LOSS]
    assert found["val", "accuracy"] == [71.5, 72.5, 73.5, 74.5, 75.5, 76.5]
