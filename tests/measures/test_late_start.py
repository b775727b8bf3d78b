"""A log whose first point is far from the start of the training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.late_start import begins_late
from analyzer.model.series import Curve


def curve(steps: list[int], epochs: list[float] | None = None) -> Curve:
    run = synthetic.of_curves("x", {("train", "loss"): np.linspace(2, 1, len(steps))})
    found = run.curve("loss", "train")
    epoch = np.full(len(steps), np.nan) if epochs is None else np.array(epochs, dtype=float)
    return replace(found, step=np.array(steps), epoch=epoch)


@pytest.mark.parametrize(
    ("steps", "epochs", "late"),
    [
        ([0, 1, 2, 3], None, False),
        ([1, 2], None, False),
        ([500, 1000, 1500, 2000], None, False),
        ([3800, 3900, 4000, 4500], None, True),
        ([0, 20, 40, 60], [148, 148, 148, 148], True),
        ([0, 20, 40, 60], [1, 1, 1, 1], False),
        ([1, 2, 3, 4], [1, 2, 3, 4], False),
        ([60, 61, 62, 63], [60, 61, 62, 63], True),
    ],
)
def test_more_was_trained_before_than_the_log_shows(
    steps: list[int], epochs: list[float] | None, late: bool
) -> None:
    assert begins_late(curve(steps, epochs)) is late
