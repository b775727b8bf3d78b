"""Oscillation: the move against the progress, its period, its start.

Not batches, not a steady change.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.oscillation import Oscillation
from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(loss: Floats, *, examples: int = 10_000, split: str = "val") -> Run:
    run = synthetic.of_curves("x", {(split, "loss"): loss})
    return replace(run, config={"val_examples": examples})


def swinging(epochs: int, size: float, *, period: float = 4.0, fall: float = 0.0) -> Floats:
    time = np.arange(epochs)
    return np.exp(
        -fall * time / epochs + size * np.sqrt(2) * np.sin(2 * np.pi * time / period + 0.3)
    )


def noisy(epochs: int, size: float, seed: int = 5) -> Floats:
    return np.exp(size * np.random.default_rng(seed).standard_normal(epochs))


@pytest.mark.parametrize("epochs", [24, 100, 300])
def test_measures_the_move_and_names_the_period(epochs: int) -> None:
    loss = swinging(epochs, 0.2)
    (found,) = Oscillation().detect(run_of(loss))
    steps = np.diff(np.log(loss))[epochs // 2 :]
    assert found.values["move"] == pytest.approx(
        np.expm1(np.abs(steps - steps.mean()).mean()), rel=0.1
    )
    if epochs > 24:
        assert found.values["period"] == pytest.approx(4.0, rel=0.05)
        assert "periodic" in found.tags


def test_noise_is_called_noisy_and_not_alternating() -> None:
    (found,) = Oscillation().detect(run_of(noisy(100, 0.2)))
    assert found.tags == ("noisy",)
    assert found.values["period"] is None


def test_a_loss_that_turns_at_every_point_alternates() -> None:
    (found,) = Oscillation().detect(run_of(swinging(80, 0.2, period=2.0)))
    assert "alternating" in found.tags


def test_a_move_below_a_third_of_the_progress_is_no_oscillation() -> None:
    assert list(Oscillation().detect(run_of(swinging(100, 0.03, fall=1.2)))) == []
    assert list(Oscillation().detect(run_of(swinging(100, 0.1, fall=0.3))))


@pytest.mark.parametrize("fall", [3.0, -1.0])
def test_a_steady_change_is_no_move(fall: float) -> None:
    steady = np.exp(-fall * np.arange(60) / 60)
    assert list(Oscillation().detect(run_of(steady))) == []


def test_a_small_swing_on_a_flat_curve_is_no_oscillation() -> None:
    assert list(Oscillation().detect(run_of(swinging(100, 0.015)))) == []


def test_an_early_swing_that_dies_out_is_no_oscillation() -> None:
    time = np.arange(200)
    assert list(Oscillation().detect(run_of(np.exp(0.5 * np.sin(time) * np.exp(-time / 15))))) == []


def test_the_jitter_of_a_small_validation_set_is_taken_for_sampling() -> None:
    loss = noisy(100, 0.035)
    assert list(Oscillation().detect(run_of(loss, examples=10_000)))
    assert list(Oscillation().detect(run_of(loss, examples=50))) == []


def test_a_swing_that_begins_late_has_its_start() -> None:
    loss = np.exp(-np.arange(120) / 400) * np.r_[noisy(70, 0.005), noisy(50, 0.2, seed=6)]
    (found,) = Oscillation().detect(run_of(loss))
    assert found.onset is not None
    assert found.onset.low <= 70 <= found.onset.high
    assert abs(found.onset.step - 70) <= 4


def test_a_swing_from_the_first_epoch_on_has_no_start() -> None:
    (found,) = Oscillation().detect(run_of(noisy(120, 0.2)))
    assert found.onset is None


def test_a_training_curve_alone_must_move_more_and_gets_no_confidence() -> None:
    assert list(Oscillation().detect(run_of(noisy(100, 0.05), split="train"))) == []
    (found,) = Oscillation().detect(run_of(noisy(100, 0.2), split="train"))
    assert found.confidence is None


def test_batch_noise_of_a_long_training_log_is_averaged_away() -> None:
    assert list(Oscillation().detect(run_of(noisy(50_000, 0.2), split="train"))) == []


def test_a_loss_that_ran_away_does_not_swing() -> None:
    with pytest.raises(NotApplicable, match="diverged"):
        list(Oscillation().detect(run_of(np.exp(np.linspace(0, 2, 60)) * noisy(60, 0.2))))


def test_eleven_points_give_no_conclusion() -> None:
    with pytest.raises(NotApplicable):
        list(Oscillation().detect(run_of(swinging(11, 0.05))))


@pytest.mark.parametrize("epochs", range(7, 12))
def test_a_few_evaluations_that_go_up_and_down_by_a_quarter_oscillate(epochs: int) -> None:
    val = 0.8 * np.exp(0.4 * np.array([1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1]))[:epochs]
    curves = {("train", "loss"): np.geomspace(1.2, 0.1, epochs), ("val", "loss"): val}
    diagnosis = diagnose(synthetic.of_curves("few", curves))
    assert diagnosis.verdict == "oscillation"
    assert [finding.tags[0] for finding in diagnosis.findings] == ["few"]


@pytest.mark.parametrize(
    "val",
    [
        [1.0, 0.6, 1.1, 0.5, 0.9, 0.45, 0.4, 0.39, 0.38, 0.37],  # it calms down
        [1.0, 0.5, 0.9, 0.5, 4.0, 9.0, 20.0],  # it runs away
        [2.3, 1.0, 2e-6, 1e-6, 2e-6, 1e-6, 2e-6, 1e-6, 2e-6],  # small beside what was learnt
        [1.0, 0.6, 1.1, 0.5, 0.9, 0.5, 0.8] + [np.nan] * 20,  # few are finite, many were logged
    ],
)
def test_a_few_evaluations_that_calm_down_or_diverge_are_left_open(val: list[float]) -> None:
    with pytest.raises(NotApplicable):
        list(Oscillation().detect(run_of(np.array(val))))


def test_a_few_evaluations_with_one_bad_one_or_of_a_tiny_set_do_not() -> None:
    for val, examples in (
        ([2.0, 1.0, 0.7, 1.1, 0.5, 0.45, 0.4, 0.38], 10_000),
        ([1.0, 0.7, 1.0, 0.7, 1.0, 0.7, 1.0, 0.7], 20),
    ):
        with pytest.raises(NotApplicable):
            list(Oscillation().detect(run_of(np.array(val), examples=examples)))


def above(floor: float, size: float, *, first: float = 2.3, epochs: int = 60) -> Run:
    """Return a run that falls from ``first`` to a floor and then swings around it."""
    time = np.arange(epochs)
    trend = floor + (first - floor) * np.exp(-time / 3)
    return run_of(trend * np.exp(size * np.where(time % 2, 1.0, -1.0) * (time > 10)))


def test_a_swing_that_is_small_on_its_chart_is_a_note() -> None:
    (large,) = Oscillation().detect(above(1.0, 0.04))
    (small,) = Oscillation().detect(above(0.2, 0.04))
    assert (large.severity, small.severity) == ("warning", "info")
    assert "small" in small.tags
    assert small.values["height"] < 0.03 < large.values["height"]


def test_a_first_value_far_above_the_rest_does_not_hide_a_swing() -> None:
    run = above(1.0, 0.1)
    loss = run.series[0].value.copy()
    loss[0] = 614.0
    (found,) = Oscillation().detect(run_of(loss))
    assert found.severity == "warning"


def test_a_swing_of_a_training_curve_alone_is_a_note() -> None:
    (found,) = Oscillation().detect(run_of(swinging(100, 0.2), split="train"))
    assert (found.severity, found.confidence) == ("info", None)
    assert "training" in found.tags


@pytest.mark.parametrize("at", [20, -1])
def test_one_bad_evaluation_is_a_spike_and_no_swing(at: int) -> None:
    loss = (0.4 + 0.8 * np.exp(-np.arange(30) / 6)) * noisy(30, 0.015)
    loss[at] *= 2.5
    assert list(Oscillation().detect(run_of(loss))) == []
    assert list(Oscillation().detect(run_of(loss * noisy(30, 0.25)))) != []


@pytest.mark.parametrize(("size", "severity"), [(0.005, "info"), (0.03, "warning")])
def test_steps_of_less_than_a_point_of_accuracy_are_a_note(size: float, severity: str) -> None:
    noise = size * np.random.default_rng(2).standard_normal(40).clip(-1.5, 1.5)
    run = synthetic.of_curves(
        "x", {("val", "accuracy"): 0.95 - 0.3 * np.exp(-np.arange(40) / 4) + noise}
    )
    (found,) = Oscillation().detect(replace(run, config={"val_examples": 10_000}))
    assert found.severity == severity
