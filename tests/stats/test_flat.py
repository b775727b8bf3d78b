"""The flat end of a curve: how wide its band is, and where the curve enters it."""

from __future__ import annotations

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import median_filter

from analyzer.stats.arrays import Floats
from analyzer.stats.flat import entries, is_no_better, last_band, levels_along

curves = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=150).map(np.array)


def levels_slowly(y: Floats) -> list[float]:
    """Return the median of 5 % of the points around each point, at least three."""
    half = min(len(y), max(3, round(len(y) / 20))) // 2
    return [float(median(y[max(0, at - half) : at + half + 1])) for at in range(len(y))]


def band_slowly(t: Floats, y: Floats, last: float) -> float:
    """Return the range of the levels at positions within the last share of the axis."""
    start = t[-1] - last * (t[-1] - t[0])
    levels = [level for place, level in zip(t, levels_slowly(y), strict=True) if place >= start]
    return max(levels) - min(levels)


def entry_slowly(y: Floats, width: float) -> int:
    return next(at for at in range(len(y)) if max(y[at:]) - min(y[at:]) <= width)


@given(curves, st.floats(0, 1), st.integers(0, 10**6))
def test_the_last_band_equals_its_slow_twin(y: Floats, last: float, seed: int) -> None:
    t = np.sort(np.random.default_rng(seed).integers(1, 500, len(y))).astype(float)
    assert last_band(t, y, last=last) == pytest.approx(band_slowly(t, y, last))


def test_the_band_covers_the_last_third_of_the_time_and_not_of_the_points() -> None:
    t = np.concatenate([np.arange(1.0, 41), np.arange(100.0, 401, 100)])
    y = np.where(t < 280, 1.0, 0.0)
    assert last_band(t, y) == 0
    assert last_band(t, y, last=0.8) == 1


@given(curves)
def test_the_levels_along_a_curve_equal_their_slow_twin(y: Floats) -> None:
    np.testing.assert_allclose(levels_along(y), levels_slowly(y))


@pytest.mark.parametrize("points", [40, 200, 1001])
def test_the_levels_along_a_curve_are_the_median_filter_of_scipy(points: int) -> None:
    y = np.random.default_rng(points).standard_normal(points)
    half = max(3, round(points / 20)) // 2
    inner = slice(half, -half)  # scipy goes on beyond the ends
    np.testing.assert_array_equal(levels_along(y)[inner], median_filter(y, 2 * half + 1)[inner])


def test_one_spike_does_not_widen_the_band_and_two_neighbours_do() -> None:
    t = np.arange(1.0, 61)
    y = np.full(60, 0.5)
    y[50] = 9.0
    assert last_band(t, y) == 0
    y[51] = 8.0
    assert last_band(t, y) == pytest.approx(7.5)


def test_on_a_long_curve_no_spike_shorter_than_half_a_level_widens_the_band() -> None:
    t = np.arange(1.0, 201)
    y = np.full(200, 0.5)
    y[150:155] = 9.0  # a level is the median of eleven points
    assert last_band(t, y) == 0
    y[155] = 9.0
    assert last_band(t, y) == 8.5


def test_the_band_of_a_decay_is_what_is_left_of_it() -> None:
    t = np.arange(0.0, 61)
    expected = math.exp(-40 / 20) - math.exp(
        -59.5 / 20
    )  # the last level is the median of two points
    assert last_band(t, np.exp(-t / 20)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0], [1.0] * 30])
def test_a_constant_curve_has_a_band_without_width(values: list[float]) -> None:
    assert last_band(np.arange(1.0, len(values) + 1), np.array(values)) == 0


@given(curves, st.lists(st.floats(0, 2e6), max_size=5))
def test_the_entries_equal_their_slow_twin(y: Floats, widths: list[float]) -> None:
    found = entries(y, np.array(widths))
    assert found.tolist() == [entry_slowly(y, width) for width in widths]


@given(curves, st.floats(0, 2e6))
def test_from_its_entry_on_a_curve_stays_in_the_band_and_not_before(
    y: Floats, width: float
) -> None:
    at = int(entries(y, np.array([width]))[0])
    assert np.ptp(y[at:]) <= width
    assert at == 0 or np.ptp(y[at - 1 :]) > width


def test_a_decay_enters_a_band_where_its_logarithm_says() -> None:
    t = np.arange(1001.0)
    y = np.exp(-t / 100)
    expected = [math.ceil(-100 * math.log(width + y[-1])) for width in (0.5, 0.1, 0.01)]
    assert entries(y, np.array([0.5, 0.1, 0.01])).tolist() == expected


def test_a_wider_band_is_entered_no_later() -> None:
    y = np.random.default_rng(3).standard_normal(200).cumsum()
    found = entries(y, np.linspace(0, np.ptp(y), 40))
    assert (np.diff(found) <= 0).all()
    assert found[0] > found[20] > found[-1] == 0


def test_a_band_without_width_is_entered_at_the_last_constant_stretch() -> None:
    assert entries(np.array([5.0, 2.0, 3.0, 2.0, 2.0]), np.array([0.0, 1.0])).tolist() == [3, 1]
    assert entries(np.array([4.0]), np.array([0.0])).tolist() == [0]


def test_a_second_half_is_no_better_unless_its_level_is_a_new_best() -> None:
    first = [5.0, 4.0, 3.0, 3.0, 3.0]
    assert is_no_better(np.array([*first, 3.0, 3.2, 3.1, 3.0, 3.0]), 5)
    assert not is_no_better(np.array([*first, 3.0, 2.9, 2.8, 2.7, 2.6]), 5)
    assert is_no_better(np.array([*first, 3.0, 0.1, 3.1, 3.0, 3.0]), 5)  # one lucky point
