"""Which tables of a document are training results."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import NotThisFormat
from analyzer.parsers._base import LogFile
from analyzer.parsers._result_tables import Block, is_of_results, longest_first, run_of

ROWS = [f"| {epoch} | {1 / epoch:.3f} |" for epoch in range(1, 6)]
HEAD = ["| Epoch | Loss |", "|---|---|"]


def test_an_axis_and_a_loss_make_results() -> None:
    assert is_of_results(["Epoch", "Validation Loss"])
    assert not is_of_results(["Epoch", "Accuracy"])
    assert not is_of_results(["Model", "Loss"])


def test_an_axis_that_goes_back_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "card.md"
    path.write_text("")
    file = LogFile(path, Path("card.md"), "card.md", 0)
    run = run_of([Block(0, [*HEAD, *ROWS, ""])], file, "card", {"lr": 0.1})
    assert run.points == 5
    assert run.config == {"lr": 0.1}
    with pytest.raises(NotThisFormat):
        run_of([Block(0, [*HEAD, *reversed(ROWS), ""])], file, "card", {})
    with pytest.raises(NotThisFormat):
        longest_first([])
