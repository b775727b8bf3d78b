"""A whole number between a metric and its value, and brackets behind the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsers.lines import curves, read, said


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Validation loss 1500:  0.4321", {"step": "1500", ":Validation loss": "0.4321"}),
        (
            "Train loss 12 0.4321 Grad Norm 1.75",
            {"step": "12", ":Train loss": "0.4321", ":Grad Norm": "1.75"},
        ),
        ("Loss 1: 0.45, Loss 2: 0.36", {":Loss 1": "0.45", ":Loss 2": "0.36"}),
        ("epoch 4: val loss 2: 0.36", {"epoch": "4", ":val loss 2": "0.36"}),
        ("loss 0.45 acc 3", {":loss": "0.45", ":acc": "3"}),
        ("Class 4 accuracy: 0.45", {":Class 4 accuracy": "0.45"}),
    ],
)
def test_a_whole_number_before_a_value_is_a_step_or_a_label(
    line: str, expected: dict[str, str]
) -> None:
    assert said(line) == expected


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("step 3 loss: 0.52 (0.61)", "0.61"),
        ("step 3 loss: 0.52  (0.61)", "0.61"),
        ("step 3 loss: -0.52 (-0.61)", "-0.61"),
        ("step 3 loss: 0.52 (+0.01)", "0.52"),
        ("step 3 loss: 0.52 (-0.01)", "0.52"),
        ("step 3 loss: 0.52 (7)", "0.52"),
    ],
)
def test_brackets_hold_a_running_mean_but_not_a_change(line: str, value: str) -> None:
    assert said(line)[":loss"] == value


def test_each_numbered_loss_is_a_curve(tmp_path: Path) -> None:
    text = "".join(f"Epoch {e}: loss 1: {3 / e:.4f}, loss 2: {2 / e:.4f}\n" for e in range(1, 9))
    found = curves(read(tmp_path, text))
    assert found["train", "loss 1"] == [round(3 / e, 4) for e in range(1, 9)]
    assert found["train", "loss 2"] == [round(2 / e, 4) for e in range(1, 9)]


def test_the_steps_of_tacotron_are_read(tmp_path: Path) -> None:
    text = ""
    for step in range(24):
        text += f"Train loss {step} {2 / (step + 1):.6f} Grad Norm 1.250000 0.41s/it\n"
        if step % 3 == 2:
            text += f"Validation loss {step}: {2.5 / (step + 1):9f}  \nSaving model {step}\n"
    run = read(tmp_path, text)
    steps = {(series.split, series.metric): series.step.tolist() for series in run.series}
    assert steps["train", "loss"] == list(range(24))
    assert steps["val", "loss"] == list(range(2, 24, 3))
