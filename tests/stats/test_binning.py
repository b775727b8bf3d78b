"""Binning: fewer points, nothing lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binned_statistic

from analyzer.stats.arrays import Floats
from analyzer.stats.binning import MOST, bin_curve


def edges_of(t: Floats, in_log_time: int = 100, in_time: int = 200) -> list[float]:
    """Return the edges as the method states them, without the two ends."""
    edges = {*np.geomspace(t[0], t[-1], in_log_time), *np.linspace(t[0], t[-1], in_time)}
    return sorted(edges)[1:-1]


def binned_slowly(t: Floats, y: Floats, edges: list[float]) -> list[tuple[float, float, float]]:
    """Return (position, value, count) of each bin, one point after another."""
    bins: dict[int, list[tuple[float, float]]] = {}
    for position, value in zip(t, y, strict=True):
        number = sum(edge <= position for edge in edges)
        bins.setdefault(number, []).append((position, value))
    out = []
    for number in sorted(bins):
        points = bins[number]
        mean = sum(value for _, value in points) / len(points)
        out.append(
            (sum(position for position, _ in points) / len(points), mean, float(len(points)))
        )
    return out


def wandering(points: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    return np.arange(1.0, points + 1), rng.standard_normal(points).cumsum()


@pytest.mark.parametrize("points", [MOST + 1, 700, 2000])
def test_equals_the_slow_twin_with_100_edges_in_log_time_and_200_in_time(points: int) -> None:
    t, y = wandering(points, seed=points)
    bins = bin_curve(t, y)
    expected = np.array(binned_slowly(t, y, edges_of(t))).T
    np.testing.assert_allclose([bins.t, bins.y, bins.count], expected, atol=1e-9)


@pytest.mark.parametrize(
    ("most", "in_log_time", "in_time"), [(3, 1, 2), (40, 13, 27), (120, 40, 80)]
)
def test_fewer_bins_keep_a_third_of_their_edges_in_log_time(
    most: int, in_log_time: int, in_time: int
) -> None:
    t, y = wandering(500, seed=6)
    bins = bin_curve(t, y, most=most)
    expected = np.array(binned_slowly(t, y, edges_of(t, in_log_time, in_time))).T
    assert len(bins) <= most
    np.testing.assert_allclose([bins.t, bins.y, bins.count], expected, atol=1e-9)


@pytest.mark.parametrize("most", [1, 2])
def test_one_bin_holds_the_whole_curve(most: int) -> None:
    bins = bin_curve(*wandering(50, seed=7), most=most)
    np.testing.assert_allclose([*bins.t, *bins.count], [25.5, 50])


def test_means_of_other_values_are_taken_over_the_same_bins() -> None:
    t, y = wandering(800, seed=8)
    other = np.random.default_rng(9).standard_normal(800)
    bins = bin_curve(t, y, most=60)
    slowly = [
        sum(other[at] for at in range(800) if bins.index[at] == number)
        for number in range(len(bins))
    ]
    np.testing.assert_allclose(bins.mean(other), np.array(slowly) / bins.count)
    np.testing.assert_allclose(bins.mean(other), bin_curve(t, other, most=60).y)
    np.testing.assert_allclose(bins.mean(y), bins.y)
    np.testing.assert_allclose(bins.mean(t), bins.t)


def test_each_point_lies_in_the_bin_that_its_index_names() -> None:
    t, y = wandering(800, seed=10)
    bins = bin_curve(t, y, most=60)
    edges = np.array([-np.inf, *edges_of(t, 20, 40), np.inf])
    full = [
        number
        for number in range(len(edges) - 1)
        if ((edges[number] <= t) & (t < edges[number + 1])).any()
    ]
    for number, interval in enumerate(full):
        inside = (edges[interval] <= t) & (t < edges[interval + 1])
        assert set(bins.index[inside]) == {number}
    np.testing.assert_array_equal(bin_curve(t, y, most=800).index, np.arange(800))


def test_means_and_counts_are_those_of_binned_statistic() -> None:
    t, y = wandering(5000, seed=1)
    bins = bin_curve(t, y)
    edges = [t[0], *edges_of(t), t[-1]]
    count = binned_statistic(t, y, "count", bins=edges).statistic
    mean = binned_statistic(
        t, y, lambda part: part.mean() if len(part) else 0.0, bins=edges
    ).statistic
    np.testing.assert_allclose(bins.count, count[count > 0])
    np.testing.assert_allclose(bins.y, mean[count > 0])


@pytest.mark.parametrize("points", [1, 2, 5, MOST])
def test_a_short_curve_stays_as_it_is(points: int) -> None:
    t, y = wandering(points, seed=2)
    bins = bin_curve(t, y)
    np.testing.assert_array_equal(bins.t, t)
    np.testing.assert_array_equal(bins.y, y)
    assert set(bins.count) == {1.0}


def test_points_at_one_position_are_one_bin() -> None:
    bins = bin_curve(np.array([1.0, 2.0, 2.0, 2.0, 3.0]), np.array([5.0, 1.0, 2.0, 6.0, 7.0]))
    np.testing.assert_allclose(bins.t, [1, 2, 3])
    np.testing.assert_allclose(bins.y, [5, 3, 7])
    np.testing.assert_array_equal(bins.count, [1, 3, 1])


def test_a_curve_without_a_point_has_no_bin() -> None:
    assert len(bin_curve(np.array([]), np.array([]))) == 0


def test_bins_are_finer_early_than_late() -> None:
    bins = bin_curve(*wandering(100_000, seed=3))
    assert bins.count[0] == 1
    assert bins.count[-20:].min() > 300


@given(st.integers(1, 3000), st.integers(0, 10**6), st.booleans())
def test_count_and_total_are_conserved(points: int, seed: int, uneven: bool) -> None:
    rng = np.random.default_rng(seed)
    t = (
        np.sort(rng.integers(1, 3 * points, points)).astype(float)
        if uneven
        else np.arange(1.0, points + 1)
    )
    y = rng.standard_normal(points)
    bins = bin_curve(t, y)
    assert len(bins) <= MOST
    assert (bins.count >= 1).all()
    assert bins.count.sum() == points
    assert np.isclose(bins.count @ bins.y, y.sum())
    assert np.isclose(bins.count @ bins.t, t.sum())
    assert (np.diff(bins.t) > 0).all()


def test_the_second_half_begins_at_the_middle_of_the_run_not_of_the_bins() -> None:
    bins = bin_curve(*wandering(10_000, seed=4))
    assert bins.t[bins.half - 1] < 5000.5 <= bins.t[bins.half]
    assert bins.half > 0.55 * len(bins)  # most bins are early


def test_equal_values_keep_theirs_in_every_bin() -> None:
    t = np.arange(1.0, 200_001)
    y = np.r_[np.full(100_000, 0.234567891), np.full(100_000, -2.123456789)]
    bins = bin_curve(t, y)
    assert set(bins.y[bins.t < 99_000]) == {0.234567891}
    assert set(bins.mean(y)[bins.t > 101_000]) == {-2.123456789}
