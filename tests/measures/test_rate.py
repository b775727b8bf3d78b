"""What is left of the learning rate: of the highest, of the group that keeps most."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.rate import rate_ahead, rate_left


def test_the_last_rate_is_told_as_a_share_of_the_highest() -> None:
    run = synthetic.of_curves("x", {("", "lr"): np.r_[0.01, 0.1, 0.05, 0.02]})
    assert rate_left(run) == pytest.approx(0.2)


def test_a_run_without_a_rate_tells_nothing() -> None:
    assert rate_left(synthetic.of_curves("x", {("val", "loss"): np.ones(4)})) is None
    assert rate_left(synthetic.of_curves("x", {("", "lr"): np.array([0.1])})) is None


def test_a_rate_that_fell_lately_can_repeat_less() -> None:
    lr = np.r_[np.full(4, 9.0), 4.0, 3.0, 2.0, 1.0]
    assert rate_ahead(synthetic.of_curves("x", {("", "lr"): lr})) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("lr", "ahead"),
    [(np.full(8, 0.1), 1), (np.arange(8.0), 1), (np.r_[1.0, np.zeros(7)], 0), (np.ones(1), 1)],
)
def test_a_rate_that_stands_or_grows_can_repeat_all_and_one_of_zero_nothing(lr, ahead) -> None:
    assert rate_ahead(synthetic.of_curves("x", {("", "lr"): lr})) == pytest.approx(ahead)


def test_a_run_without_a_rate_is_taken_to_keep_it() -> None:
    assert rate_ahead(synthetic.of_curves("x", {("val", "loss"): np.ones(4)})) == 1
