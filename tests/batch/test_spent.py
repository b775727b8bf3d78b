"""What a run took and what came after its best, in epochs and in seconds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.batch.spent import spent_of
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run(value: Floats, times: Floats | None = None) -> Run:
    """Return a run with these validation losses, one an epoch, and the times of its points."""
    made = synthetic.of_curves("run", {("val", "loss"): value})
    if times is None:
        return made
    return replace(made, series=tuple(replace(one, wall_time=times) for one in made.series))


LOSS = np.concatenate([np.linspace(2, 1, 10), np.linspace(1.1, 1.5, 10)])  # best at epoch 9


def test_epochs_after_the_best_are_counted() -> None:
    spent = spent_of(diagnose(run(LOSS)))
    assert spent is not None
    assert (spent.unit, spent.after, spent.seconds) == ("epoch", 10.0, None)
    assert spent.total == pytest.approx(20)


def test_a_night_between_two_sessions_is_no_training_time() -> None:
    times = 60.0 * np.arange(20)
    times[15:] += 36_000
    spent = spent_of(diagnose(run(LOSS, times)))
    assert spent is not None
    assert (spent.seconds, spent.seconds_after) == (1200.0, 600.0)


def test_times_that_stand_still_are_no_times() -> None:
    spent = spent_of(diagnose(run(LOSS, np.full(20, 5.0))))
    assert spent is not None
    assert spent.seconds is None


def test_a_run_of_one_evaluation_took_an_unknown_time() -> None:
    assert spent_of(diagnose(run(np.array([1.0])))) is None
