"""Small tables with a column for each split stand below each epoch."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_by_split import with_splits
from tests.parsers.lines import curves, read

LOG = "2026-01-02 10:00:00,5 - INFO - trainer - "


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (LOG + "                 Training |  Validation", LOG + "{:<14} | {:8.4f}  | {:8.4f}"),
        ("            train | val", "{:<10}| {:.4f} | {:.4f}"),
        (
            "|  Metric  | Train  |  Test  |\n|----------|--------|--------|",
            "| {} | {:.4f} | {:.4f} |",
        ),
        ("              Train      Valid", "{:<12}  {:.4f}     {:.4f}"),
    ],
)
def test_each_row_has_a_value_of_each_split(tmp_path: Path, header: str, row: str) -> None:
    text = ""
    for epoch in range(1, 8):
        rows = (("accuracy", 1 - 0.5 / epoch, 1 - 0.6 / epoch), ("loss", 3 / epoch, 4 / epoch))
        text += f"Epoch {epoch}/7\n{header}\n"
        text += "".join(row.format(*cells) + "\n" for cells in rows) + "\n"
    run = read(tmp_path, text)
    found = curves(run)
    held_out = "test" if "Test" in header else "val"
    assert found["train", "loss"] == [round(3 / epoch, 4) for epoch in range(1, 8)]
    assert found[held_out, "loss"] == [round(4 / epoch, 4) for epoch in range(1, 8)]
    assert found[held_out, "accuracy"] == [round(1 - 0.6 / epoch, 4) for epoch in range(1, 8)]
    assert run.series[0].epoch.tolist() == list(range(1, 8))
    assert len(found) == 4


def test_a_cell_may_be_empty() -> None:
    text = "Training |  Validation\nmemory |  12.0  |  N/A\nloss | 0.5 | 0.6\nend\n"
    assert with_splits(text.encode()) == (
        b" Training memory: 12.0\n Training loss: 0.5, Validation loss: 0.6\nend\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "train val\nnothing here\n",
        "train train\nloss 0.5 0.6\n",
        "train val\nloss 0.5 0.6 0.7\n",
        "we train and test\nloss 0.5 0.6\n",
        "train val",
    ],
)
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert with_splits(text.encode()) == text.encode()


def test_rows_with_long_stretches_of_blanks_stay_as_they_are() -> None:
    row = "a" + " " * 390 + "q\n"  # going back through the blanks would take ten minutes
    text = ("train val\n" + row) * 50_000
    assert with_splits(text.encode()) == text.encode()
