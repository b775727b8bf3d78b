"""The loss of guessing among K classes."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.guessing import may_guess, nearest_classes, never_below_guessing
from analyzer.model.run import Run


def run_of(loss, accuracy=None, config=None) -> Run:
    curves = {("val", "loss"): np.asarray(loss)}
    if accuracy is not None:
        curves["val", "accuracy"] = np.asarray(accuracy)
    return synthetic.of_curves("x", curves, config=config)


@pytest.mark.parametrize(("level", "classes"), [(0.70, 2), (2.30, 10), (4.61, 100), (0.5, None)])
def test_the_nearest_number_of_classes(level: float, classes: int | None) -> None:
    assert nearest_classes(run_of([1.0]), level, near=0.03) == classes


def test_a_configured_number_of_classes_is_the_only_one() -> None:
    run = run_of([1.0], config={"num_classes": 7})
    assert nearest_classes(run, np.log(7), near=0.03) == 7
    assert nearest_classes(run, np.log(3), near=0.03) is None


def guesses(run: Run) -> int | None:
    return never_below_guessing(run, at_least=8, near=0.03, excess=0.5)


def test_a_loss_that_never_got_below_guessing() -> None:
    rising, chance = np.linspace(1.10, 1.6, 20), np.full(20, 0.34)
    assert guesses(run_of(rising, chance)) == 3
    assert guesses(run_of(rising - 0.1, chance)) is None
    assert guesses(run_of(rising, chance + 0.3)) is None  # right more often than guessing
    assert guesses(run_of(rising)) is None  # perhaps no classes at all
    assert guesses(run_of(rising[:5], chance[:5])) is None
    assert guesses(run_of(rising - 5.0, chance)) is None  # no cross-entropy
    assert guesses(run_of(rising, np.linspace(0.34, 0.45, 20))) is None  # it has learnt something


def test_a_loss_that_swings_below_guessing_has_left_it() -> None:
    chance = np.full(16, 0.5)
    level = np.array([0.72, 0.70, 0.71, 0.70] * 4)
    assert guesses(run_of(level, chance)) == 2
    one, two = level.copy(), level.copy()
    one[5] = two[[5, 11]] = 0.60
    two[[6, 10]] = 0.85
    assert guesses(run_of(one, chance)) == 2
    assert guesses(run_of(two, chance)) is None


def test_an_accuracy_far_above_one_in_k_is_no_guess_among_k_classes() -> None:
    loss, excess = np.full(20, 2.04), 0.5
    assert may_guess(run_of(loss), 8, at_least=8, excess=excess)
    assert may_guess(run_of(loss, np.full(20, 0.18)), 8, at_least=8, excess=excess)
    assert not may_guess(run_of(loss, np.full(20, 0.55)), 8, at_least=8, excess=excess)
    assert may_guess(run_of(loss, np.full(20, 0.55)), None, at_least=8, excess=excess)
