"""Plateau: points at the flat stretch, not at noise, not at a curve that still falls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.plateau import Plateau
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(loss: Floats, train: Floats | None = None, lr: Floats | None = None) -> Run:
    curves = {("val", "loss"): loss}
    curves |= {} if train is None else {("train", "loss"): train}
    curves |= {} if lr is None else {("", "lr"): lr}
    return synthetic.of_curves("flat", curves)


def flat_from(start: int, epochs: int, *, noise: float = 0.0) -> Floats:
    """Return a loss that falls in a straight line on a log scale until ``start``."""
    time = np.minimum(np.arange(epochs), start)
    jitter = noise * np.random.default_rng(7).standard_normal(epochs)
    return np.exp(-2.0 * time / start + jitter)


@pytest.mark.parametrize("epochs", [24, 100, 1000, 100_000])
@pytest.mark.parametrize("share", [0.2, 0.5])
def test_points_at_the_flat_stretch(epochs: int, share: float) -> None:
    start = int(share * epochs)
    (found,) = Plateau().detect(run_of(flat_from(start, epochs, noise=0.005)))
    assert found.onset is not None
    assert abs(found.onset.step - start) <= 0.08 * epochs
    assert found.onset.low <= found.onset.step <= found.onset.high
    assert found.values["share"] == pytest.approx(1 - found.onset.step / (epochs - 1), abs=0.02)


@pytest.mark.parametrize("length", [0.1, 0.25])
def test_a_short_flat_end_is_ordinary_convergence(length: float) -> None:
    assert list(Plateau().detect(run_of(flat_from(int((1 - length) * 200), 200)))) == []


@pytest.mark.parametrize("batches", [1, 20, 300])
def test_training_logged_by_batch_has_converged_where_validation_has(batches: int) -> None:
    val, train = flat_from(15, 60, noise=0.005), flat_from(15, 60, noise=0.005) - 0.05
    run = run_of(val, train)
    by_batch = tuple(
        replace(
            made,
            step=np.arange(1, 60 * batches + 1),
            epoch=np.arange(1, 60 * batches + 1) / batches,
            value=np.repeat(made.value, batches),
            wall_time=np.full(60 * batches, np.nan),
            superseded=np.zeros(60 * batches, dtype=bool),
        )
        if made.split == "train"
        else replace(made, step=np.arange(1, 61) * batches, epoch=np.arange(1.0, 61.0))
        for made in run.series
    )
    (found,) = Plateau().detect(replace(run, series=by_batch))
    assert (found.severity, found.tags) == ("info", ("most_of_run", "converged"))


@pytest.mark.parametrize(("start", "is_most"), [(40, True), (75, False)])
def test_a_note_on_a_plateau_longer_than_the_learning_before_it_says_so(
    start: int, is_most: bool
) -> None:
    loss = flat_from(start, 120)
    (found,) = Plateau().detect(run_of(loss, 0.9 * loss))
    assert found.onset is not None
    assert found.severity == "info"
    assert ("most_of_run" in found.tags) == is_most
    assert found.values["steps"] == 119 - found.onset.step


def test_a_power_law_still_falls() -> None:
    assert list(Plateau().detect(run_of(2 * np.arange(1.0, 400) ** -0.3))) == []


def test_a_curve_too_noisy_to_judge_is_not_called_flat() -> None:
    noisy = flat_from(30, 120, noise=0.25)
    assert list(Plateau().detect(run_of(noisy))) == []


def test_a_curve_that_never_moved_gives_no_conclusion() -> None:
    stuck = 2.303 + 0.01 * np.random.default_rng(3).standard_normal(100)
    with pytest.raises(NotApplicable) as reason:
        list(Plateau().detect(run_of(stuck)))
    assert reason.value.key == "no_progress"


def test_training_that_goes_on_falling_is_said_in_a_tag() -> None:
    val = flat_from(40, 120)
    run = synthetic.of_curves(
        "gap", {("train", "loss"): np.exp(-np.arange(120) / 30), ("val", "loss"): val}
    )
    (found,) = Plateau().detect(run)
    assert found.tags == ("train_still_falls",)


def test_a_run_whose_losses_are_both_flat_has_converged() -> None:
    loss = flat_from(40, 120)
    (found,) = Plateau().detect(run_of(loss, 0.9 * loss))
    assert (found.tags, found.severity) == (("most_of_run", "converged"), "info")


@pytest.mark.parametrize(("fall", "severity"), [(0.15, "info"), (0.3, "warning")])
def test_a_run_is_stuck_where_training_falls_by_a_fifth_meanwhile(
    fall: float, severity: str
) -> None:
    loss = flat_from(40, 120)
    train = loss * np.exp(-fall * np.clip(np.arange(120) - 40, 0, None) / 80)
    (found,) = Plateau().detect(run_of(loss, train))
    assert found.severity == severity
    assert ("converged" in found.tags) == (severity == "info")


@pytest.mark.parametrize(("last", "severity"), [(0.1, "warning"), (0.01, "info")])
def test_a_run_is_stuck_where_the_rate_was_never_lowered(last: float, severity: str) -> None:
    rate = np.where(np.arange(120) < 100, 0.1, last)
    (found,) = Plateau().detect(run_of(flat_from(40, 120), lr=rate))
    assert found.severity == severity


def test_a_noisy_curve_that_got_no_better_while_training_fell_is_stalled() -> None:
    time = np.arange(50)
    jitter = np.exp(0.03 * np.random.default_rng(5).standard_normal(50))
    val = np.r_[15300.0, 8000, 2600, np.full(47, 2130.0)] * jitter
    train = np.r_[11400.0, 8300, 2100, 1300 * np.exp(-0.0135 * time[:47])]
    (found,) = Plateau().detect(run_of(val, train))
    assert found.tags == ("stalled", "train_still_falls")
    assert found.severity == "warning"
    assert found.onset is not None
    assert 2 <= found.onset.step <= 6
    falling = val * np.exp(-0.02 * time)
    assert list(Plateau().detect(run_of(falling, train))) == []


def test_nine_points_give_no_conclusion() -> None:
    with pytest.raises(NotApplicable) as reason:
        list(Plateau().detect(run_of(flat_from(3, 9))))
    assert reason.value.key == "too_few_points"


def test_training_is_judged_where_there_is_no_validation() -> None:
    run = synthetic.of_curves("train", {("train", "loss"): flat_from(30, 120)})
    (found,) = Plateau().detect(run)
    assert found.split == "train"


def test_a_narrower_band_is_surer_and_a_band_near_the_limit_is_a_note() -> None:
    def drifting(change: float) -> Floats:
        time = np.arange(120)
        return flat_from(40, 120) * np.exp(-change * np.clip(time - 80, 0, None) / 40)

    rate = np.full(120, 0.1)
    found = [
        next(iter(Plateau().detect(run_of(drifting(change), lr=rate)))) for change in (0.038, 0.002)
    ]
    assert [item.severity for item in found] == ["info", "warning"]
    assert found[0].confidence < found[1].confidence
    assert list(Plateau().detect(run_of(drifting(0.06)))) == []  # 3 % of a gain of 2


def test_the_gain_counts_from_the_training_loss_where_that_began_higher() -> None:
    val = np.exp(-0.5 * np.minimum(np.arange(100), 20) / 20)
    val[70:] *= 1 - 0.0115  # 2.3 % of what validation shows, 1.5 % of what the run gained
    alone = synthetic.of_curves("x", {("val", "loss"): val})
    train = val.copy()
    train[0] = 1.4
    both = synthetic.of_curves("x", {("val", "loss"): val, ("train", "loss"): train})
    assert list(Plateau().detect(alone)) == []
    assert list(Plateau().detect(both))


def test_a_flat_end_far_above_the_best_is_no_plateau() -> None:
    jump = np.where(np.arange(60) < 25, 0.9 + 1.4 * np.exp(-np.arange(60) / 8), 1.9)
    assert list(Plateau().detect(run_of(jump))) == []


@pytest.mark.parametrize("epochs", [25, 60, 400])
def test_a_flat_end_after_a_high_start_is_stuck_if_training_falls_over_the_second_half(
    epochs: int,
) -> None:
    time = np.arange(epochs)
    random = np.random.default_rng(epochs)
    val = 640 * np.exp(0.006 * random.standard_normal(epochs))
    val[:3] = 7200, 2100, 900
    train = 600 * np.exp(-0.7 * time / epochs)
    train[:3] = 7000, 2000, 850
    (found,) = Plateau(sure=0.999).detect(run_of(val, train))
    assert found.severity == "warning"
    assert "train_still_falls" in found.tags
    (resting,) = Plateau(sure=0.999).detect(run_of(val, np.maximum(train, 560)))
    assert resting.severity == "info"
