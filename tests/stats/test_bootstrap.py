"""The difference of two small samples: its interval holds the truth as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analyzer.stats.bootstrap import mean_difference


@pytest.mark.parametrize(("first", "second"), [(1, 3), (2, 2), (2, 10), (3, 3), (3, 5), (5, 5), (10, 10)])
def test_the_interval_holds_the_truth_in_95_of_100_draws(first: int, second: int) -> None:
    rng = np.random.default_rng(first * 100 + second)
    draws = 1500
    held = 0
    for draw in range(draws):
        found = mean_difference(rng.standard_normal(first), 3 + rng.standard_normal(second), seed=draw)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 3 <= found.high
    assert 0.933 <= held / draws <= 0.975  # three standard errors of 1,500 draws, and a little for what is conservative


def test_two_numbers_alone_tell_no_interval() -> None:
    found = mean_difference(np.array([1.0]), np.array([3.0]))
    assert (found.value, found.low, found.high) == (2.0, None, None)


def test_copies_tell_no_interval() -> None:
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
