"""The size of the validation set as a fact."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.facts.validation_set import ValidationSet, wilson


@pytest.mark.parametrize("examples", [80, 1200])
def test_the_grain_of_the_accuracies_tells_the_number_of_examples(examples: int) -> None:
    run = synthetic.overfitting(5, examples=examples).run
    assert ValidationSet().compute(run, None)["examples"] == examples


def test_a_run_without_an_accuracy_tells_nothing() -> None:
    assert (
        ValidationSet().compute(synthetic.of_curves("made", {("val", "loss"): np.ones(9)}), None)
        is None
    )


def test_an_accuracy_without_a_grain_tells_nothing() -> None:
    value = np.random.default_rng(1).uniform(0, 1, 40)
    assert (
        ValidationSet().compute(synthetic.of_curves("made", {("val", "accuracy"): value}), None)
        is None
    )


def test_the_interval_of_an_accuracy_is_wilsons() -> None:
    low, high = wilson(0.8, 50)
    assert (low, high) == pytest.approx((0.6696, 0.8876), abs=1e-4)  # statsmodels 0.14
    assert wilson(1.0, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)


def test_a_small_set_is_called_so_with_its_interval() -> None:
    fact = ValidationSet().compute(synthetic.overfitting(5, examples=80).run, None)
    assert fact["tags"] == ("size", "interval", "small")
    assert fact["low"] < fact["best_accuracy"] < fact["high"]
    large = ValidationSet().compute(synthetic.overfitting(5, examples=1200).run, None)
    assert large["tags"] == ("size", "interval")


def test_an_accuracy_that_never_changes_is_told() -> None:
    frozen = synthetic.of_curves("made", {("val", "accuracy"): np.full(30, 0.9)})
    fact = ValidationSet().compute(frozen, None)
    assert (fact["frozen"], "frozen" in fact["tags"]) == (0.9, True)
    solved = synthetic.of_curves("made", {("val", "accuracy"): np.ones(30)})
    found = ValidationSet().compute(solved, None)
    assert found is None or found["frozen"] is None
