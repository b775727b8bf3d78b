"""Histograms: shares and moments against the values that they count."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.histogram import Histogram, checked, from_edges

VALUES = np.random.default_rng(1).gamma(2.0, size=20_000)
COUNT, EDGES = np.histogram(VALUES, bins=400)
MADE = from_edges(EDGES, COUNT.astype(float))


def test_moments_by_bins_are_those_of_the_values() -> None:
    assert MADE is not None
    width = EDGES[1] - EDGES[0]
    assert MADE.mean == pytest.approx(VALUES.mean(), abs=width)
    assert MADE.rms == pytest.approx(np.sqrt((VALUES**2).mean()), abs=width)
    assert MADE.deviation == pytest.approx(VALUES.std(), abs=width)


def test_moments_by_sums_are_exact() -> None:
    made = Histogram(EDGES[:1], EDGES[-1:], np.array([20_000.0]), VALUES.sum(), (VALUES**2).sum())
    assert made.mean == pytest.approx(VALUES.mean())
    assert made.deviation == pytest.approx(VALUES.std())


def test_shares_between_bounds() -> None:
    assert MADE is not None
    truth = ((VALUES > 1) & (VALUES < 2)).mean()
    assert MADE.share_between(1, 2) == pytest.approx(truth, abs=0.005)
    assert MADE.on(np.linspace(1, 2, 5)).sum() == pytest.approx(1.0)


def test_zeros_are_told_only_by_a_narrow_bin() -> None:
    narrow = from_edges(np.array([0.0, 1e-12, 1.0, 2.0]), np.array([75.0, 20.0, 5.0]))
    wide = from_edges(np.array([0.0, 1.0, 2.0]), np.array([95.0, 5.0]))
    apart = from_edges(np.array([1.0, 2.0]), np.array([5.0]))
    assert narrow is not None
    assert wide is not None
    assert apart is not None
    assert (narrow.zero_share, wide.zero_share, apart.zero_share) == (0.75, None, 0.0)


def test_a_single_value_is_a_point() -> None:
    made = from_edges(np.array([0.0, 0.0]), np.array([9.0]))
    assert made is not None
    assert made.zero_share == 1.0
    assert made.share_below(np.array([0.5])) == 1.0


@pytest.mark.parametrize(
    ("edges", "count"),
    [
        ([0, 1], [0]),
        ([0, 1], [-1]),
        ([1, 0], [1]),
        ([0, float("inf")], [1]),
        ([0, 1, 2], [1]),
        ([], []),
    ],
)
def test_what_is_no_histogram(edges: list[float], count: list[float]) -> None:
    assert from_edges(np.array(edges, dtype=float), np.array(count, dtype=float)) is None


def test_bins_out_of_order_are_refused() -> None:
    left = np.array([1.0, 0.0])
    assert checked(Histogram(left, left + 1, np.ones(2))) is None
