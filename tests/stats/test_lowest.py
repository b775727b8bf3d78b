"""The level at the minimum: free of luck, equal to the lowest point of a smooth curve."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from analyzer.stats.arrays import Floats
from analyzer.stats.lowest import FEWEST, lowest_level

RUNS = 40
SHAPES: dict[str, Callable[[Floats], Floats]] = {
    "flat": lambda time: np.full_like(time, 0.42),
    "fall": lambda time: 0.42 + 3 * np.exp(-10 * time),
    "turn": lambda time: 0.42 + 3 * np.exp(-18 * time) + np.maximum(0, time - 0.3),
}


def curve(shape: str, points: int) -> tuple[Floats, Floats]:
    t = np.arange(1, points + 1.0)
    return t, np.log(SHAPES[shape](t / points))


def levels(shape: str, points: int, noise: float) -> Floats:
    """Return how far the levels of noisy curves lie from the lowest point of the clean one."""
    t, clean = curve(shape, points)
    rng = np.random.default_rng(points)
    noisy = clean + noise * rng.standard_normal((RUNS, points))
    return np.array([lowest_level(t, y).level for y in noisy]) - clean.min()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("points", [40, 100, 300])
def test_noise_moves_the_lowest_point_and_not_the_level(shape: str, points: int) -> None:
    off = levels(shape, points, 0.12)
    assert abs(off.mean()) < 0.035
    assert off.std() < 0.06


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("points", [10, 40, 300])
def test_the_level_of_a_smooth_curve_is_its_lowest_point(shape: str, points: int) -> None:
    t, clean = curve(shape, points)
    assert lowest_level(t, clean).level == pytest.approx(clean.min(), abs=0.003)


def test_the_interval_holds_the_truth() -> None:
    t, clean = curve("fall", 100)
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(RUNS):
        found = lowest_level(t, clean + 0.05 * rng.standard_normal(100))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= clean.min() <= found.high
    assert held >= 0.85 * RUNS


@pytest.mark.parametrize("points", range(1, FEWEST))
def test_few_points_have_no_level_but_their_lowest(points: int) -> None:
    t, y = curve("fall", points)
    found = lowest_level(t, y)
    assert found == (y.min(), None, None, t[np.argmin(y)])


@pytest.mark.parametrize("height", [1.0, 3.0, 700.0])
def test_an_explosion_after_the_minimum_does_not_lower_the_level(height: float) -> None:
    t, y = curve("fall", 100)
    y[80:] += height
    assert lowest_level(t, y).level == pytest.approx(y[:80].min(), abs=0.005)


def test_a_fall_in_one_step_does_not_lower_the_level() -> None:
    t = np.arange(1, 101.0)
    y = np.where(t < 70, -0.3, -0.9) + 0.002 * np.random.default_rng(0).standard_normal(100)
    assert lowest_level(t, y).level == pytest.approx(-0.9, abs=0.003)


def test_one_stray_point_is_no_level() -> None:
    t, y = curve("fall", 60)
    y = y + 0.01 * np.random.default_rng(0).standard_normal(60)
    stray = y.copy()
    stray[40] -= 2.0
    assert lowest_level(t, stray).level == pytest.approx(lowest_level(t, y).level, abs=0.02)


def test_equal_values_are_their_own_level() -> None:
    found = lowest_level(np.arange(1, 31.0), np.full(30, -0.7))
    assert found.level == pytest.approx(-0.7)
    assert found.high == pytest.approx(-0.7, abs=1e-6)


def test_a_long_curve_costs_little() -> None:
    t = np.arange(1, 100_001.0)
    y = np.log(0.4 + 2 * np.exp(-t / 12_000)) + 0.05 * np.random.default_rng(0).standard_normal(
        len(t)
    )
    start = time.perf_counter()
    found = lowest_level(t, y)
    assert time.perf_counter() - start < 2
    assert found.level == pytest.approx(np.log(0.4), abs=0.01)
