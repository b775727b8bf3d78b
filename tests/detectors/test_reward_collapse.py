"""Reward collapse: points at the fall, is silent on noise and dips, needs a rise."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.reward_collapse import RewardCollapse
from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

TIME = np.arange(400) / 400


def agent(reward: Floats) -> Run:
    """Return a run with a reward and a value loss that rises with it."""
    loss = 1 + np.abs(reward - reward[0]) / (np.ptp(reward) or 1)
    curves = {("", "rollout/ep_rew_mean"): reward, ("", "train/value_loss"): loss}
    return synthetic.of_curves("agent", curves)


def noise(size: float, seed: int = 0) -> Floats:
    return size * np.random.default_rng(seed).standard_normal(len(TIME))


def learning(low: float, high: float) -> Floats:
    return low + (high - low) * (1 - np.exp(-TIME / 0.1))


def found(reward: Floats) -> list[Finding]:
    return list(RewardCollapse().detect(agent(reward)))


@pytest.mark.parametrize(("low", "high"), [(0, 500), (-1200, -200), (-20, 20)])
def test_points_at_the_fall_and_the_best_step(low: float, high: float) -> None:
    reward = learning(low, high)
    reward[TIME >= 0.7] = low + 0.1 * (high - low)
    (finding,) = found(reward + noise(0.05 * (high - low)))
    assert finding.severity == "warning"
    assert finding.confidence is not None
    assert finding.confidence > 0.9
    assert finding.onset is not None
    assert finding.onset.low <= 280 <= finding.onset.high
    assert 100 <= finding.values["best_step"] < 280
    assert finding.values["lost"] == pytest.approx(0.9, abs=0.05)


def test_an_unlearnt_success_is_a_collapse_too() -> None:
    chance = np.where((TIME > 0.2) & (TIME < 0.7), 0.9, 0.02)
    logged = (np.random.default_rng(5).random(len(TIME)) < chance).astype(float)
    assert len(found(logged)) == 1


@pytest.mark.parametrize(
    "reward",
    [
        learning(-1200, -200) + noise(100),
        learning(0, 1) * (1 - 0.95 * np.exp(-(((TIME - 0.5) / 0.05) ** 2))) + noise(0.05),
        learning(0, 1) * np.where(TIME > 0.6, 0.7, 1.0) + noise(0.05),
    ],
    ids=["rises", "dips and recovers", "keeps 70 %"],
)
def test_a_reward_that_keeps_most_of_its_gain_is_clear(reward: Floats) -> None:
    assert found(reward) == []


def test_noise_without_a_rise_gives_no_conclusion() -> None:
    for seed in range(20):
        with pytest.raises(NotApplicable) as reason:
            found(20 + noise(5, seed))
        assert reason.value.key == "flat_reward"


def test_white_noise_raises_no_alarm() -> None:
    alarms = 0
    for seed in range(300):
        try:
            alarms += len(found(noise(1.0, seed)))
        except NotApplicable:
            continue
    assert alarms == 0


def test_a_few_evaluations_are_too_few() -> None:
    run = synthetic.of_curves("short", {("val", "mean_reward"): np.arange(10.0)})
    with pytest.raises(NotApplicable) as reason:
        list(RewardCollapse().detect(run))
    assert reason.value.key == "too_few_points"


def test_a_run_without_a_reward_does_not_apply() -> None:
    with pytest.raises(NotApplicable) as reason:
        list(RewardCollapse().detect(synthetic.healthy(0).run))
    assert reason.value.key == "no_reward"


def test_a_rising_value_loss_is_no_fault() -> None:
    loss = np.exp(3 * TIME) * (1 + 0.3 * np.abs(noise(1.0)))
    curves = {
        ("", "episode_return"): learning(0, 500) + noise(20),
        ("train", "loss"): loss,
        ("val", "loss"): 2 * loss,
    }
    assert diagnose(synthetic.of_curves("agent", curves)).verdict == "healthy"
