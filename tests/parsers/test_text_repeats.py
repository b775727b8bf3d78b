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
