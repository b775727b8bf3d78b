"""Underfitting: still falling at the end, or high without a gap.

Not flat, not given up, not annealed.
"""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.underfitting import Underfitting
from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(
    train: Floats, val: Floats, accuracy: Floats | None = None, lr: Floats | None = None
) -> Run:
    curves = {("train", "loss"): train, ("val", "loss"): val}
    curves |= {} if accuracy is None else {("train", "accuracy"): accuracy}
    curves |= {} if lr is None else {("", "lr"): lr}
    return synthetic.of_curves("x", curves)


def falling(power: float, epochs: int = 80) -> Floats:
    """Return a power law: doubling the run multiplies it by 2 ** -power."""
    return 2.0 * np.arange(1.0, epochs + 1) ** -power


@pytest.mark.parametrize("power", [0.2, 0.5])
def test_the_slope_says_what_doubling_the_run_would_bring(power: float) -> None:
    (found,) = Underfitting().detect(run_of(falling(power), 1.02 * falling(power)))
    assert found.tags == ("still_falls",)
    assert found.values["slope"] == pytest.approx(power * np.log(2), rel=0.01)


def test_a_steeper_fall_is_surer_and_a_small_one_is_a_note() -> None:
    found = [
        next(iter(Underfitting().detect(run_of(falling(power), falling(power)))))
        for power in (0.1, 0.15, 0.6)
    ]
    assert found[0].confidence < found[1].confidence < found[2].confidence
    assert [item.severity for item in found] == ["info", "info", "warning"]


def test_a_run_that_still_falls_is_called_undertrained() -> None:
    assert diagnose(run_of(falling(0.6), 1.02 * falling(0.6))).verdict == "undertrained"


def test_a_fall_of_less_than_five_per_cent_a_doubling_is_clear() -> None:
    assert list(Underfitting().detect(run_of(falling(0.06), falling(0.06)))) == []


def test_a_curve_that_bent_flat_is_clear() -> None:
    bent = np.maximum(falling(0.5), 0.4)
    assert list(Underfitting().detect(run_of(bent, bent))) == []


def test_a_best_value_before_the_last_fifth_is_clear() -> None:
    val = falling(0.5)
    val[50] = 0.1
    assert list(Underfitting().detect(run_of(falling(0.5), val))) == []


def test_a_rate_that_has_fallen_to_nothing_ends_the_fall() -> None:
    lr = np.linspace(0.1, 0.0, 80)
    assert list(Underfitting().detect(run_of(falling(0.5), falling(0.5), lr=lr))) == []


def test_a_flat_high_loss_with_a_low_accuracy_is_a_note_without_a_confidence() -> None:
    train = np.r_[np.linspace(2.0, 1.3, 20), np.full(60, 1.3)]
    (found,) = Underfitting().detect(
        run_of(train, 1.03 * train, np.r_[np.linspace(0.2, 0.5, 20), np.full(60, 0.5)])
    )
    assert (found.tags, found.severity, found.confidence) == (("flat",), "info", None)


def test_a_flat_high_loss_alone_is_no_conclusion_about_fit() -> None:
    train = np.r_[np.linspace(2.0, 1.3, 20), np.full(60, 1.3)]
    assert list(Underfitting().detect(run_of(train, 1.03 * train))) == []


def test_a_curve_that_went_flat_in_the_last_quarter_is_clear() -> None:
    time = np.arange(100)
    stepped = (0.8 + 1.5 * np.exp(-time / 6)) * np.where(time >= 72, 0.4, 1)
    assert [
        finding
        for finding in Underfitting().detect(run_of(stepped, stepped))
        if finding.severity != "info"
    ] == []


def test_a_training_accuracy_of_one_leaves_nothing_to_fit() -> None:
    accuracy = np.r_[np.linspace(0.5, 1, 40), np.ones(40)]
    assert list(Underfitting().detect(run_of(falling(0.6), falling(0.6), accuracy))) == []


def test_validation_that_ends_long_before_training_gives_no_conclusion() -> None:
    run = synthetic.of_curves(
        "x", {("train", "loss"): falling(0.6, 100), ("val", "loss"): falling(0.6, 60)}
    )
    with pytest.raises(NotApplicable, match="nothing_to_compare"):
        list(Underfitting().detect(run))


def test_a_run_without_validation_gives_no_conclusion() -> None:
    with pytest.raises(NotApplicable):
        list(Underfitting().detect(synthetic.of_curves("x", {("train", "loss"): falling(0.5)})))
