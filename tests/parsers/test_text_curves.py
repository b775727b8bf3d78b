"""Which numbers of a text show that it is a log."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from tests.parsers.lines import curves, read


def epochs(line: str, count: int) -> str:
    return "".join(
        line.format(e=e, a=round(2 - e / 7, 3), b=round(2.2 - e / 9, 3)) + "\n"
        for e in range(1, count + 1)
    )


@pytest.mark.parametrize(
    "line",
    [
        "Epoch {e}: loss {a}, val_loss {b}",
        "- Epoch {e}/3: Accuracy: {a} - Val_accuracy: {b}",
        "| epoch {e:03d} | loss {a} | num_updates {e}00\n| epoch {e:03d} | valid_loss {b}",
    ],
)
def test_three_epochs_are_a_log_if_one_name_says_that_it_is_held_out(
    tmp_path: Path, line: str
) -> None:
    run = read(tmp_path, epochs(line, 3))
    assert {split for split, _metric in curves(run)} == {"train", "val"}
    assert all(len(series) == 3 for series in run.series)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("Epoch {e}: loss {a}", 3),
        ("Epoch {e}: loss {a}, val_loss {b}", 2),
        ("Epoch {e}: val_loss {a}, test_loss {b}", 3),
    ],
)
def test_fewer_are_none(tmp_path: Path, line: str, count: int) -> None:
    with pytest.raises(AnalyzerError):
        read(tmp_path, epochs(line, count))
