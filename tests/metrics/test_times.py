"""Names that say how long the training took, and names that only look like it."""

from __future__ import annotations

import pytest

from analyzer.metrics import times_training


@pytest.mark.parametrize(
    "name",
    [
        *("time", "seconds", "time/time_elapsed", "epoch_time", "Epoch took", "train_runtime"),
        *("time/epoch", "sec/step", "step_time_ms", "elapsed_hours", "tiempo", "timestamp"),
        *("train_minutes", "done in", "time (s)"),
    ],
)
def test_the_time_of_training(name: str) -> None:
    assert times_training(name)


@pytest.mark.parametrize(
    "name",
    [
        *("time/fps", "time/iterations", "eta", "time_remaining", "data_time", "eval_runtime"),
        *("val_time", "inference_time", "min", "h", "s", "loss_min", "in", "steps", "loss", "/"),
    ],
)
def test_no_time_of_training(name: str) -> None:
    assert not times_training(name)
