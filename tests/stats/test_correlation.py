"""Rank correlation: equal to scipy's, ties included, and 0 if nothing varies."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analyzer.stats.correlation import spearman, valley


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 6, 40).astype(float)
    y = x * (seed - 2) + rng.standard_normal(40)
    oracle = stats.spearmanr(x, y)
    rho, chance = spearman(x, y)
    assert (rho, chance) == pytest.approx((oracle.statistic, oracle.pvalue))


def test_perfect_and_constant() -> None:
    x = np.arange(30.0)
    assert spearman(x, x**3) == (1.0, 0.0)
    assert spearman(x, -np.exp(x)) == (-1.0, 0.0)
    assert spearman(x, np.ones(30)) == (0.0, 1.0)


def test_a_valley_needs_a_bottom_inside() -> None:
    x = np.repeat(np.arange(5.0), 4)
    noise = 0.1 * np.random.default_rng(0).random(20)
    found = valley(x, (x - 2) ** 2 + noise)
    assert found is not None
    assert (found.best, found.chance < 1e-3) == (2.0, True)
    assert valley(x, x + noise) is None
    assert valley(x, -((x - 2) ** 2) + noise) is None
    assert valley(x, np.ones(20)) is None
    assert valley(x[:5], x[:5]) is None


def test_a_curve_that_only_falls_and_flattens_is_seldom_a_valley() -> None:
    rng = np.random.default_rng(1)
    found = 0
    for _ in range(60):
        x = rng.random(40)
        one = valley(x, np.exp(-6 * x) + 0.1 * rng.standard_normal(40))
        found += one is not None and one.chance < 0.05
    assert found <= 8  # 3 of 60 are allowed
