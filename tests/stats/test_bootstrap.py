"""Resampling in blocks."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.bootstrap import Floats, block_resample
from analyzer.stats.trend import autocorrelation


def resample_slowly(residual: Floats, block: int, draws: int, seed: int) -> list[list[float]]:
    n = len(residual)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, n - block + 1, size=(draws, -(-n // block)))
    out = []
    for row in starts:
        series: list[float] = []
        for start in row:
            series.extend(residual[start : start + block])
        out.append(series[:n])
    return out


@pytest.mark.parametrize(("points", "block"), [(1, 1), (2, 2), (10, 3), (64, 4), (1000, 10)])
def test_equals_the_slow_twin_with_blocks_of_the_cube_root(points: int, block: int) -> None:
    residual = np.random.default_rng(1).standard_normal(points)
    expected = resample_slowly(residual, block, draws=5, seed=9)
    np.testing.assert_array_equal(block_resample(residual, draws=5, seed=9), expected)


def test_neighbours_stay_neighbours_inside_a_block() -> None:
    drawn = block_resample(np.arange(1000.0), draws=20)
    assert drawn.shape == (20, 1000)
    assert (np.diff(drawn) == 1).mean() >= 0.9  # blocks of ten


def test_the_mean_of_correlated_residuals_scatters_as_it_does_in_truth() -> None:
    # Kunsch (1989): the variance of the mean of an AR(1) series is sigma^2 (1 + r) / (1 - r) / n, not sigma^2 / n
    rng = np.random.default_rng(2)
    series = rng.standard_normal(8000)
    for at in range(1, len(series)):
        series[at] += 0.5 * series[at - 1]
    series -= series.mean()
    blocks = block_resample(series, draws=400).mean(1).std()
    alone = series.std() / np.sqrt(len(series))
    assert blocks / alone == pytest.approx(3**0.5, rel=0.15)


def test_the_correlation_of_neighbours_is_kept() -> None:
    series = np.sin(np.arange(500) / 5)
    kept = np.mean([autocorrelation(one) for one in block_resample(series, draws=50)])
    shuffled = np.random.default_rng(3).permutation(series)
    assert kept > 0.8
    assert abs(autocorrelation(shuffled)) < 0.2


def test_the_same_seed_gives_the_same_series() -> None:
    residual = np.random.default_rng(4).standard_normal(50)
    np.testing.assert_array_equal(block_resample(residual, draws=3), block_resample(residual, draws=3))
    assert (block_resample(residual, draws=3, seed=1) != block_resample(residual, draws=3, seed=2)).any()
