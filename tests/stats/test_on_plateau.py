"""Stairs that a wait for a better loss explains."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.on_plateau import patience_of
from analyzer.trainer.schedules import ReduceOnPlateau


def reduced(loss: np.ndarray, patience: int) -> list[int]:
    """Return the first epochs with a lower rate, as the trainer's scheduler gives them."""
    schedule = ReduceOnPlateau(patience=patience)
    factors = [1.0, *(schedule.update(value) for value in loss)]
    return [at for at in range(1, len(loss)) if factors[at] < factors[at - 1]]


@pytest.mark.parametrize("patience", [3, 5, 10])
@pytest.mark.parametrize("seed", range(5))
def test_the_patience_of_a_scheduler_that_waits(patience: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    loss = 0.5 + np.exp(-np.arange(120) / 12) + 0.01 * rng.standard_normal(120)
    drops = reduced(loss, patience)
    assert len(drops) > 1
    assert patience_of(loss, drops) == patience


def test_planned_drops_are_not_taken_for_a_wait() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        loss = 0.5 + np.exp(-np.arange(120) / 12) + 0.01 * rng.standard_normal(120)
        assert patience_of(loss, [60, 90]) is None


def test_a_loss_that_still_falls_was_not_waited_for() -> None:
    assert patience_of(np.geomspace(3, 1, 60), [30]) is None
    assert patience_of(np.geomspace(3, 1, 60), []) is None
