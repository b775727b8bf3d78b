"""Thinning: a picture of a long curve that loses no spike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binned_statistic

from analyzer.stats.arrays import Floats
from analyzer.stats.thin import column_extremes, column_means


def extremes_slowly(
    x: Floats, y: Floats, low: float, high: float, columns: int
) -> list[tuple[float, float, float]]:
    width = (high - low) / columns
    out = []
    for column in range(columns):
        inside = [
            value
            for place, value in zip(x, y, strict=True)
            if min(int((place - low) / width), columns - 1) == column
        ]
        if inside:
            out.append((low + (column + 0.5) * width, min(inside), max(inside)))
    return out


@pytest.mark.parametrize("columns", [1, 7, 50])
def test_equals_the_slow_twin(columns: int) -> None:
    rng = np.random.default_rng(columns)
    x, y = rng.uniform(-3, 9, 400), rng.standard_normal(400)
    expected = np.array(extremes_slowly(x, y, -3, 9, columns)).T
    np.testing.assert_allclose(column_extremes(x, y, -3, 9, columns), expected)


def test_minimum_and_maximum_are_those_of_binned_statistic() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 1, 5000), rng.standard_normal(5000)
    _, low, high = column_extremes(x, y, 0, 1, 60)
    np.testing.assert_array_equal(
        low, binned_statistic(x, y, "min", bins=60, range=(0, 1)).statistic
    )
    np.testing.assert_array_equal(
        high, binned_statistic(x, y, "max", bins=60, range=(0, 1)).statistic
    )


def test_a_column_without_a_point_is_left_out() -> None:
    centre, low, high = column_extremes(np.array([0.5, 9.5]), np.array([1.0, 2.0]), 0, 10, 10)
    np.testing.assert_allclose(centre, [0.5, 9.5])
    np.testing.assert_array_equal(low, [1, 2])
    np.testing.assert_array_equal(high, [1, 2])


def test_the_last_point_lies_in_the_last_column() -> None:
    centre, _, high = column_extremes(np.array([0.0, 10.0]), np.array([1.0, 2.0]), 0, 10, 5)
    np.testing.assert_allclose(centre, [1, 9])
    np.testing.assert_array_equal(high, [1, 2])


def test_an_axis_without_length_is_one_column() -> None:
    _, low, high = column_extremes(np.array([3.0, 3.0]), np.array([1.0, 2.0]), 3, 3, 40)
    assert (low.tolist(), high.tolist()) == ([1.0], [2.0])


def test_nothing_in_gives_nothing_out() -> None:
    empty = np.array([])
    assert [len(part) for part in column_extremes(empty, empty, 0, 1, 10)] == [0, 0, 0]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=300), st.integers(1, 50))
def test_the_lowest_and_the_highest_point_are_never_lost(values: list[float], columns: int) -> None:
    y = np.array(values)
    x = np.arange(float(len(y)))
    _, low, high = column_extremes(x, y, 0, max(len(y) - 1, 1), columns)
    assert low.min() == y.min()
    assert high.max() == y.max()
    assert (low <= high).all()
    assert len(low) <= columns


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(1, 12))
def test_means_of_columns_equal_the_slow_twin(values: list[float], columns: int) -> None:
    value = np.array(values)
    column = np.arange(len(value)) * columns // len(value)
    expected = []
    for index in range(columns):
        own = value[column == index]
        expected.append(float(own.mean()) if len(own) else float("nan"))
    first, last = sorted((int(value.argmin()), int(value.argmax())))
    place, other = int(column[first]), int(column[last])
    if place == other and columns > 1:
        other = max(1, place)
        place = other - 1
    expected[place], expected[other] = float(value[first]), float(value[last])
    assert column_means(value, column, columns) == pytest.approx(expected, nan_ok=True)


def test_a_jump_at_the_first_point_stays_a_jump() -> None:
    value = np.array([3.0, *np.linspace(2e7, 1.9e7, 99)])
    means = column_means(value, np.arange(100) * 40 // 100, 40)
    assert means[:2].tolist() == [3.0, 2e7]
