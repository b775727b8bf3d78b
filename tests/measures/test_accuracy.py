"""The accuracy at the end, and whether it rose."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.accuracy import accuracy_rose, end_accuracy, highest_end_accuracy
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(split: str, accuracy: Floats) -> Run:
    return synthetic.of_curves("x", {(split, "accuracy"): accuracy})


@pytest.mark.parametrize("width", [1, 100])
def test_the_end_is_a_fraction_whatever_was_logged(width: int) -> None:
    run = run_of("val", width * np.linspace(0.2, 0.8, 50))
    end = end_accuracy(run, "val", at_least=6)
    assert end == pytest.approx(0.8, abs=0.03)
    assert end_accuracy(run, "train", at_least=6) is None
    assert end_accuracy(run, "val", at_least=60) is None


@pytest.mark.parametrize(
    ("accuracy", "rose"),
    [
        (np.linspace(0.2, 0.8, 50), True),
        (np.full(50, 0.3), False),
        (np.linspace(0.8, 0.2, 50), False),
    ],
    ids=["rises", "stands", "falls"],
)
def test_a_rise_is_as_large_as_asked_and_keeps_its_direction(accuracy: Floats, rose: bool) -> None:
    asked = {"at_least": 6, "rise": 0.05, "agree": 0.3}
    assert accuracy_rose(run_of("val", accuracy), ("train", "val"), **asked) is rose
    assert accuracy_rose(run_of("val", accuracy), ("train",), **asked) is None


def test_jumps_that_end_high_are_no_rise() -> None:
    jumps = np.where(np.arange(60) % 2, 0.3, 0.7)
    jumps[-4:] = 0.7
    asked = {"at_least": 6, "rise": 0.05, "agree": 0.3}
    assert accuracy_rose(run_of("val", jumps), ("val",), **asked) is False


def test_the_highest_end_is_that_of_either_split() -> None:
    run = run_of("val", np.linspace(0.2, 0.8, 50))
    assert highest_end_accuracy(run, at_least=6) == pytest.approx(0.8, abs=0.03)
    assert highest_end_accuracy(run, at_least=60) is None
