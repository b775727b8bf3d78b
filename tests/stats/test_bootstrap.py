"""The difference of two small samples: its interval holds the truth as often as it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from analyzer.stats import bootstrap
from analyzer.stats.arrays import Floats
from analyzer.stats.bootstrap import Difference, mean_difference, paired_difference


@pytest.mark.parametrize(
    ("first", "second"), [(1, 3), (2, 2), (2, 10), (3, 3), (3, 5), (5, 5), (10, 10)]
)
def test_the_interval_covers_the_truth_in_95_of_100_draws(first: int, second: int) -> None:
    rng = np.random.default_rng(first * 100 + second)
    draws = 1500
    covered = 0
    for draw in range(draws):
        found = mean_difference(
            rng.standard_normal(first), 3 + rng.standard_normal(second), seed=draw
        )
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 3 <= found.high
    # three standard errors of 1,500 draws, and a little because the interval is conservative
    assert 0.933 <= covered / draws <= 0.975


def test_two_single_numbers_have_no_interval() -> None:
    found = mean_difference(np.array([1.0]), np.array([3.0]))
    assert (found.value, found.low, found.high) == (2.0, None, None)


def test_copies_have_no_interval() -> None:
    found = mean_difference(np.array([1.0, 1.0]), np.array([3.0, 3.0, 3.0]))
    assert (found.value, found.low, found.high) == (2.0, None, None)


def test_large_samples_agree_with_the_interval_of_welch() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal(200), 0.5 + 2 * rng.standard_normal(300)
    welch = stats.ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    found = mean_difference(first, second)
    assert found.low == pytest.approx(welch.low, abs=0.02)
    assert found.high == pytest.approx(welch.high, abs=0.02)


def test_few_numbers_agree_with_the_interval_of_student() -> None:
    first, second = np.array([1.0, 2.0]), np.array([4.0, 5.5, 6.0, 4.5])
    student = stats.ttest_ind(second, first).confidence_interval(0.95)
    found = mean_difference(first, second)
    assert (found.low, found.high) == pytest.approx((student.low, student.high))


def test_the_same_numbers_give_the_same_interval() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal(8), rng.standard_normal(8)
    assert mean_difference(first, second, seed=4) == mean_difference(first, second, seed=4)


def test_units_scale_the_interval() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal(8), rng.standard_normal(8)
    found, scaled = mean_difference(first, second), mean_difference(1000 * first, 1000 * second)
    assert scaled.low == pytest.approx(1000 * found.low)  # type: ignore[operator]


@pytest.mark.parametrize("count", [2, 3, 5, 6, 8, 12])
@pytest.mark.parametrize("shared", [0.0, 5.0])
def test_the_interval_of_pairs_covers_the_truth_in_95_of_100_draws(
    count: int, shared: float
) -> None:
    rng = np.random.default_rng(count)
    draws, covered = 1500, 0
    for draw in range(draws):
        drawn = shared * rng.standard_normal(count)
        first, second = drawn + rng.standard_normal(count), drawn + 3 + rng.standard_normal(count)
        found = paired_difference(first, second, seed=draw)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 3 <= found.high
    assert 0.933 <= covered / draws <= 0.975


def test_pairs_agree_with_student_on_their_differences() -> None:
    first, second = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.7, 4.4])
    student = stats.ttest_rel(second, first).confidence_interval(0.95)
    found = paired_difference(first, second)
    assert (found.low, found.high) == pytest.approx((student.low, student.high))
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal(300), rng.standard_normal(300)
    student = stats.ttest_rel(second, first).confidence_interval(0.95)
    found = paired_difference(first, second)
    assert (found.low, found.high) == pytest.approx((student.low, student.high), abs=0.02)


def test_one_pair_and_equal_differences_have_no_interval() -> None:
    assert paired_difference(np.array([1.0]), np.array([3.0])).low is None
    assert paired_difference(np.array([1.0, 2.0]), np.array([3.0, 4.0])).low is None


@pytest.mark.parametrize("difference", [mean_difference, paired_difference])
@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
def test_rounding_to_float32_is_not_a_spread(
    difference: Callable[[Floats, Floats], Difference], size: float
) -> None:
    varied = size * np.array([0.0, 1.0, -1.0, 2.0])
    rounding = difference(size + 1e-7 * varied, 2 * size + 1e-7 * varied[::-1])
    assert rounding.value == pytest.approx(size)
    assert (rounding.low, rounding.high) == (None, None)
    assert difference(size + 1e-5 * varied, 2 * size + 1e-5 * varied[::-1]).low is not None


def test_resamples_do_not_depend_on_how_many_are_drawn_at_once() -> None:
    values = np.random.default_rng(2).normal(size=300)
    rng = np.random.default_rng(0)
    every = values[rng.integers(0, 300, (bootstrap.RESAMPLES, 300))].mean(axis=1)
    assert np.array_equal(bootstrap._means(values, np.random.default_rng(0)), every)


def test_the_interval_of_many_numbers_is_that_of_resampling_and_takes_no_time() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.exponential(size=501), rng.exponential(size=520)
    found = mean_difference(first, second)
    draws = bootstrap._means(second, rng) - bootstrap._means(first, rng)
    low, high = np.quantile(draws, [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=0.01)
    assert found.high == pytest.approx(high, abs=0.01)
