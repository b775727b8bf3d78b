"""Rows below a table that sum it up are no points."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.run import Run
from analyzer.reading.load import load


def read(folder: Path, *below: str) -> Run:
    rows = [f"{epoch},{2.5 - epoch / 4},{2.75 - epoch / 8}" for epoch in range(6)]
    path = folder / "log.csv"
    path.write_text("\n".join(["epoch,train_loss,val_loss", *rows, *below]) + "\n")
    (run,) = load(path)
    return run


@pytest.mark.parametrize(
    "below", [("mean,1.9,2.4",), ("Mean,1.9,2.4", "std,0.4,0.2"), ("best,1.25,2.125",)]
)
def test_a_summary_below_the_epochs_is_left_out(below: tuple[str, ...], tmp_path: Path) -> None:
    run = read(tmp_path, *below)
    assert run.curve("loss", "val").value.tolist() == [2.75 - epoch / 8 for epoch in range(6)]
    (issue,) = [issue for issue in run.issues if issue.key == "summary_rows"]
    assert (issue.position, issue.values["count"]) == (8, len(below))


def test_a_word_that_sums_up_nothing_stays(tmp_path: Path) -> None:
    run = read(tmp_path, "test,1.9,2.4")
    assert len(run.curve("loss", "val").value) == 7
