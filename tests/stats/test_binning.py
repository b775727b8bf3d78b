"""Binning: fewer points, nothing lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binned_statistic

from analyzer.stats.binning import MOST, Floats, bin_curve

repeatable = settings(deadline=None, derandomize=True, database=None, max_examples=60)


def edges_of(t: Floats) -> list[float]:
    """Return the edges as the method states them: 100 in log time and 200 in time, the two ends left out."""
    return sorted({*np.geomspace(t[0], t[-1], 100), *np.linspace(t[0], t[-1], 200)})[1:-1]


def binned_slowly(t: Floats, y: Floats) -> list[tuple[float, float, float, float]]:
    """Return (position, value, count, variance) of each bin, one point after another."""
    edges = edges_of(t)
    bins: dict[int, list[tuple[float, float]]] = {}
    for position, value in zip(t, y, strict=True):
        number = sum(edge <= position for edge in edges)
        bins.setdefault(number, []).append((position, value))
    out = []
    for number in sorted(bins):
        points = bins[number]
        mean = sum(value for _, value in points) / len(points)
        variance = sum((value - mean) ** 2 for _, value in points) / len(points)
        out.append((sum(position for position, _ in points) / len(points), mean, float(len(points)), variance))
    return out


def wandering(points: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    return np.arange(1.0, points + 1), rng.standard_normal(points).cumsum()


@pytest.mark.parametrize("points", [MOST + 1, 700, 2000])
def test_equals_the_slow_twin(points: int) -> None:
    t, y = wandering(points, seed=points)
    bins = bin_curve(t, y)
    expected = np.array(binned_slowly(t, y)).T
    np.testing.assert_allclose([bins.t, bins.y, bins.count, bins.variance], expected, atol=1e-9)


def test_means_and_counts_are_those_of_binned_statistic() -> None:
    t, y = wandering(5000, seed=1)
    bins = bin_curve(t, y)
    edges = [t[0], *edges_of(t), t[-1]]
    count = binned_statistic(t, y, "count", bins=edges).statistic
    mean = binned_statistic(t, y, lambda part: part.mean() if len(part) else 0.0, bins=edges).statistic
    np.testing.assert_allclose(bins.count, count[count > 0])
    np.testing.assert_allclose(bins.y, mean[count > 0])


@pytest.mark.parametrize("points", [1, 2, 5, MOST])
def test_a_short_curve_stays_as_it_is(points: int) -> None:
    t, y = wandering(points, seed=2)
    bins = bin_curve(t, y)
    np.testing.assert_array_equal(bins.t, t)
    np.testing.assert_array_equal(bins.y, y)
    assert set(bins.count) == {1.0}
    assert set(bins.variance) == {0.0}


def test_points_at_one_position_are_one_bin() -> None:
    bins = bin_curve(np.array([1.0, 2.0, 2.0, 2.0, 3.0]), np.array([5.0, 1.0, 2.0, 6.0, 7.0]))
    np.testing.assert_allclose(bins.t, [1, 2, 3])
    np.testing.assert_allclose(bins.y, [5, 3, 7])
    np.testing.assert_array_equal(bins.count, [1, 3, 1])
    np.testing.assert_allclose(bins.variance, [0, 14 / 3, 0])


def test_a_curve_without_a_point_has_no_bin() -> None:
    assert len(bin_curve(np.array([]), np.array([]))) == 0


def test_bins_are_finer_early_than_late() -> None:
    bins = bin_curve(*wandering(100_000, seed=3))
    assert bins.count[0] == 1
    assert bins.count[-20:].min() > 300


@repeatable
@given(st.integers(1, 3000), st.integers(0, 10**6), st.booleans())
def test_count_and_total_are_conserved(points: int, seed: int, uneven: bool) -> None:
    rng = np.random.default_rng(seed)
    t = np.sort(rng.integers(1, 3 * points, points)).astype(float) if uneven else np.arange(1.0, points + 1)
    y = rng.standard_normal(points)
    bins = bin_curve(t, y)
    assert len(bins) <= MOST
    assert (bins.count >= 1).all()
    assert bins.count.sum() == points
    assert np.isclose(bins.count @ bins.y, y.sum())
    assert np.isclose(bins.count @ bins.t, t.sum())
    assert np.isclose(bins.count @ (bins.variance + bins.y**2), (y**2).sum())
    assert (np.diff(bins.t) > 0).all()
