"""Rank statistics of a trend."""

from __future__ import annotations

from itertools import combinations, permutations
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, theilslopes

from analyzer.stats.arrays import Floats
from analyzer.stats.rank import has_trend, kendall, tau_error, theil_sen


def kendall_slowly(y: Floats) -> float:
    pairs = list(combinations(y, 2))
    rising = sum(later > earlier for earlier, later in pairs)
    falling = sum(later < earlier for earlier, later in pairs)
    if not rising + falling:
        return 0.0
    return float((rising - falling) / ((rising + falling) * len(pairs)) ** 0.5)


def theil_sen_slowly(t: Floats, y: Floats) -> float:
    points = list(zip(t, y, strict=True))
    return float(median((d - b) / (c - a) for (a, b), (c, d) in combinations(points, 2) if a != c))


@given(st.lists(st.integers(0, 9), min_size=2, max_size=40))
def test_kendall_equals_its_slow_twin_and_scipy(values: list[int]) -> None:
    y = np.array(values, dtype=float)
    assert kendall(y) == pytest.approx(kendall_slowly(y))
    if len(set(values)) > 1:
        assert kendall(y) == pytest.approx(kendalltau(np.arange(len(y)), y).statistic)


def test_kendall_of_a_permutation_counts_its_inversions() -> None:
    for order in permutations(range(5)):
        # 1 - 4 q / (n (n - 1)): Kendall, M. G. (1938). A new measure of rank correlation.
        # Biometrika 30(1/2)
        inversions = sum(a > b for a, b in combinations(order, 2))
        assert kendall(np.array(order, dtype=float)) == pytest.approx(1 - inversions / 5)


@pytest.mark.parametrize("seed", range(4))
def test_kendall_and_theil_sen_are_those_of_pymannkendall(seed: int) -> None:
    mann_kendall = pytest.importorskip("pymannkendall")
    without_ties = np.linspace(-1, 1, 30) ** 3 + 0.05 * np.arange(30)
    y = np.random.default_rng(seed).permutation(without_ties)
    expected = mann_kendall.original_test(y)
    assert kendall(y) == pytest.approx(expected.Tau)
    assert kendall(y) * 30 * 29 / 2 == pytest.approx(expected.s)
    assert theil_sen(np.arange(30.0), y) == pytest.approx(mann_kendall.sens_slope(y).slope)


def test_kendall_of_ties_has_the_score_of_pymannkendall() -> None:
    mann_kendall = pytest.importorskip("pymannkendall")
    y = np.random.default_rng(5).integers(0, 6, 40).astype(float)
    untied = sum(a != b for a, b in combinations(y, 2))
    assert untied < 780
    assert kendall(y) * (untied * 780) ** 0.5 == pytest.approx(mann_kendall.original_test(y).s)


@pytest.mark.parametrize("values", [[], [3.0], [2.0, 2.0, 2.0]])
def test_kendall_is_zero_if_nothing_differs(values: list[float]) -> None:
    assert kendall(np.array(values)) == 0


def test_theil_sen_gives_the_published_value_of_sen_1968() -> None:
    t = np.array([1.0, 2, 3, 4, 10, 12, 18])
    y = np.array([9.0, 15, 19, 20, 45, 55, 78])
    assert theil_sen(t, y) == pytest.approx(4.0)


@pytest.mark.parametrize("seed", range(5))
def test_theil_sen_equals_its_slow_twin_and_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t = rng.integers(0, 30, 40).astype(float)  # in no order, some positions twice
    y = rng.standard_normal(40)
    assert theil_sen(t, y) == pytest.approx(theil_sen_slowly(t, y))
    assert theil_sen(t, y) == pytest.approx(theilslopes(y, t).slope)


def test_theil_sen_does_not_follow_a_quarter_of_wild_points() -> None:
    t = np.arange(40.0)
    y = 2 * t
    y[::4] = 1e6
    assert theil_sen(t, y) == pytest.approx(2, abs=0.5)


def test_theil_sen_is_zero_if_all_points_share_a_position() -> None:
    assert theil_sen(np.ones(3), np.array([1.0, 2, 3])) == 0


def test_noise_has_a_trend_once_in_forty() -> None:
    rng = np.random.default_rng(3)
    found = sum(has_trend(rng.standard_normal(30)) for _ in range(2000))
    assert 30 <= found <= 75  # 50, give or take three and a half deviations
    assert has_trend(np.arange(5.0))
    assert not has_trend(-np.arange(5.0))
    assert not has_trend(np.ones(1))


@pytest.mark.parametrize("points", [2, 4, 7])
def test_the_error_of_tau_is_its_spread_over_all_orders(points: int) -> None:
    taus = [kendall(np.array(order, float)) for order in permutations(range(points))]
    assert tau_error(points) == pytest.approx(np.std(taus))
