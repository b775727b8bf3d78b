"""Stable-Baselines3's evaluations: the mean of each row, at the steps of the training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analyzer.errors import NothingReadable
from analyzer.reading.load import load

STEPS = np.array([500, 1000, 1500, 2000, 2500, 3000])
REWARDS = np.array([[9.0, 8.0], [8.0, 10.0], [20.0, 24.0], [31.0, 33.0], [55.0, 61.0], [90, 92]])


def save(folder: Path, **arrays: np.ndarray) -> None:
    np.savez(folder / "evaluations.npz", timesteps=STEPS, results=REWARDS, **arrays)


def test_a_row_is_the_mean_reward_of_an_evaluation(tmp_path: Path) -> None:
    save(tmp_path, ep_lengths=REWARDS.astype(np.int64))
    (run,) = load(tmp_path)
    reward = run.curve("mean_reward", "val")
    assert reward.value.tolist() == REWARDS.mean(axis=1).tolist()
    assert reward.step.tolist() == STEPS.tolist()


def test_successes_are_a_rate(tmp_path: Path) -> None:
    save(tmp_path, successes=REWARDS > 30)
    (run,) = load(tmp_path)
    (rate,) = [series for series in run.series if series.tag == "eval/success_rate"]
    assert rate.value.tolist() == [0, 0, 0, 1, 1, 1]
    assert rate.split == "val"


def test_it_is_one_run_with_the_table_beside_it(tmp_path: Path) -> None:
    save(tmp_path, ep_lengths=REWARDS.astype(np.int64))
    lines = ["time/total_timesteps,rollout/ep_rew_mean,eval/mean_reward"]
    for step, reward in zip(STEPS, REWARDS.mean(axis=1), strict=True):
        lines += [f"{step - 100},{reward - 1},", f"{step},,{reward}"]
    (tmp_path / "progress.csv").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    assert len(run.curve("mean_reward", "val").value) == 6
    assert len(run.meta.files) == 2


def test_other_tables_are_no_evaluations(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", timesteps=STEPS, results=REWARDS[:3])
    with pytest.raises(NothingReadable):
        load(tmp_path)
