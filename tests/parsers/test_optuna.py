"""Trials of Optuna: what their values are, and what their parameters were."""

from __future__ import annotations

import math
from typing import Any

import pytest

from analyzer.metrics import Reading
from analyzer.parsers._optuna import Study, Trial, parameter

CHOICES = {"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd"]}}


@pytest.mark.parametrize(
    ("study", "expected"),
    [
        (Study("net"), Reading("val", "loss")),
        (Study("net", maximizes=True), Reading("val", "score")),
        (Study("net", maximizes=True, metric="train_accuracy"), Reading("train", "accuracy")),
        (Study("val_loss of net"), Reading("val", "loss")),
    ],
)
def test_values_are_what_the_study_says(study: Study, expected: Reading) -> None:
    assert study.reading.split == expected.split
    assert expected.metric in study.reading.metric


@pytest.mark.parametrize(
    ("value", "distribution", "expected"),
    [
        (1.0, CHOICES, "sgd"),
        (7.0, CHOICES, 7.0),
        (3.0, {"name": "IntDistribution"}, 3),
        (0.5, {"name": "FloatDistribution"}, 0.5),
        (0.5, None, 0.5),
    ],
)
def test_a_parameter_is_what_the_trial_had(value: float, distribution: Any, expected: Any) -> None:
    found = parameter(value, distribution)
    assert (found, type(found)) == (expected, type(expected))


def test_a_parameter_that_is_not_finite_is_kept() -> None:
    assert math.isinf(parameter(math.inf, CHOICES))


def test_a_step_that_does_not_fit_is_left_out() -> None:
    trial = Trial(Study("net"), 0)
    for step in (0, 2**70, None, "1"):
        trial.report(step, 0.5)
    assert (trial.values, trial.lost) == ({0: 0.5}, 3)


def test_a_value_beyond_the_largest_float_is_lost() -> None:
    trial = Trial(Study("net"), 0)
    trial.report(0, 10**400)
    trial.report(1, 0.5)
    assert (trial.values, trial.lost) == ({1: 0.5}, 1)


def test_a_step_that_is_reported_again_has_the_last_value() -> None:
    trial = Trial(Study("net"), 0)
    for step, value in ((0, 2.0), (1, 1.0), (0, 1.5)):
        trial.report(step, value)
    assert trial.values == {0: 1.5, 1: 1.0}
