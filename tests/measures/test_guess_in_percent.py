"""An accuracy of 1 may be 1 %: that of guessing among a hundred classes."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.guess_in_percent import guesses_in_percent
from analyzer.measures.pairs import cost_in
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

STUCK = np.full(20, np.log(100)) + np.linspace(-0.003, 0.003, 20)


def run_of(loss: Floats, accuracy: Floats) -> Run:
    return synthetic.of_curves("x", {("val", "loss"): loss, ("val", "accuracy"): accuracy})


def is_percent(loss: Floats, accuracy: Floats) -> bool:
    run = run_of(loss, accuracy)
    return guesses_in_percent(run, run.curve("accuracy", "val"), most=1.5)


def test_the_accuracy_of_guessing_a_hundred_classes_is_one_per_cent() -> None:
    assert is_percent(STUCK, np.ones(20))
    cost = cost_in(run_of(STUCK, np.ones(20)), "accuracy", "val", at_least=8)
    assert (cost.scale, cost.width) == ("error", 100.0)


@pytest.mark.parametrize(
    ("loss", "accuracy"),
    [
        (np.linspace(1.0, 0.01, 20), np.ones(20)),  # always right
        (np.linspace(9.0, 4.6, 20), np.ones(20)),  # a loss that fell to ln 100 by chance
        (STUCK, np.linspace(0.2, 1.0, 20)),  # learnt, under a loss of another kind
        (STUCK, np.full(20, 60.0)),
        (STUCK, np.zeros(20)),
        (np.full(20, np.log(10)), np.full(20, 0.1)),
    ],
)
def test_other_small_accuracies_are_shares(loss: Floats, accuracy: Floats) -> None:
    assert not is_percent(loss, accuracy)
