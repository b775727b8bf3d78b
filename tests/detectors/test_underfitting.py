"""Underfitting: still falling at the end, or high without a gap.

Not flat, not given up, not annealed.
"""

from __future__ import annotations

from dataclasses import replace

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


def test_a_steeper_fall_is_surer() -> None:
    found = [
        next(iter(Underfitting().detect(run_of(falling(power), falling(power)))))
        for power in (0.1, 0.15, 0.6)
    ]
    assert found[0].confidence < found[1].confidence < found[2].confidence
    assert {item.severity for item in found} == {"info"}  # power laws have bent long ago


def slow(left: float, epochs: int = 80) -> Floats:
    """Return a loss that falls along a straight line to a share of its start."""
    return np.linspace(2.0, 2.0 * left, epochs)


def test_a_run_that_learnt_much_and_still_falls_is_healthy() -> None:
    assert diagnose(run_of(falling(0.6), 1.02 * falling(0.6))).verdict == "healthy"


def test_a_run_that_learnt_little_and_still_falls_is_undertrained() -> None:
    diagnosis = diagnose(run_of(slow(0.7), 1.02 * slow(0.7)))
    (found,) = diagnosis.findings
    assert (diagnosis.verdict, found.tags) == ("undertrained", ("little_learnt", "still_falls"))


@pytest.mark.parametrize("left", [0.55, 0.7, 0.85])
def test_the_more_is_left_the_surer_is_undertrained(left: float) -> None:
    found = [
        next(iter(Underfitting().detect(run_of(slow(share), slow(share)))))
        for share in (left, left + 0.05)
    ]
    assert found[0].confidence < found[1].confidence


def test_a_fall_that_has_bent_is_a_note_even_if_much_is_left() -> None:
    time = np.arange(80)
    bent = np.where(time < 20, 2.0 - 0.04 * time, 1.2 * np.exp(-0.002 * (time - 20)))
    (found,) = Underfitting().detect(run_of(bent, bent))
    assert found.values["part"] < 0.2
    assert found.severity == "info"


def test_the_expected_gain_is_a_share_of_the_loss_below_the_slope() -> None:
    (found,) = Underfitting().detect(run_of(falling(0.5), falling(0.5)))
    values = found.values
    assert 0.2 < values["gain"] < 1 - 2**-0.5
    ends = [values[name] for name in ("low_90", "low", "gain", "high", "high_90")]
    assert ends == sorted(ends)
    assert ends[-1] < 1


def test_a_rate_that_fell_over_the_last_half_promises_less() -> None:
    lr = np.r_[np.full(40, 0.1), np.linspace(0.1, 0.02, 40)]
    constant, decayed = (
        next(iter(Underfitting().detect(run_of(falling(0.5), falling(0.5), lr=rate))))
        for rate in (np.full(80, 0.1), lr)
    )
    assert decayed.values["slope"] == constant.values["slope"]
    assert 0 < decayed.values["gain"] < 0.5 * constant.values["gain"]


def test_a_loss_that_no_longer_falls_is_promised_nothing() -> None:
    train = np.r_[np.linspace(2.0, 1.3, 20), np.full(60, 1.3)]
    accuracy = np.r_[np.linspace(0.2, 0.5, 20), np.full(60, 0.5)]
    (found,) = Underfitting().detect(run_of(train, 1.03 * train, accuracy))
    assert (found.tags, found.values["gain"]) == (("flat",), 0)
    assert -0.01 < found.values["low_90"] < 0 < found.values["high_90"] < 0.01


@pytest.mark.parametrize(("accuracy", "severity"), [(0.3, "warning"), (0.6, "info")])
def test_both_losses_high_and_a_low_accuracy_are_underfitting(
    accuracy: float, severity: str
) -> None:
    train = np.r_[np.linspace(2.3, 1.95, 20), np.full(60, 1.95)]
    run = run_of(train, 1.02 * train, np.r_[np.linspace(0.1, accuracy, 20), np.full(60, accuracy)])
    (found,) = Underfitting().detect(run)
    assert found.severity == severity
    assert ("both_high" in found.tags) == (severity == "warning")


def test_an_accuracy_counts_from_that_of_guessing_if_the_classes_are_known() -> None:
    train = np.r_[np.linspace(0.69, 0.6, 20), np.full(60, 0.6)]
    accuracy = np.r_[np.linspace(0.5, 0.68, 20), np.full(60, 0.68)]
    run = run_of(train, 1.02 * train, accuracy)
    two = replace(run, config={"num_classes": 2})
    assert [next(iter(Underfitting().detect(which))).severity for which in (run, two)] == [
        "info",
        "warning",
    ]


def test_a_training_loss_that_is_zero_beside_a_large_one_is_no_overflow() -> None:
    train = np.r_[np.linspace(2.0, 1e-300, 40), np.full(40, 1e-300)]
    with np.errstate(all="raise"):
        list(Underfitting().detect(run_of(train, falling(0.06))))


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


def in_parts(**left: float) -> Run:
    """Return a run whose loss was logged in parts, of each of which a share is left at the end."""
    curves = {}
    for name, share in left.items():
        curves |= {("train", name): slow(share), ("val", name): 1.05 * slow(share)}
    return synthetic.of_curves("parts", curves)


def test_a_part_with_a_floor_beside_parts_that_learnt_is_a_note() -> None:
    run = in_parts(box_loss=0.4, cls_loss=0.1, dfl_loss=0.75)
    found = list(Underfitting().detect(run))
    assert {item.severity for item in found} == {"info"}
    assert {item.tags for item in found} == {("still_falls",)}
    assert diagnose(run).verdict == "healthy"


def test_parts_that_all_learnt_little_are_undertrained() -> None:
    run = in_parts(box_loss=0.7, cls_loss=0.65, dfl_loss=0.75)
    assert {item.severity for item in Underfitting().detect(run)} == {"warning"}
    assert diagnose(run).verdict == "undertrained"
