"""A table that pandas printed without the rows in its middle says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsers.lines import read

ROWS = [f"{at:<4d}{at + 1:5d}{2 / (at + 1):12.4f}{2.1 / (at + 1):10.4f}" for at in range(24)]
HEADER = "    epoch  train_loss  val_loss"
DOTS = "..    ...         ...       ..."


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([HEADER, *ROWS[:5], DOTS, *ROWS[19:], "", "[24 rows x 3 columns]"], 1),
        ([HEADER, *ROWS, "", "[24 rows x 3 columns]"], 0),
        ([HEADER, *ROWS[:5], "...", *ROWS[19:]], 0),
    ],
)
def test_rows_that_pandas_left_out_are_told(tmp_path: Path, lines: list[str], count: int) -> None:
    run = read(tmp_path, "\n".join(lines) + "\n")
    found = [issue for issue in run.issues if issue.key == "rows_left_out"]
    assert [issue.values["count"] for issue in found] == [24] * count
