"""The size of the validation set as a fact."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.facts.validation_set import ValidationSet


@pytest.mark.parametrize("examples", [80, 1200])
def test_the_grain_of_the_accuracies_tells_the_number_of_examples(examples: int) -> None:
    run = synthetic.overfitting(5, examples=examples).run
    assert ValidationSet().compute(run, None) == {"examples": examples}


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
