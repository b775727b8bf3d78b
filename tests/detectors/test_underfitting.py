"""Underfitting: high, without a gap, and still falling or often wrong."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.underfitting import Underfitting
from analyzer.errors import NotApplicable
from analyzer.model import Floats, Run


def run_of(train: Floats, val: Floats, accuracy: Floats | None = None) -> Run:
    curves = {("train", "loss"): train, ("val", "loss"): val}
    return synthetic.of_curves("x", curves if accuracy is None else {**curves, ("train", "accuracy"): accuracy})


def falling(left: float, epochs: int = 60) -> Floats:
    return 2.0 * np.exp(np.log(left) * np.arange(epochs) / (epochs - 1))


def test_a_slow_fall_without_a_gap_is_found_and_still_falls() -> None:
    (found,) = Underfitting().detect(run_of(falling(0.7), 1.02 * falling(0.7)))
    assert found.tags == ("still_falls",)
    assert found.values["left"] == pytest.approx(0.7, abs=0.02)
    assert found.values["slope"] == pytest.approx(-np.log(0.7) * 0.5, rel=0.2)  # ln t runs by ln 2 over the last half


def test_a_flat_high_loss_is_found_where_the_accuracy_is_low() -> None:
    train = np.r_[np.linspace(2.0, 1.3, 20), np.full(60, 1.3)]
    (found,) = Underfitting().detect(run_of(train, 1.03 * train, np.r_[np.linspace(0.2, 0.5, 20), np.full(60, 0.5)]))
    assert found.tags == ("flat",)


def test_a_flat_high_loss_alone_is_no_conclusion_about_fit() -> None:
    train = np.r_[np.linspace(2.0, 1.3, 20), np.full(60, 1.3)]
    assert list(Underfitting().detect(run_of(train, 1.03 * train))) == []


def test_a_loss_below_half_of_its_start_is_clear() -> None:
    assert list(Underfitting().detect(run_of(falling(0.3), 1.02 * falling(0.3)))) == []


def test_a_gap_is_another_condition() -> None:
    assert list(Underfitting().detect(run_of(falling(0.7), 1.3 * falling(0.7)))) == []


def test_a_run_without_validation_gives_no_conclusion() -> None:
    with pytest.raises(NotApplicable):
        list(Underfitting().detect(synthetic.of_curves("x", {("train", "loss"): falling(0.7)})))
