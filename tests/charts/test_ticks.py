"""Ticks: round numbers within the bounds, few enough to read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.charts.ticks import linear_ticks, log_ticks, with_end

values = st.floats(-1e6, 1e6, allow_nan=False)


def test_hundred_epochs_are_marked_in_twenties() -> None:
    assert linear_ticks(0, 100) == [0, 20, 40, 60, 80, 100]


def test_three_decades_are_marked_by_powers_of_ten() -> None:
    assert log_ticks(0.9, 1100, 5) == [1, 10, 100, 1000]


def test_one_decade_is_marked_by_one_two_and_five() -> None:
    assert log_ticks(0.9, 11) == [1, 2, 5, 10]


@given(values, st.floats(1e-6, 1e6), st.integers(2, 8))
def test_ticks_stay_within_the_bounds_and_the_number(low: float, width: float, most: int) -> None:
    high = low + width
    ticks = linear_ticks(low, high, most)
    slack = 1e-9 * max(abs(low), abs(high), width)
    assert len(ticks) <= max(most, 6)
    assert all(low - slack <= tick <= high + slack for tick in ticks)
    assert ticks == sorted(set(ticks))


@given(st.floats(1e-12, 1e9), st.floats(1.01, 1e12))
def test_log_ticks_stay_within_the_bounds(low: float, factor: float) -> None:
    ticks = log_ticks(low, low * factor)
    assert 1 <= len(ticks) <= 6
    assert all(low * (1 - 1e-6) <= tick <= low * factor * (1 + 1e-6) for tick in ticks)


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_a_span_of_nothing_has_one_tick(value: float) -> None:
    assert linear_ticks(value, value) == [value]
    assert math.isfinite(linear_ticks(value, value)[0])


@pytest.mark.parametrize("high", [1.0, 2.0, 12.0, 60.0])
def test_an_axis_of_whole_numbers_is_marked_by_whole_numbers(high: float) -> None:
    ticks = linear_ticks(0.0, high, whole=True)
    assert all(tick % 1 == 0 and 0 <= tick <= high for tick in ticks)
    assert len(ticks) >= min(3, high + 1)


@given(st.floats(1e-3, 1e3), st.floats(1.01, 1e4), st.integers(4, 6))
def test_a_log_axis_has_at_least_three_labels(low: float, factor: float, most: int) -> None:
    assert len(log_ticks(low, low * factor, most)) >= 3


def test_the_end_of_an_axis_takes_the_place_of_a_tick_close_beside_it() -> None:
    assert with_end([0, 20, 40, 60], 79) == [0, 20, 40, 60, 79]
    assert with_end([0, 20, 40, 60, 80], 82) == [0, 20, 40, 60, 82]
    assert with_end([0, 20, 40], 40) == [0, 20, 40]
    assert with_end([5], 5) == [5]
