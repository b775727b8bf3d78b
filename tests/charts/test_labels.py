"""Names that are too long are cut, and say so by an ellipsis."""

from __future__ import annotations

from analyzer.charts.labels import cut_end, cut_middle


def test_a_name_that_fits_stays_as_it_is() -> None:
    assert cut_end("loss", 4) == cut_middle("loss", 4) == "loss"


def test_a_long_name_keeps_its_start() -> None:
    assert cut_end("validation loss", 8) == "validat…"


def test_a_long_name_of_a_run_keeps_both_ends() -> None:
    assert cut_middle("resnet50_lr0.1_seed3", 9) == "resn…eed3"
    assert cut_middle("ab", 1) == "a…b"
