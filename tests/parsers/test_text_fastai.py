"""fastai without its progress bar prints lists: their numbers have an order, not names."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._text_fastai import with_names
from analyzer.reading.load import load

ROWS = [
    "[0, 0.7848721742630005, 0.6570786833763123, 0.5416666865348816, '00:02']",
    "[1, 0.6118180751800537, 0.30520543456077576, 0.9833333492279053, '00:02']",
    "[2, 0.4321736991405487, 0.1387951523065567, 1.0, '00:01']",
    "[3, 0.33945605158805847, 0.11702682822942734, 0.9916666746139526, '1:00:02']",
    "[4, 0.2735677659511566, 0.09604667127132416, 0.9750000238418579, '00:03']",
]
NAMES = "['epoch', 'train_loss', 'valid_loss', 'accuracy', 'time']\n"


@pytest.mark.parametrize("names", ["", NAMES])
def test_the_losses_are_read_in_their_order(names: str, tmp_path: Path) -> None:
    (tmp_path / "out.log").write_text(names + "\n".join(ROWS) + "\n")
    (run,) = load(tmp_path)
    assert run.curve("loss", "train").value[0] == 0.7848721742630005
    assert run.curve("loss", "val").value[-1] == 0.09604667127132416
    tags = {series.tag for series in run.series}
    assert ("accuracy" if names else "metric_1") in tags


def test_a_metric_that_was_not_computed_is_no_value() -> None:
    named = with_names(b"[0, 0.5, None, '00:02']\n")
    assert named == b"epoch: 0, train_loss: 0.5\n"


@pytest.mark.parametrize("text", [b"[0, 0.5, 'x']\n", b"[1, 2, 3]\n", b"a = [0, 0.5, '00:02']\n"])
def test_other_lists_are_left_alone(text: bytes) -> None:
    assert with_names(text) == text
