"""Levels: medians that no single epoch moves, and the noise around them."""

from __future__ import annotations

import math
import tracemalloc
from itertools import pairwise
from statistics import median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation

from analyzer.stats.levels import (
    Floats,
    end_level,
    end_reach,
    jitter_of,
    largest_fall,
    level_at,
    movement,
    noise_of,
    running_median,
    swing,
    tail_of,
)

curves = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=120).map(np.array)


def around_slowly(y: Floats, at: int, half: int) -> float:
    """Return the median of the points at most ``half`` places away."""
    return float(median(value for place, value in enumerate(y) if abs(place - at) <= half))


def noise_slowly(y: Floats) -> float:
    steps = [later - earlier for earlier, later in pairwise(y)]
    middle = median(steps)
    return 1.4826 * float(median(abs(step - middle) for step in steps)) / math.sqrt(2)


@pytest.mark.parametrize(
    ("points", "tail"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (60, 3), (80, 4), (100, 5), (300, 15), (10_000, 500)],
)
def test_a_level_is_a_twentieth_of_the_points_and_at_least_three(points: int, tail: int) -> None:
    assert tail_of(points) == tail


@given(curves)
def test_the_level_at_the_end_is_the_median_of_the_tail(y: Floats) -> None:
    last = [y[-back] for back in range(1, min(len(y), max(3, round(0.05 * len(y)))) + 1)]
    assert end_level(y) == median(last)


def test_one_lucky_epoch_does_not_move_the_level_at_the_end() -> None:
    y = np.ones(100)
    y[-2] = -50.0
    assert end_level(y) == 1


@given(curves, st.integers(0, 119))
def test_the_level_at_a_place_is_the_median_around_it(y: Floats, at: int) -> None:
    at = min(at, len(y) - 1)
    assert level_at(y, at) == around_slowly(y, at, tail_of(len(y)) // 2)


def test_the_level_at_a_place_follows_the_place_and_no_spike() -> None:
    y = np.arange(200.0)
    y[70] = 1e6
    assert level_at(y, 70) == pytest.approx(70, abs=1)
    assert level_at(y, 150) == 150


@given(curves, st.integers(0, 140))
def test_the_running_median_equals_its_slow_twin(y: Floats, width: int) -> None:
    expected = [around_slowly(y, at, width // 2) for at in range(len(y))]
    np.testing.assert_allclose(running_median(y, width), expected)


@pytest.mark.parametrize("width", [1, 3, 7, 31, 301])
def test_the_running_median_is_the_centred_rolling_median_of_pandas(width: int) -> None:
    y = np.random.default_rng(width).standard_normal(100)
    expected = pd.Series(y).rolling(width, center=True, min_periods=1).median()
    np.testing.assert_allclose(running_median(y, width), expected)


def test_a_wide_running_median_is_that_of_pandas_and_copies_no_windows() -> None:
    y = np.random.default_rng(7).normal(size=60_000).cumsum()
    y[[40, 30_000, 30_001]] = np.nan
    width = 4_001
    tracemalloc.start()
    level = running_median(y, width)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    expected = pd.Series(y).rolling(width, center=True).median()
    whole = slice(width, -width)
    np.testing.assert_array_equal(level[whole], expected[whole])
    assert most < 20 * y.nbytes


def test_the_running_median_gives_tukeys_smooth_of_three() -> None:
    # Tukey, J. W. (1977). Exploratory Data Analysis, ch. 7: "3" removes single spikes, keeps steps
    y = np.array([4.0, 4, 9, 4, 4, 1, 1, 1, 1])
    np.testing.assert_array_equal(running_median(y, 3)[1:-1], [4, 4, 4, 4, 1, 1, 1])


@pytest.mark.parametrize("width", [0, 1, 3, 100])
def test_the_running_median_of_nothing_is_nothing(width: int) -> None:
    assert len(running_median(np.array([]), width)) == 0


def test_a_width_of_one_gives_a_copy() -> None:
    y = np.array([3.0, 1, 2])
    out = running_median(y, 1)
    np.testing.assert_array_equal(out, y)
    assert not np.shares_memory(out, y)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=80).map(np.array))
def test_the_noise_equals_its_slow_twin_and_scipy(y: Floats) -> None:
    assert noise_of(y) == pytest.approx(noise_slowly(y), abs=1e-9)
    expected = median_abs_deviation(np.diff(y), scale="normal") / math.sqrt(2)
    assert noise_of(y) == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_the_noise_is_the_deviation_of_white_noise_on_a_slope_with_spikes() -> None:
    y = 0.03 * np.random.default_rng(1).standard_normal(20_000) + np.linspace(9, -9, 20_000)
    y[::100] += 5
    assert noise_of(y) == pytest.approx(0.03, rel=0.05)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 5.0], [2.0] * 9, [1.0, 2.0, 3.0, 4.0]])
def test_a_curve_too_short_or_too_straight_has_no_noise(values: list[float]) -> None:
    assert noise_of(np.array(values)) == 0


@given(curves)
def test_the_movement_equals_its_slow_twin(y: Floats) -> None:
    steps = [abs(later - earlier) for earlier, later in pairwise(y)]
    assert movement(y) == pytest.approx(sum(steps) / max(len(steps), 1))


def test_white_noise_moves_by_the_published_1_128_deviations() -> None:
    # Tippett, L. H. C. (1925). Biometrika 17(3/4), Table: mean range of two normal values,
    # 2 / sqrt(pi)
    noise = np.random.default_rng(2).standard_normal(100_000)
    assert movement(noise) == pytest.approx(1.128, abs=0.01)
    assert swing(noise) == pytest.approx(1.128, abs=0.01)


@given(curves)
def test_the_swing_equals_its_slow_twin(y: Floats) -> None:
    steady = (y[-1] - y[0]) / max(len(y) - 1, 1)
    steps = [abs(later - earlier - steady) for earlier, later in pairwise(y)]
    assert swing(y) == pytest.approx(sum(steps) / max(len(steps), 1), abs=1e-8)


def test_a_steady_slope_moves_and_does_not_swing() -> None:
    slope = 5 - 0.25 * np.arange(40.0)
    wave = np.where(np.arange(40) % 2, 1.0, 0.0)
    assert (movement(slope), swing(slope)) == (0.25, 0)
    assert swing(slope + 2 * wave) == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize("values", [[], [3.0]])
def test_fewer_than_two_points_neither_move_nor_swing(values: list[float]) -> None:
    assert (movement(np.array(values)), swing(np.array(values))) == (0, 0)


@given(curves)
def test_the_largest_fall_equals_its_slow_twin(y: Floats) -> None:
    falls = [y[i] - y[j] for i in range(len(y)) for j in range(i, len(y))]
    assert largest_fall(y) == max(falls)


@pytest.mark.parametrize(("points", "quantile"), [(12, 2.776), (42, 2.093), (4000, 1.962)])
def test_the_level_at_the_end_may_be_off_by_students_quantile(points: int, quantile: float) -> None:
    y = np.random.default_rng(points).standard_normal(points)
    error = np.sqrt(np.pi / 2) * jitter_of(y[points // 2 :]) / np.sqrt(tail_of(points))
    assert end_reach(y) == pytest.approx(quantile * error, rel=0.02)


def test_a_smooth_turn_leaves_the_level_at_the_end_where_it_is() -> None:
    noise = 0.01 * np.random.default_rng(3).standard_normal(14)
    assert end_reach(np.abs(np.arange(14.0) - 9) + noise) < 0.1
