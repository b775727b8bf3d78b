"""The trend of a reward: improving, level, falling or flat."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.facts.reward_trend import RewardTrend
from analyzer.report.glance import facts
from analyzer.text import words

TIME = np.arange(400) / 400
NOISE = np.random.default_rng(2).standard_normal(400)


def run_of(reward: np.ndarray):
    return synthetic.of_curves("agent", {("", "episode_reward"): reward})


@pytest.mark.parametrize(
    ("reward", "trend"),
    [
        (-1200 + 1000 * TIME + 50 * NOISE, "improving"),
        (500 * (1 - np.exp(-TIME / 0.05)) + 20 * NOISE, "level"),
        (np.minimum(TIME, 1 - TIME) + 0.02 * NOISE, "falling"),
        (20 + 5 * NOISE, "flat"),
        ((np.random.default_rng(3).random(400) < 0.02).astype(float), "flat"),
    ],
)
def test_the_trend_is_named(reward: np.ndarray, trend: str) -> None:
    values = RewardTrend().compute(run_of(reward), None)
    assert values is not None
    assert values.trend == trend
    assert values.metric == "episode_reward"


def test_other_runs_and_short_rewards_have_no_trend() -> None:
    assert RewardTrend().compute(synthetic.healthy(0).run, None) is None
    assert RewardTrend().compute(run_of(np.arange(10.0)), None) is None


def test_the_report_has_the_trend_in_place_of_the_gap() -> None:
    from analyzer.engine import diagnose

    diagnosis = diagnose(run_of(-1200 + 1000 * TIME + 50 * NOISE))
    rows = {row.label: row.value for row in facts(diagnosis, words("en"))}
    assert rows["Trend of episode_reward"].startswith("rose from ")
    assert rows["Trend of episode_reward"].endswith(", still rising")
    assert "Train–validation gap" not in rows
    assert any(row.value.endswith("sigue subiendo") for row in facts(diagnosis, words("es")))
