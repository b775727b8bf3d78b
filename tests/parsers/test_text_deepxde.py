"""The losses of DeepXDE stand in brackets, one for each equation and condition."""

from __future__ import annotations

from pathlib import Path

from analyzer.parsers._text_deepxde import with_loss_names
from tests.parsers.lines import curves, read

HEAD = "Step      Train loss              Test loss               Test metric   \n"


def test_each_loss_of_a_row_is_a_curve(tmp_path: Path) -> None:
    text = "Training model...\n\n" + HEAD
    for row in range(8):
        text += f"{500 * row:<9} [{3.5 / (row + 1):.2e}, {1.25 / (row + 1):.2e}]    "
        text += f"[{4.5 / (row + 1):.2e}, {2.25 / (row + 1):.2e}]    [{0.5 / (row + 1):.2e}]    \n"
    run = read(tmp_path, text + "\nBest model at step 3500:\n  train loss: 5.94e-01\n")
    found = curves(run)
    assert found["train", "loss_1"][:2] == [3.5, 1.75]
    assert found["train", "loss_2"][:2] == [1.25, 0.625]
    assert found["test", "loss_2"][:2] == [2.25, 1.12]
    assert found["test", "metric"][:2] == [0.5, 0.25]
    steps = next(series.step for series in run.series if series.metric == "loss_1")
    assert steps.tolist() == list(range(0, 4000, 500))


def test_brackets_elsewhere_stay() -> None:
    row = b"100 [1.0] [2.0] [3.0]\n"
    assert with_loss_names(row) == row
