"""Plateau: points at the flat stretch, not at noise, not at a curve that still falls."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.plateau import Plateau
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(loss: Floats) -> Run:
    return synthetic.of_curves("one", {("val", "loss"): loss})


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

    found = [next(iter(Plateau().detect(run_of(drifting(change))))) for change in (0.038, 0.002)]
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
