"""Smoothing in log time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analyzer.stats.smooth import (
    Floats,
    half_width,
    local_linear,
    log_time,
    real_share,
    smooth,
)


def noisy_line(points: int, seed: int) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    t = np.arange(1.0, points + 1)
    return t, 3 / t + 0.1 * rng.standard_normal(points), rng.integers(1, 9, points).astype(float)


def local_linear_slowly(u: Floats, y: Floats, weight: Floats, width: float) -> list[float]:
    """Return the intercept of a weighted straight line around each point, sums written out."""
    fits = []
    for centre in u:
        s0 = s1 = s2 = m0 = m1 = 0.0
        for place, value, count in zip(u, y, weight, strict=True):
            distance = place - centre
            if abs(distance) >= width:
                continue
            kernel = count * (1 - (distance / width) ** 2) ** 2
            s0, s1, s2 = s0 + kernel, s1 + kernel * distance, s2 + kernel * distance**2
            m0, m1 = m0 + kernel * value, m1 + kernel * distance * value
        fits.append((s2 * m0 - s1 * m1) / (s0 * s2 - s1**2))
    return fits


def test_the_local_fit_equals_its_slow_twin() -> None:
    t, y, weight = noisy_line(60, seed=1)
    np.testing.assert_allclose(
        local_linear(t, y, weight, 7.5), local_linear_slowly(t, y, weight, 7.5)
    )


def test_the_local_fit_is_the_weighted_straight_line_of_polyfit() -> None:
    t, y, weight = noisy_line(30, seed=2)
    for at in (0, 11, 29):
        kernel = weight * np.clip(1 - ((t - t[at]) / 6) ** 2, 0, None) ** 2
        near = kernel > 0
        intercept = np.polyfit(t[near] - t[at], y[near], 1, w=np.sqrt(kernel[near]))[1]
        assert local_linear(t, y, weight, 6)[at] == pytest.approx(intercept)


def test_the_local_fit_is_the_weighted_least_squares_of_statsmodels() -> None:
    api = pytest.importorskip("statsmodels.api")
    t, y, weight = noisy_line(50, seed=8)
    u = log_time(t)
    found = local_linear(u, y, weight, 0.9)
    for at in range(50):
        kernel = weight * np.clip(1 - ((u - u[at]) / 0.9) ** 2, 0, None) ** 2
        fit = api.WLS(y, api.add_constant(u - u[at], has_constant="add"), weights=kernel).fit()
        assert found[at] == pytest.approx(fit.params[0])


def test_the_local_fit_is_near_lowess_of_as_wide_a_window() -> None:
    smoothers = pytest.importorskip("statsmodels.nonparametric.smoothers_lowess")
    u = np.arange(200.0)
    y = np.sin(u / 25) + 0.2 * np.random.default_rng(9).standard_normal(200)
    inner = slice(20, -20)  # lowess takes as many neighbours at the ends, not as wide a window
    expected = smoothers.lowess(y, u, frac=41 / 200, it=0, return_sorted=False)
    found = local_linear(u, y, np.ones(200), 20.5)
    assert (
        np.abs(found - expected)[inner].max() < 0.05
    )  # biweight against tricube; the noise is 0.2
    assert np.abs(found - y)[inner].max() > 0.4


def test_a_straight_line_is_its_own_fit() -> None:
    u = np.sort(np.random.default_rng(3).uniform(0, 10, 50))
    np.testing.assert_allclose(local_linear(u, 2 - 3 * u, np.ones(50), 3), 2 - 3 * u, atol=1e-9)


def test_a_point_alone_in_its_window_keeps_its_value() -> None:
    y = np.array([5.0, -1.0, 2.0])
    np.testing.assert_allclose(local_linear(np.array([0.0, 10.0, 20.0]), y, np.ones(3), 1), y)


def test_log_time_adds_a_fiftieth_of_the_run() -> None:
    np.testing.assert_allclose(
        log_time(np.array([1.0, 50, 100])), [math.log(3), math.log(52), math.log(102)]
    )


def test_the_window_is_half_an_e_fold_or_two_spacings_of_the_last_points() -> None:
    assert half_width(np.array([0.0])) == 0.5
    assert half_width(np.array([0.0, 1.0, 1.01])) == 0.5
    assert half_width(np.array([0.0, 1.0, 1.3])) == pytest.approx(0.63)
    assert half_width(np.array([0.0, 1.0, 2.0])) == pytest.approx(2.1)


def test_the_first_five_points_stay_raw_and_the_rest_is_fitted() -> None:
    t, y, weight = noisy_line(80, seed=4)
    fit = smooth(t, y, weight)
    u = log_time(t)
    np.testing.assert_array_equal(fit[:5], y[:5])
    np.testing.assert_allclose(
        fit[5:], local_linear_slowly(u, y, weight, half_width(u))[5:], rtol=1e-7
    )


@pytest.mark.parametrize("points", [1, 2, 5])
def test_a_curve_no_longer_than_the_raw_start_is_untouched(points: int) -> None:
    t, y, weight = noisy_line(points, seed=5)
    np.testing.assert_array_equal(smooth(t, y, weight), y)


def test_smoothing_takes_out_noise_and_keeps_the_curve() -> None:
    t = np.arange(1.0, 201)
    truth = np.log(0.3 + 2 / t)
    noise = 0.05 * np.random.default_rng(6).standard_normal(200)
    error = smooth(t, truth + noise, np.ones(200)) - truth
    assert np.std(error[20:]) < 0.5 * np.std(noise[20:])


@pytest.mark.parametrize(("examples", "share"), [(0, 0.0), (100, 0.5), (300, 0.75), (900, 0.9)])
def test_the_real_share_of_the_jitter_is_half_at_a_hundred_examples(
    examples: float, share: float
) -> None:
    assert real_share(examples) == pytest.approx(share, abs=1e-9)
