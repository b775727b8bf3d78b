"""Drops of a schedule: steps are found, smooth decays are not."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.drops import step_drops


@pytest.mark.parametrize("factor", [0.1, 0.2, 0.5, 0.7])
def test_a_step_decay_drops_at_its_steps(factor: float) -> None:
    value = 0.1 * factor ** (np.arange(90) // 30)
    assert step_drops(value).tolist() == [30, 60]


@pytest.mark.parametrize(
    "value",
    [
        np.full(50, 0.1),
        0.05 * (1 + np.cos(np.linspace(0, np.pi, 101)))[:-1],
        0.1 * 0.9 ** np.arange(50),
        0.1 * 0.5 ** np.arange(20),  # halved at every point: a smooth decay, logged sparsely
        np.linspace(0.1, 1e-4, 60),
        np.r_[np.linspace(1e-4, 0.1, 10), np.full(40, 0.1)],
        np.array([0.1]),
        np.array([]),
        np.array([0.1, 0.0, 0.0]),
    ],
    ids=[
        "constant",
        "cosine",
        "exponential",
        "halving",
        "linear",
        "warm-up",
        "single",
        "none",
        "zero",
    ],
)
def test_a_smooth_schedule_has_no_drop(value: np.ndarray) -> None:
    assert step_drops(value).size == 0


def test_a_drop_is_not_a_warm_up_or_a_rise() -> None:
    value = np.r_[np.linspace(0.01, 0.1, 10), np.full(20, 0.1), np.full(20, 0.01), np.full(20, 0.1)]
    assert step_drops(value).tolist() == [30]


def test_units_do_not_matter() -> None:
    value = 0.1 * 0.1 ** (np.arange(90) // 30)
    assert step_drops(1000 * value).tolist() == step_drops(value).tolist()
