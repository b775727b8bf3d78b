"""Exploding loss: far above the start for good, in every curve.

Not a spike, not over-confidence.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.exploding_loss import ExplodingLoss
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(train: Floats, val: Floats | None = None) -> Run:
    curves = {("train", "loss"): train}
    return synthetic.of_curves("x", curves if val is None else {**curves, ("val", "loss"): val})


def exploded(at: int = 10, epochs: int = 40) -> Floats:
    loss = 2 / np.arange(1.0, epochs + 1)
    loss[at:] = 1e4 / np.arange(1.0, epochs - at + 1) ** 0.1
    return loss


def test_points_at_the_jump() -> None:
    (found,) = ExplodingLoss().detect(run_of(exploded(), exploded()))
    assert found.severity == "critical"
    assert found.onset is not None
    assert (found.onset.low, found.onset.step) == (9, 10)
    assert found.values["factor"] == pytest.approx(5000)


@pytest.mark.parametrize("at", [40, 60, 80])
def test_a_loss_that_grows_from_point_to_point_left_its_level_before_it_passed_the_limit(
    at: int,
) -> None:
    time = np.arange(100)
    loss = (0.5 + 1.8 * np.exp(-time / 15)) * np.exp(0.25 * np.clip(time - at, 0, None))
    loss *= np.exp(0.02 * np.random.default_rng(at).standard_normal(100))
    (found,) = ExplodingLoss().detect(run_of(loss, 1.05 * loss))
    assert found.onset is not None
    assert at <= found.onset.step <= at + 5
    assert at - 5 <= found.onset.low <= at + 2


def test_a_spike_that_recovers_is_not_called_an_explosion() -> None:
    loss = 2 / np.arange(1.0, 41)
    loss[12] = 500
    assert list(ExplodingLoss().detect(run_of(loss, loss))) == []


def test_a_validation_loss_that_grows_alone_is_not_called_an_explosion() -> None:
    assert list(ExplodingLoss().detect(run_of(2 / np.arange(1.0, 41), exploded()))) == []


def test_an_annealed_term_in_the_training_loss_is_not_called_an_explosion() -> None:
    assert list(ExplodingLoss().detect(run_of(exploded(), np.full(40, 1.0)))) == []


def test_losses_at_or_below_zero_are_not_judged() -> None:
    with pytest.raises(NotApplicable) as reason:
        list(ExplodingLoss().detect(run_of(exploded() - 3)))
    assert reason.value.key == "not_positive"


def test_a_loss_that_ends_at_three_times_its_start_has_run_away_too() -> None:
    jump = np.where(np.arange(60) < 25, 1.0, 4.0)
    (found,) = ExplodingLoss().detect(
        synthetic.of_curves("x", {("train", "loss"): jump, ("val", "loss"): jump * 1.1})
    )
    assert found.onset is not None
    assert found.onset.step == 25
    assert list(ExplodingLoss().detect(run_of(np.minimum(jump, 1.25)))) == []


@pytest.mark.parametrize(
    ("end", "severity"), [(1.4, "warning"), (1.9, "warning"), (2.2, "critical")]
)
def test_a_single_curve_must_double_to_be_critical(end: float, severity: str) -> None:
    jump = np.where(np.arange(60) < 25, 1.0, end)
    (found,) = ExplodingLoss().detect(run_of(jump))
    assert found.severity == severity
    (both,) = ExplodingLoss().detect(run_of(jump, jump))
    assert both.severity == "critical"


def test_one_lucky_first_batch_and_one_spike_are_no_explosion() -> None:
    loss = 2.3 + 0.4 * np.random.default_rng(0).standard_normal(400)
    loss[0], loss[200] = 1.4, 60.0
    assert list(ExplodingLoss().detect(run_of(loss))) == []


def test_a_loss_that_learns_and_blows_up_to_half_above_its_start() -> None:
    loss = np.array([1.6, 1.4, 1.3, 2.9, 2.6, 2.5, 2.4, 2.4])
    (found,) = ExplodingLoss().detect(run_of(loss))
    assert found.onset is not None
    assert (found.onset.low, found.onset.step) == (2, 3)


def test_a_loss_that_falls_below_zero_ever_faster_has_no_floor() -> None:
    loss = -1e5 * np.exp(np.arange(30) / 5)
    (found,) = ExplodingLoss().detect(run_of(loss))
    assert found.tags == ("below_zero",)
    assert found.values["peak"] == pytest.approx(loss.min())
    assert found.values["factor"] == pytest.approx(np.exp(29 / 5))


def test_a_likelihood_that_crosses_zero_and_slows_down_is_no_runaway() -> None:
    likelihood = 1.2 - 3 * (1 - np.exp(-np.arange(40) / 12))
    with pytest.raises(NotApplicable):
        list(ExplodingLoss().detect(run_of(likelihood)))


@pytest.mark.parametrize("order", [("recon", "kl"), ("kl", "recon")])
def test_one_part_that_grows_is_no_explosion(order: tuple[str, str]) -> None:
    values = {
        "recon": 0.3 + 2 * np.exp(-np.arange(60) / 10),
        "kl": 0.02 + 5 * (1 - np.exp(-np.arange(60) / 8)),
    }
    curves = {("train", f"{name}_loss"): values[name] for name in order}
    assert list(ExplodingLoss().detect(synthetic.of_curves("x", curves))) == []


@pytest.mark.parametrize("steps", [300, 1200])
def test_a_first_batch_as_low_as_later_ones_is_not_a_start(steps: int) -> None:
    loss = 2.2 * np.exp(0.2 * np.random.default_rng(steps).standard_normal(steps))
    loss[0], loss[steps // 2], loss[steps // 3] = 0.85, 19.0, 0.9
    assert list(ExplodingLoss().detect(run_of(loss))) == []


def test_a_first_batch_that_no_later_one_comes_near_is_a_start() -> None:
    loss = 6.5 * np.exp(0.1 * np.random.default_rng(4).standard_normal(300))
    loss[:2] = 1.3, 1.4
    (found,) = ExplodingLoss().detect(run_of(loss))
    assert found.values["start"] == pytest.approx(1.3)


@pytest.mark.parametrize("epochs", [30, 45, 300])
def test_a_straight_fall_far_below_zero_runs_away(epochs: int) -> None:
    (found,) = ExplodingLoss().detect(run_of(0.4 - 700.0 * np.arange(1, epochs + 1)))
    assert "below_zero" in found.tags


def test_a_fall_below_zero_that_slows_down_has_a_floor() -> None:
    time = np.arange(1, 101)
    with pytest.raises(NotApplicable):
        list(ExplodingLoss().detect(run_of(5 - 400 * (1 - np.exp(-time / 60)))))


def blown_up(end: float, floor: float = 0.5, epochs: int = 60) -> Floats:
    """Return a loss that falls from 2.3 to its floor and jumps after three quarters of the run."""
    loss = floor + (2.3 - floor) * np.exp(-np.arange(epochs) / 8)
    loss[3 * epochs // 4 :] = end
    noise: Floats = loss * np.exp(0.02 * np.random.default_rng(3).standard_normal(epochs))
    return noise


@pytest.mark.parametrize(("end", "severity"), [(2.6, "critical"), (1.4, "warning")])
def test_a_run_that_loses_most_of_what_it_learnt_has_diverged(end: float, severity: str) -> None:
    (found,) = ExplodingLoss().detect(run_of(blown_up(end), 1.05 * blown_up(end)))
    assert (found.severity, found.tags) == (severity, ("lost",))
    assert found.onset is not None
    assert (found.onset.low, found.onset.step) == (44, 45)
    assert found.values["lowest"] == pytest.approx(0.5, rel=0.05)
    assert found.values["times"] == pytest.approx(end / 0.5, rel=0.1)
    (alone,) = ExplodingLoss().detect(run_of(blown_up(end)))
    assert alone.severity == "warning"


def test_what_only_one_curve_loses_is_not_lost() -> None:
    calm = blown_up(0.5)
    assert list(ExplodingLoss().detect(run_of(blown_up(1.4), calm))) == []
    assert list(ExplodingLoss().detect(run_of(calm, blown_up(1.4)))) == []


def test_a_held_out_loss_alone_may_have_risen_by_overfitting() -> None:
    rising = synthetic.of_curves("x", {("val", "loss"): blown_up(1.4)})
    assert list(ExplodingLoss().detect(rising)) == []


def test_a_slow_rise_to_a_level_is_a_loss_by_design() -> None:
    epochs = np.arange(60)
    loss = 0.05 + 0.5 * np.exp(-epochs / 2) + 0.3 * (1 - np.exp(-np.clip(epochs - 8, 0, None) / 12))
    assert list(ExplodingLoss().detect(run_of(loss, 1.05 * loss))) == []


def test_a_harder_task_that_is_learnt_as_well_is_nothing_lost() -> None:
    first = 0.05 + 1.2 * np.exp(-np.arange(30) / 5)
    second = 0.4 + 0.6 * np.exp(-np.arange(30) / 10)
    loss = np.r_[first, second]
    assert list(ExplodingLoss().detect(run_of(loss, 1.05 * loss))) == []


def test_a_loss_near_zero_that_doubles_has_lost_little() -> None:
    assert list(ExplodingLoss().detect(run_of(blown_up(0.006, floor=0.002)))) == []


def test_the_noise_of_batches_is_nothing_lost() -> None:
    noise = np.random.default_rng(1).standard_normal(2000)
    loss = (0.8 + 0.4 * np.exp(-np.arange(2000) / 600)) * np.exp(0.8 * noise)
    assert list(ExplodingLoss().detect(run_of(loss))) == []


def test_a_run_that_is_back_at_guessing_is_left_to_no_learning() -> None:
    back = blown_up(float(np.log(10)))
    assert list(ExplodingLoss().detect(run_of(back, back))) == []


def late(run: Run) -> Run:
    """Return a run whose log begins at step 5,000."""
    series = [replace(one, step=one.step + 5000, epoch=one.epoch * np.nan) for one in run.series]
    return replace(run, series=tuple(series))


def test_a_log_that_begins_in_the_middle_has_no_start_to_end_above() -> None:
    rise = np.linspace(1.0, 2.4, 60)
    assert len(list(ExplodingLoss().detect(run_of(rise)))) == 1
    assert list(ExplodingLoss().detect(late(run_of(rise)))) == []
    (found,) = ExplodingLoss().detect(late(run_of(np.where(np.arange(60) < 25, 1.0, 40.0))))
    assert found.severity == "critical"
