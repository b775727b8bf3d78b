"""An accuracy that stands still: one answer for every example, not a network that has converged."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.frozen import Frozen, frozen_accuracy
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

EPOCHS = 40
SHARE = 23 / 149  # of the usual class
LEVEL = 3.15 + 1.3 * np.exp(-np.arange(EPOCHS) / 1.5)  # comes down to the usual answer at once


def run_of(
    accuracy: Floats, trained: Floats | None = None, loss: Floats = LEVEL, val: Floats = LEVEL
) -> Run:
    curves = {("train", "loss"): loss, ("val", "loss"): val, ("val", "accuracy"): accuracy}
    if trained is not None:
        curves["train", "accuracy"] = trained
    return synthetic.of_curves("x", curves)


def frozen(run: Run) -> Frozen | None:
    return frozen_accuracy(run, at_least=6, transient=0.1, share=0.9, fall=0.05, agree=0.3)


def stands(value: float = SHARE) -> Floats:
    return np.r_[0.01, np.full(EPOCHS - 1, value)]


def test_an_accuracy_at_the_share_of_one_class_stands() -> None:
    assert frozen(run_of(stands())) == Frozen(pytest.approx(SHARE), EPOCHS - 4)
    assert frozen(run_of(100 * stands())) == Frozen(pytest.approx(SHARE), EPOCHS - 4)


def test_one_evaluation_in_ten_may_differ_and_no_more() -> None:
    accuracy = stands()
    accuracy[[10, 20, 30]] += 0.02
    assert frozen(run_of(accuracy)) is not None
    accuracy[[11, 21, 31]] += 0.02
    assert frozen(run_of(accuracy)) is None


def test_too_few_evaluations_tell_nothing() -> None:
    short = {"loss": LEVEL[:6], "val": LEVEL[:6]}
    assert frozen(run_of(stands()[:6], **short)) is None


def test_whole_percents_may_hide_a_change() -> None:
    assert frozen(run_of(stands(0.15))) is None
    assert frozen(run_of(stands(np.float32(0.15)))) is None


@pytest.mark.parametrize("accuracy", [SHARE, 0.0])
def test_a_loss_that_falls_below_zero_beside_it_is_no_learning(accuracy: float) -> None:
    below = np.linspace(0.69, -3.0, EPOCHS)
    found = frozen(run_of(stands(accuracy), loss=below, val=below))
    assert found == Frozen(pytest.approx(accuracy), EPOCHS - 4)
    rising = np.linspace(0.3, 0.8, EPOCHS)
    assert frozen(run_of(stands(accuracy), trained=rising, loss=below, val=below)) is None


def test_a_training_loss_that_falls_is_learning() -> None:
    assert frozen(run_of(stands(), loss=LEVEL * np.linspace(1.0, 0.9, EPOCHS))) is None


def test_training_that_is_ahead_has_learnt_something_else() -> None:
    assert frozen(run_of(stands(), trained=np.full(EPOCHS, 0.171))) is not None
    assert frozen(run_of(stands(), trained=np.full(EPOCHS, 0.99))) is None
    assert frozen(run_of(stands(), loss=LEVEL - 2.0)) is None


def test_a_loss_below_that_of_any_constant_answer_shows_learning() -> None:
    low = 0.3 + np.exp(-3.0 * np.arange(EPOCHS))
    right = 31 / 35  # whose constant answer costs at least 0.356
    assert frozen(run_of(stands(right), loss=low, val=low)) is None
    assert frozen(run_of(stands(right), loss=low + 0.1, val=low + 0.1)) is not None


def test_a_training_accuracy_that_rose_shows_learning() -> None:
    rising = np.minimum(np.linspace(0.05, 0.6, EPOCHS), 0.16)
    assert frozen(run_of(stands(), trained=rising)) is None


def test_without_a_held_out_accuracy_nothing_is_known() -> None:
    assert frozen(synthetic.of_curves("x", {("train", "loss"): LEVEL})) is None


@pytest.mark.parametrize(
    ("loss", "at_prior"), [(0.2536, True), (0.2, False), (0.3, False)], ids=["at", "below", "above"]
)
def test_knows_the_loss_of_always_giving_the_usual_answer(loss: float, at_prior: bool) -> None:
    share = 0.93  # its entropy against the other class is .2536
    level = np.full(EPOCHS, loss)
    found = frozen(run_of(np.r_[0.5, np.full(EPOCHS - 1, share)], loss=level, val=level))
    assert (found is not None) is at_prior  # a share in whole percent needs the loss to show it
    assert found is None or found.guesses(0.9)
    assert not Frozen(share, 30).guesses(0.9)
    assert Frozen(0.5, 30).guesses(0.9)
