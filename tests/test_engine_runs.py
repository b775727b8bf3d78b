"""The engine on whole runs: one best point, ends far above it, agents."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from analyzer import registry, synthetic
from analyzer.engine import best_of, diagnose
from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Best, Diagnosis
from analyzer.report.checklist import checklist
from analyzer.text import words
from tests.engine_checks import (
    These,
    judged,
)

LOW, HIGH = np.array([0.9, 0.2, 0.5]), np.array([9.0, 2.0, 5.0])


@pytest.mark.parametrize(
    ("curves", "split", "metric", "value"),
    [
        (
            [("train", "loss"), ("test", "loss"), ("val", "loss"), ("val", "accuracy")],
            "val",
            "loss",
            0.2,
        ),
        ([("train", "loss"), ("test", "loss"), ("val", "accuracy")], "test", "loss", 0.2),
        ([("train", "loss"), ("val", "accuracy")], "train", "loss", 0.2),
        ([("", "loss"), ("val", "accuracy")], "", "loss", 0.2),
        ([("train", "accuracy"), ("val", "accuracy")], "val", "accuracy", 0.9),
        ([("train", "accuracy")], "train", "accuracy", 0.9),
        ([("train", "box_loss"), ("train", "rmse"), ("val", "rmse")], "val", "rmse", 0.2),
    ],
)
def test_the_best_point_is_of_the_held_out_loss_where_there_is_one(
    curves: list[tuple[str, str]], split: str, metric: str, value: float
) -> None:
    best = best_of(synthetic.of_curves("made", dict.fromkeys(curves, LOW)))
    assert best == Best(
        split, metric, 0 if value == 0.9 else 1, 0.0 if value == 0.9 else 1.0, value
    )


def test_the_best_point_is_finite() -> None:
    never = np.full(3, np.nan)
    broken = synthetic.of_curves(
        "made", {("val", "loss"): np.array([np.nan, 3.0, -np.inf]), ("train", "loss"): HIGH}
    )
    assert best_of(broken) == Best("val", "loss", 1, 1.0, 3.0)
    useless = synthetic.of_curves("made", {("val", "loss"): never, ("train", "loss"): HIGH})
    assert best_of(useless) == Best("train", "loss", 1, 1.0, 2.0)
    assert best_of(synthetic.of_curves("made", {("val", "loss"): never})) is None


def test_a_metric_that_nobody_can_judge_has_no_best_point() -> None:
    assert (
        best_of(synthetic.of_curves("made", {("", "lr"): LOW, ("train", "entropy"): HIGH})) is None
    )


def test_a_diagnosis_holds_the_facts_that_the_run_tells() -> None:
    assert set(judged().facts) <= set(registry.discover("analyzer.facts", Fact))
    assert "train_val_gap" in judged().facts
    assert diagnose(synthetic.of_curves("made", {("", "seconds"): LOW}), These()).facts == {}


@pytest.mark.parametrize(
    ("make", "verdict"),
    [
        (synthetic.healthy, "healthy"),
        (synthetic.overfitting, "overfitting"),
        (synthetic.plateau, "plateau"),
        (synthetic.non_finite, "diverged"),
    ],
)
def test_a_run_with_a_known_condition_gets_its_verdict(make, verdict: str) -> None:
    assert diagnose(make(3).run).verdict == verdict


def test_a_run_that_ends_far_above_its_best_is_not_called_healthy() -> None:
    loss = np.where(np.arange(60) < 25, 0.9 + 1.4 * np.exp(-np.arange(60) / 8), 1.9)
    run = synthetic.of_curves("x", {("train", "loss"): loss, ("val", "loss"): loss})
    diagnosis = diagnose(run)
    assert [warned for warned in diagnosis.findings if warned.severity != "info"] == []
    assert diagnosis.verdict == "inconclusive"
    assert diagnosis.facts["after_best"]["level_change"] > 0.5


def test_what_is_made_of_a_run_once_stays_out_of_its_pickle() -> None:
    run = synthetic.overfitting(1).run
    before = len(pickle.dumps(run))
    diagnose(run)
    assert len(pickle.dumps(run)) < 1.1 * before
    assert diagnose(pickle.loads(pickle.dumps(run))).to_dict() == diagnose(run).to_dict()


def test_a_short_validation_that_ends_far_above_its_best_is_not_called_healthy() -> None:
    train = 1 / np.arange(1.0, 31)
    curves = {("train", "loss"): train, ("val", "loss"): np.array([0.98, 0.56, 0.63, 0.96])}
    diagnosis = diagnose(synthetic.of_curves("short", curves))
    assert diagnosis.verdict == "overfitting"
    assert diagnosis.findings[0].tags == ("few",)


REWARD = np.cumsum(np.random.default_rng(3).normal(1, 0.5, 60)) - 50
GROWING = np.linspace(0.01, 90, 60)


def of_an_agent(reward: np.ndarray) -> Diagnosis:
    curves = {("", "rollout/ep_rew_mean"): reward, ("train", "loss"): GROWING}
    return diagnose(synthetic.of_curves("agent", curves))


def test_the_loss_of_an_agent_is_not_judged() -> None:
    diagnosis = of_an_agent(REWARD)
    assert diagnosis.verdict == "healthy"  # by its reward
    reasons = {check.detector: check.reason for check in diagnosis.checks}
    assert reasons["exploding_loss"] == reasons["overfitting"] == "reward"
    assert diagnosis.best is not None
    assert diagnosis.best.metric == "rollout/ep_rew_mean"


def test_a_reward_that_did_not_rise_has_no_verdict() -> None:
    flat = np.random.default_rng(4).normal(20, 5, 60)
    diagnosis = of_an_agent(flat)
    assert diagnosis.verdict == "inconclusive"
    reason = diagnosis.inconclusive_reason
    assert reason is not None
    assert (reason.key, reason.values["detector"]) == ("reward_open", "reward_collapse")


def test_a_reward_that_rose_and_stopped_is_healthy_and_its_flat_end_a_note() -> None:
    diagnosis = of_an_agent(500 * (1 - np.exp(-np.arange(60) / 3.0)))
    assert diagnosis.verdict == "healthy"
    assert [(found.detector, found.severity) for found in diagnosis.findings] == [
        ("plateau", "info")
    ]


def test_a_run_without_a_reward_is_not_asked_for_one() -> None:
    checks = diagnose(synthetic.healthy(0).run).checks
    assert "reward_collapse" not in {check.detector for check in checks}


def test_a_rate_of_success_is_judged_where_other_names_are_an_agents() -> None:
    success = np.clip(1 - np.exp(-np.arange(60) / 10.0), 0, 1)
    agent = {("", "rollout/success_rate"): success, ("train", "loss"): GROWING}
    assert diagnose(synthetic.of_curves("agent", agent)).verdict == "healthy"
    other = {("train", "success_rate"): success, ("train", "loss"): GROWING}
    assert diagnose(synthetic.of_curves("other", other)).verdict == "diverged"


def test_the_losses_of_a_generator_and_its_discriminator_are_not_judged() -> None:
    curves = {("train", "g_loss"): GROWING, ("train", "d_loss"): np.full(len(GROWING), 0.7)}
    diagnosis = diagnose(synthetic.of_curves("gan", curves))
    assert diagnosis.verdict == "inconclusive"
    reasons = {check.detector: check.reason for check in diagnosis.checks}
    assert reasons["no_learning"] == reasons["exploding_loss"] == "adversarial"
    curves["train", "fid"] = 30 + 200 * np.exp(-np.arange(len(GROWING)) / 10)
    measured = diagnose(synthetic.of_curves("gan", curves))
    assert measured.best is not None
    assert measured.best.metric == "fid"


def test_a_training_loss_alone_that_ends_far_above_its_best_says_so() -> None:
    step = np.arange(2000)
    loss = 2 + 8 * np.exp(-step / 150) + np.where(step > 1200, 3 * np.exp((1200 - step) / 3000), 0)
    loss *= np.exp(0.03 * np.random.default_rng(1).standard_normal(2000))
    diagnosis = diagnose(synthetic.of_curves("jumped", {("train", "loss"): loss}))
    assert diagnosis.verdict == "inconclusive"
    assert diagnosis.inconclusive_reason is not None
    assert diagnosis.inconclusive_reason.key == "ends_worse"


def rising(*, fall: float) -> Diagnosis:
    """Judge a validation loss that rises by 37 % while training falls; the more, the longer."""
    step = np.arange(1, 41) * 100
    val = np.where(step < 1300, 0.8 + 2 * np.exp(-step / 300), 0.8 + 0.3 * (step - 1300) / 2700)
    curves = {("train", "loss"): 0.5 + 2.8 * np.exp(-step / fall), ("val", "loss"): val}
    return diagnose(synthetic.of_curves("rises", curves))


def test_a_run_that_likely_overfits_by_much_is_not_healthy() -> None:
    diagnosis = rising(fall=312)
    assert (diagnosis.verdict, diagnosis.deciding_finding) == ("inconclusive", None)
    assert diagnosis.inconclusive_reason is not None
    assert diagnosis.inconclusive_reason.key == "may_overfit"
    (first, *_) = checklist(diagnosis, words("en"))
    assert first.text.startswith("Use the checkpoint from")
    assert rising(fall=400).verdict == "overfitting"


def test_one_easy_batch_does_not_make_the_end_of_a_noisy_training_loss_worse() -> None:
    loss = 0.6 * np.exp(0.3 * np.random.default_rng(2).standard_normal(1000))
    loss[990] = 0.1
    diagnosis = diagnose(synthetic.of_curves("easy", {("train", "loss"): loss}))
    assert diagnosis.best is not None
    assert diagnosis.best.step == 990
    assert diagnosis.inconclusive_reason is not None
    assert diagnosis.inconclusive_reason.key != "ends_worse"


def ends_worse(seed: int, *, rise: float) -> bool:
    """Judge a loss that jumps by a third and, from the middle on, has risen by a factor."""
    jumps = np.exp(0.35 * np.random.default_rng(seed).standard_normal(60))
    level = 0.005 * np.where(np.arange(60) < 30, 1.0, rise) + 0.1 * np.exp(-np.arange(60) / 3)
    curves = {("train", "loss"): level * jumps}
    reason = diagnose(synthetic.of_curves("jumps", curves)).inconclusive_reason
    return reason is not None and reason.key == "ends_worse"


def test_a_lucky_best_value_of_a_curve_that_jumps_is_no_worse_end() -> None:
    assert sum(ends_worse(seed, rise=1.0) for seed in range(30)) <= 4
    assert sum(ends_worse(seed, rise=2.0) for seed in range(30)) >= 20


@pytest.mark.parametrize(
    ("other", "axis", "verdict"),
    [("epsilon", "step", "healthy"), ("beta", "episode", "healthy"), ("beta", "step", "diverged")],
)
def test_the_score_of_episodes_is_what_an_agent_earned(other: str, axis: str, verdict: str) -> None:
    noise = np.random.default_rng(1).standard_normal((2, 300))
    score = 200 * (1 - np.exp(-np.arange(300) / 60)) + 25 * noise[0]
    loss = (0.5 + 0.02 * np.arange(300)) * np.exp(0.4 * noise[1])
    curves = {("", "score"): score, ("train", "loss"): loss, ("", other): np.linspace(1, 0, 300)}
    run = synthetic.of_curves("agent", curves)
    run = replace(run, meta=replace(run.meta, axes={"step": axis}))
    assert diagnose(run).verdict == verdict


def test_a_loss_that_falls_to_the_last_point_does_not_end_worse() -> None:
    """It falls by decades, so that the median of its last 5 % lies far above its last value."""
    fall = 10 ** (-1 - 6 * np.linspace(0, 1, 400))
    noise = np.exp(0.3 * np.random.default_rng(3).standard_normal((2, 400)))
    curves = {("train", "loss"): fall * noise[0], ("val", "loss"): fall * noise[1]}
    diagnosis = diagnose(synthetic.of_curves("x", curves))
    assert diagnosis.facts["after_best"]["level_change"] > 0.5
    assert diagnosis.verdict == "healthy"
