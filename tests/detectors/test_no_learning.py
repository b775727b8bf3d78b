"""No learning: stuck at the start, or at guessing; not slow, not converged."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.no_learning import NoLearning
from analyzer.errors import NotApplicable
from analyzer.model import Floats, Run


def run_of(loss: Floats, accuracy: Floats | None = None) -> Run:
    curves = {("train", "loss"): loss}
    return synthetic.of_curves("x", curves if accuracy is None else {**curves, ("train", "accuracy"): accuracy})


@pytest.mark.parametrize("epochs", [6, 50, 5000])
def test_a_loss_that_stays_where_it_was_is_found(epochs: int) -> None:
    noise = np.random.default_rng(1).standard_normal(epochs)
    (found,) = NoLearning().detect(run_of(2.303 * np.exp(0.004 * noise)))
    assert found.severity == "critical"


def test_a_steady_small_fall_is_learning() -> None:
    assert list(NoLearning().detect(run_of(np.linspace(2.10, 2.02, 60)))) == []


def test_a_fall_to_guessing_and_no_further_is_found_by_the_accuracy() -> None:
    loss = np.r_[8.0, 4.0, np.full(58, np.log(10))]
    noise = 0.004 * np.random.default_rng(2).standard_normal(60)
    (found,) = NoLearning().detect(run_of(loss * np.exp(noise), np.full(60, 0.1) + noise))
    assert found.tags == ("guessing",)


def test_a_network_that_is_right_from_the_first_epoch_has_learnt() -> None:
    loss = np.r_[2.3, 0.31, np.full(58, 0.3)]
    assert list(NoLearning().detect(run_of(loss, np.r_[0.1, np.full(59, 0.92)]))) == []


def test_five_points_give_no_conclusion() -> None:
    with pytest.raises(NotApplicable):
        list(NoLearning().detect(run_of(np.full(5, 2.3))))
