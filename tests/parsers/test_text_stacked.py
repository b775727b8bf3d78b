"""Headers of two lines, as MATLAB and Vowpal Wabbit print them, are read as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_stacked import with_one_header
from tests.parsers.lines import curves, read

RULE = f"|{'=' * 70}|\n"
UPPER = "|  Epoch  |  Iteration  |  Mini-batch  |  Validation  |  Base Learning  |\n"
LOWER = "|         |             |     Loss     |     Loss     |      Rate       |\n"
LOSS = [round(1.9 * 0.85**row + 0.11, 4) for row in range(9)]


def test_the_columns_of_matlab_have_both_their_words(tmp_path: Path) -> None:
    text = RULE + UPPER + LOWER + RULE
    for row, loss in enumerate(LOSS):
        held_out = f"{loss + 0.07:12.4f}" if row % 2 else " " * 12
        text += f"| {1 + row // 3:7} | {30 * row + 1:11} | {loss:12.4f} | {held_out} | 0.0030 |\n"
    run = read(tmp_path, text)
    found = curves(run)
    assert found["train", "loss"] == LOSS
    assert found["val", "loss"] == [round(loss + 0.07, 4) for loss in LOSS[1::2]]
    assert found["", "lr"] == [0.003] * 9
    (val,) = [series for series in run.series if series.split == "val"]
    assert val.step.tolist() == [31, 91, 151, 211]
    assert val.epoch.tolist() == [1, 2, 2, 3]


def test_the_columns_of_vowpal_wabbit_count_examples(tmp_path: Path) -> None:
    text = "average  since         example  current  current\n"
    text += "loss     last          counter    label  predict\n"
    for row, loss in enumerate(LOSS):
        text += f"{loss:.6f} {loss / 2:.6f} {3 * 2**row:8} {1 - 2 * (row % 2):8.4f} {0.4:8.4f}\n"
    run = read(tmp_path, text)
    (series,) = [series for series in run.series if series.metric == "loss"]
    assert series.value.tolist() == LOSS
    assert series.step.tolist() == [3 * 2**row for row in range(9)]


@pytest.mark.parametrize(
    "text",
    [
        "epoch  train loss  val loss\nnumber  of the  model\n3  0.5  0.6\n",  # a header alone
        "first we load\nthe data\n3 files\n",
        "average  since  example\nloss     last\n0.5 0.4 3\n",  # not as many columns
        "average  since  example\nloss     last   counter\nand no row\n",
    ],
)
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert with_one_header(text.encode()) == text.encode()
