"""Periods: found where there is one, not in noise."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.arrays import Floats
from analyzer.stats.periodicity import fisher_period, turning_points


def turns_slowly(y: Floats) -> int:
    turns = 0
    for before, here, after in zip(y[:-2], y[1:-1], y[2:], strict=True):
        turns += (here > before and here > after) or (here < before and here < after)
    return turns


@pytest.mark.parametrize("period", [3.0, 5.0, 8.0])
def test_a_wave_in_noise_is_found_with_its_period(period: float) -> None:
    time = np.arange(120)
    noise = np.random.default_rng(1).standard_normal(120)
    found = fisher_period(np.sin(2 * np.pi * time / period) + 0.5 * noise, chance=0.01)
    assert found == pytest.approx(period, rel=0.05)


def test_noise_shows_a_period_as_rarely_as_it_should() -> None:
    rng = np.random.default_rng(2)
    found = sum(fisher_period(rng.standard_normal(60), chance=0.05) is not None for _ in range(400))
    assert 5 <= found <= 35  # 20 are expected; three standard errors are 13


@pytest.mark.parametrize("residual", [np.zeros(40), np.array([1.0, -1.0, 1.0])])
def test_too_short_or_constant_residuals_have_no_period(residual: Floats) -> None:
    assert fisher_period(residual, chance=0.01) is None


def test_three_frequencies_are_enough_for_a_period() -> None:
    time = np.arange(8)
    assert fisher_period(np.sin(np.pi * time / 2), chance=0.01) == 4
    assert fisher_period(np.sin(2 * np.pi * time[:6] / 3), chance=0.01) is None


@pytest.mark.parametrize(("points", "frequencies"), [(31, 15), (30, 14)])
def test_the_share_is_that_of_a_slow_periodogram(points: int, frequencies: int) -> None:
    residual = np.random.default_rng(3).standard_normal(points)
    residual[::5] += 4
    time = np.arange(points)
    centred = residual - residual.mean()
    power = []
    for k in range(1, frequencies + 1):  # the highest of an even number of points has no phase
        power.append(abs(sum(centred * np.exp(-2j * np.pi * k * time / points))) ** 2)
    share = max(power) / sum(power)
    exact = frequencies * (1 - share) ** (frequencies - 1)
    assert fisher_period(residual, chance=exact * 1.01) is not None
    assert fisher_period(residual, chance=exact * 0.99) is None


@given(st.lists(st.integers(0, 5), min_size=10, max_size=60))
def test_the_excess_of_turns_equals_its_slow_twin(values: list[int]) -> None:
    y, n = np.array(values, dtype=float), len(values)
    expected = (turns_slowly(y) - 2 / 3 * (n - 2)) / ((16 * n - 29) / 90) ** 0.5
    assert turning_points(y) == pytest.approx(expected)


def test_turns_of_all_orders_have_bienaymes_mean_and_variance() -> None:
    # Bienaymé (1874): 2 (n - 2) / 3 and (16 n - 29) / 90, exact from four points on
    turns = [turns_slowly(np.array(order)) for order in permutations(range(7))]
    assert np.mean(turns) == pytest.approx(10 / 3)
    assert np.var(turns) == pytest.approx(83 / 90)


@pytest.mark.parametrize("points", [10, 30, 200])
def test_noise_turns_more_often_than_it_should_as_rarely_as_stated(points: int) -> None:
    rng = np.random.default_rng(points)
    excess = np.array([turning_points(rng.standard_normal(points)) for _ in range(4000)])
    assert excess.mean() == pytest.approx(0, abs=0.06)  # four standard errors
    assert excess.std() == pytest.approx(1, abs=0.05)
    assert (
        0.02 <= (excess > 1.645).mean() <= 0.06
    )  # 5 % of a normal deviate; the number of turns is whole


def test_a_zigzag_turns_at_every_point_and_a_slope_nowhere() -> None:
    assert turning_points(np.arange(20.0) % 2) == pytest.approx((18 - 12) / (291 / 90) ** 0.5)
    assert turning_points(np.arange(20.0) ** 3) == pytest.approx(-12 / (291 / 90) ** 0.5)


def test_a_slow_wave_turns_less_and_an_alternating_noise_more_than_independent_noise() -> None:
    noise = np.random.default_rng(4).standard_normal(200)
    assert turning_points(noise.cumsum()) < -3
    assert turning_points(np.diff(np.diff(noise))) > 3


@pytest.mark.parametrize("points", [0, 1, 2, 9])
def test_the_turns_of_fewer_than_ten_points_are_not_counted(points: int) -> None:
    assert turning_points(np.arange(float(points)) % 2) == 0
