"""A second descent: where validation rose, and where it fell below its first minimum again."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of
from analyzer.facts.second_descent import SecondDescent

EPOCHS = np.arange(100.0)
# Minimum of 1.0 at epoch 20, top of 1.8 at epoch 45, below 1.0 again after epoch 70.
TWICE = np.interp(EPOCHS, [0, 20, 45, 70, 99], [3.0, 1.0, 1.8, 1.0, 0.4])
FALLING = np.geomspace(3, 0.05, 100)


def fact_of(val: np.ndarray, train: np.ndarray | None = FALLING, *, noise: float = 0.01):
    rng = np.random.default_rng(3)
    curves = {("val", "loss"): val + noise * rng.standard_normal(len(val))}
    if train is not None:
        curves["train", "loss"] = train[: len(val)]
    run = synthetic.of_curves("made", curves)
    return SecondDescent().compute(run, best_of(run))


def test_it_says_where_the_rise_began_was_highest_and_was_made_good() -> None:
    fact = fact_of(TWICE)
    assert fact["tags"] == ("second",)
    assert fact["first_epoch"] == pytest.approx(20, abs=2)
    assert fact["peak_epoch"] == pytest.approx(45, abs=2)
    assert fact["back_epoch"] == pytest.approx(70, abs=2)
    assert fact["second_epoch"] >= 96
    assert (fact["first_level"], fact["peak_level"]) == pytest.approx((1.02, 1.77), abs=0.05)


def test_a_rise_of_training_too_is_a_run_that_recovered() -> None:
    assert fact_of(TWICE, 0.8 * TWICE)["tags"] == ("recovery",)
    assert fact_of(TWICE, None)["tags"] == ("second",)


@pytest.mark.parametrize(
    "val",
    [
        FALLING,
        np.interp(EPOCHS, [0, 20, 99], [3.0, 1.0, 1.8]),  # overfitting, and no more
        np.interp(EPOCHS, [0, 20, 45, 99], [3.0, 1.0, 1.8, 1.05]),  # not below the first minimum
        np.interp(EPOCHS, [0, 20, 21, 22, 99], [3.0, 1.0, 1.8, 1.0, 0.4]),  # a spike
        1 + FALLING + 0.5 * np.abs(np.sin(EPOCHS / 6)),  # an oscillation
        TWICE[:12],
    ],
)
def test_other_shapes_have_none(val: np.ndarray) -> None:
    assert fact_of(val) is None


def test_a_rise_within_the_noise_is_none() -> None:
    assert fact_of(np.interp(EPOCHS, [0, 20, 45, 70, 99], [3, 1, 1.2, 1, 0.8]), noise=0.1) is None


def test_the_numbers_scale_with_the_loss() -> None:
    small, large = fact_of(TWICE), fact_of(1000 * TWICE, noise=10.0)
    assert small["back_epoch"] == large["back_epoch"]
    assert large["peak_level"] == pytest.approx(1000 * small["peak_level"])
