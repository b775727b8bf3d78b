"""The change over a stretch and its standard error."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import linregress

from analyzer.stats.trend import Floats, autocorrelation, change, stretch_weights


def noisy(points: int, seed: int) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    return np.arange(1.0, points + 1), rng.standard_normal(points), rng.integers(1, 9, points).astype(float)


def change_slowly(t: Floats, y: Floats, weight: Floats) -> float:
    total = sum(weight)
    centre = sum(w * a for w, a in zip(weight, t, strict=True)) / total
    level = sum(w * b for w, b in zip(weight, y, strict=True)) / total
    rise = sum(w * (a - centre) * (b - level) for w, a, b in zip(weight, t, y, strict=True))
    return float(rise / sum(w * (a - centre) ** 2 for w, a in zip(weight, t, strict=True)) * (t[-1] - t[0]))


def correlated(points: int, correlation: float, rng: np.random.Generator) -> Floats:
    noise = rng.standard_normal(points)
    for at in range(1, points):
        noise[at] += correlation * noise[at - 1]
    return noise


def test_the_change_of_each_stretch_equals_the_slow_twin() -> None:
    t, y, weight = noisy(40, seed=1)
    starts = np.array([0, 5, 31])
    expected = [change_slowly(t[start:], y[start:], weight[start:]) for start in starts]
    np.testing.assert_allclose(stretch_weights(t, starts, weight) @ y, expected)


def test_the_change_is_the_slope_of_polyfit_times_the_stretch() -> None:
    t, y, weight = noisy(40, seed=2)
    slope = np.polyfit(t, y, 1, w=np.sqrt(weight))[0]
    assert change(t, y, weight)[0] == pytest.approx(slope * 39)


def test_the_change_of_a_straight_line_is_exact_and_sure() -> None:
    t = np.array([1.0, 2, 4, 9])
    total, error = change(t, 5 - 2 * t, np.ones(4))
    assert total == pytest.approx(-16)
    assert error == pytest.approx(0, abs=1e-9)


def test_the_error_of_residuals_that_alternate_is_that_of_linregress() -> None:
    t = np.arange(30.0)
    y = 0.1 * t + np.where(t % 2, 1.0, -1.0)  # correlation below 0: no correction
    assert change(t, y, np.ones(30))[1] == pytest.approx(linregress(t, y).stderr * 29)


def test_the_error_of_bins_is_that_of_weighted_polyfit() -> None:
    t = np.arange(1.0, 41)
    count = np.where(t < 6, 1.0, 100.0)
    y = 0.1 * t + np.where(t % 2, 1.0, -1.0) / np.sqrt(count)
    covariance = np.polyfit(t, y, 1, w=np.sqrt(count), cov=True)[1]
    assert change(t, y, count)[1] == pytest.approx(covariance[0, 0] ** 0.5 * 39)


def test_the_error_of_correlated_residuals_grows_by_bartletts_factor() -> None:
    t = np.arange(200.0)
    y = correlated(200, 0.5, np.random.default_rng(3))
    fit = linregress(t, y)
    r = autocorrelation(y - fit.intercept - fit.slope * t)
    assert r > 0.3
    assert change(t, y, np.ones(200))[1] == pytest.approx(fit.stderr * 199 * ((1 + r) / (1 - r)) ** 0.5)


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_the_error_is_the_scatter_of_the_change(correlation: float) -> None:
    rng = np.random.default_rng(4)
    t = np.arange(150.0)
    found = np.array([change(t, correlated(150, correlation, rng), np.ones(150)) for _ in range(300)])
    assert found[:, 0].std() == pytest.approx(found[:, 1].mean(), rel=0.15)


def test_a_bin_of_many_points_counts_as_many() -> None:
    t = np.arange(1.0, 41)
    count = np.where(t < 20, 1.0, 9.0)
    rng = np.random.default_rng(5)
    found = np.array([change(t, rng.standard_normal(40) / np.sqrt(count), count) for _ in range(400)])
    assert found[:, 0].std() == pytest.approx(found[:, 1].mean(), rel=0.15)


def test_autocorrelation_equals_the_slow_twin() -> None:
    residual = correlated(50, 0.7, np.random.default_rng(6))
    products = [residual[at] * residual[at - 1] for at in range(1, 50)]
    assert autocorrelation(residual) == pytest.approx(sum(products) / sum(residual**2))


def test_autocorrelation_finds_the_true_correlation() -> None:
    assert autocorrelation(correlated(20_000, 0.6, np.random.default_rng(7))) == pytest.approx(0.6, abs=0.02)


def test_residuals_that_do_not_vary_have_no_correlation() -> None:
    assert autocorrelation(np.zeros(5)) == 0
