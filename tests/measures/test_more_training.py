"""What twice the length of a run would bring: its slopes, its learning rate, its turn."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.errors import NotApplicable
from analyzer.measures.more_training import fall_in, share_of, still_falls
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

T = np.arange(1.0, 81)


def run_of(val: Floats, **others: Floats) -> Run:
    places = {"lr": ("", "lr"), "accuracy": ("train", "accuracy")}
    curves = {("train", "loss"): val, ("val", "loss"): val}
    return synthetic.of_curves(
        "x", curves | {places[name]: value for name, value in others.items()}
    )


def test_a_power_law_falls_by_its_power_in_a_doubling() -> None:
    found = fall_in(run_of(2 * T**-0.4), "loss")
    assert found.slope == pytest.approx(0.4 * np.log(2), rel=0.01)
    assert found.movement == pytest.approx(0.4 * np.log(2), rel=0.01)
    assert (found.best, found.ahead, found.is_open()) == (1, 1, True)
    assert 0.2 < found.doubled(falls=True).fall < found.slope


def test_a_rise_moves_but_has_no_slope() -> None:
    found = fall_in(run_of(2 * T**0.3), "loss")
    assert found.slope < 0 < found.movement
    assert not found.is_open()
    assert found.doubled(falls=True).fall == 0


def test_a_rate_that_ends_at_zero_leaves_nothing_to_expect() -> None:
    run = run_of(2 * T**-0.4, lr=np.linspace(0.1, 0.0, 80))
    found = fall_in(run, "loss")
    assert (found.ahead, found.is_open(), still_falls(run, found)) == (0, False, False)
    doubled = found.doubled(falls=False)
    assert doubled.ranges[90].high - doubled.ranges[90].low < 0.01


@pytest.mark.parametrize(("accuracy", "falls"), [(0.9, True), (1.0, False)])
def test_a_network_that_is_right_has_nothing_left_to_fit(accuracy: float, falls: bool) -> None:
    run = run_of(2 * T**-0.4, accuracy=np.r_[np.linspace(0.3, accuracy, 40), np.full(40, accuracy)])
    assert still_falls(run, fall_in(run, "loss")) is falls


def test_a_slow_fall_is_not_worth_a_doubling() -> None:
    run = run_of(2 * T**-0.05)
    assert not still_falls(run, fall_in(run, "loss"))


def test_a_loss_below_zero_has_no_ratio() -> None:
    with pytest.raises(NotApplicable, match="not_positive"):
        fall_in(run_of(1 - 0.1 * T), "loss")


def test_the_answer_does_not_depend_on_the_unit_of_the_loss() -> None:
    small, large = (
        fall_in(run_of(unit * (0.3 + T**-0.7)), "loss").doubled(falls=True) for unit in (1, 1000)
    )
    assert small.fall == pytest.approx(large.fall)


def test_a_rise_of_the_log_loss_is_a_negative_share() -> None:
    assert share_of(np.log(2)) == pytest.approx(0.5)
    assert share_of(-np.log(2)) == pytest.approx(-1)
    assert share_of(0.0) == 0
