"""Kriging of the minimum: the posterior is the Gaussian one, and its interval holds the truth."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from analyzer import synthetic
from analyzer.stats.binning import bin_curve
from analyzer.stats.kriging import (
    FIT_POINTS,
    Floats,
    _fit,
    _jitter,
    _posterior,
    _root,
    argmin_draws,
    clock,
    matern,
    slow_unit,
)
from analyzer.stats.smooth import smooth

SEEDS = 40


def curve_of(made: synthetic.Synthetic) -> tuple[Floats, Floats, Floats]:
    """Return positions from 1, log validation loss and counts of a synthetic run."""
    loss = made.run.curve("loss", "val")
    bins = bin_curve(loss.step + 1.0, np.log(loss.value))
    return bins.t, bins.y, bins.count


def interval(made: synthetic.Synthetic, examples: float) -> tuple[float, float]:
    low, high = np.quantile(argmin_draws(*curve_of(made), examples), [0.025, 0.975])
    return float(low), float(high)


def valley(points: int, low: float = 0.4) -> tuple[Floats, Floats, Floats]:
    """Return a noisy log loss with its minimum at a share of the run."""
    t = np.arange(1.0, points + 1)
    noise = 0.02 * np.random.default_rng(5).standard_normal(points)
    return t, 0.4 * np.log(t / (low * points)) ** 2 + noise, np.ones(points)


def clock_slowly(t: Floats, fit: Floats) -> list[float]:
    passed = [0.0]
    for at in range(1, len(t)):
        log_time = math.log((t[at] + 0.005 * t[-1]) / (t[at - 1] + 0.005 * t[-1]))
        passed.append(passed[-1] + 0.25 * log_time + abs(fit[at] - fit[at - 1]))
    return passed


def matern_slowly(a: float, b: float, length: float) -> float:
    r = abs(a - b) / length
    return (1 + math.sqrt(5) * r + 5 * r * r / 3) * math.exp(-math.sqrt(5) * r)


def chosen_slowly(
    u: Floats, y: Floats, count: Floats, fixed: Floats, spread: float, jitter: float
) -> list[float]:
    """Return length scale, signal and jitter of greatest likelihood, one choice at a time."""

    def likelihood(choice: tuple[float, float, float]) -> float:
        length, size, fast = choice
        signal = np.array([[size**2 * matern_slowly(a, b, length) for b in u] for a in u])
        covariance = fixed + signal + np.diag(fast**2 / count + 1e-9 * spread**2)
        return float(multivariate_normal(np.zeros(len(u)), covariance).logpdf(y))

    signals, jitters = (0.3 * spread, spread, 3 * spread), (0.5 * jitter, jitter, 2 * jitter)
    return list(max(product((0.2, 0.45, 1.0, 2.2), signals, jitters), key=likelihood))


def posterior_slowly(t: Floats, y: Floats, count: Floats, examples: float) -> tuple[Floats, Floats]:
    """Return mean and covariance of the true curve given the logged one, entry by entry."""
    n = len(t)
    u = np.array([math.log(place + 0.005 * t[-1]) for place in t])
    passed = clock_slowly(t, smooth(t, y, count))
    y = y - np.median(y)
    spread, tilt = float(np.std(y)), [place - sum(u) / n for place in u]
    jitter = (
        float(np.median([abs(y[i + 1] - 2 * y[i] + y[i - 1]) for i in range(1, n - 1)]))
        / 0.6745
        / 6**0.5
    )
    free = np.array([[1e4 * spread**2 * (1 + a * b) for b in tilt] for a in tilt])
    slow = np.array([[(1 + 100 / examples) / examples * min(a, b) for b in passed] for a in passed])
    used = sorted({round(at * (n - 1) / (min(n, 48) - 1)) for at in range(min(n, 48))})
    length, size, fast = chosen_slowly(
        u[used], y[used], count[used], (free + slow)[used][:, used], spread, jitter
    )
    moved = examples / (examples + 100)
    curve = free + np.array([[size**2 * matern_slowly(a, b, length) for b in u] for a in u])
    curve = curve + np.diag(moved * fast**2 / count)
    noise = slow + np.diag((1 - moved) * fast**2 / count + 1e-9 * spread**2)
    covariance = np.linalg.inv(np.linalg.inv(curve) + np.linalg.inv(noise))  # precisions add up
    return covariance @ np.linalg.inv(noise) @ y, covariance


@pytest.mark.parametrize(
    ("points", "examples"), [(24, 30), (24, 1000), (FIT_POINTS, 100), (70, 100)]
)
def test_the_posterior_equals_its_slow_twin(points: int, examples: float) -> None:
    t, y, _ = valley(points)
    count = np.random.default_rng(points).integers(1, 9, points).astype(float)
    mean, covariance = posterior_slowly(t, y, count, examples)
    found, root = _posterior(t, y, count, examples, t)
    np.testing.assert_allclose(found, mean, atol=1e-6 * np.std(y))
    np.testing.assert_allclose(
        root @ root.T, covariance, atol=2e-8 * np.var(y)
    )  # the root adds 1e-8


def test_places_between_the_evaluations_leave_the_posterior_at_these_as_it_is() -> None:
    t, y, count = valley(24)
    places = np.sort(np.concatenate([t, [0.3, 7.5, 7.6]]))
    mean, root = _posterior(t, y, count, 100, t)
    wider_mean, wider_root = _posterior(t, y, count, 100, places)
    at = np.searchsorted(places, t)
    np.testing.assert_allclose(wider_mean[at], mean, atol=1e-9)
    covariance = (wider_root @ wider_root.T)[np.ix_(at, at)]
    np.testing.assert_allclose(covariance, root @ root.T, atol=2e-8 * np.var(y))
    between = int(np.searchsorted(places, 7.5))
    assert min(mean[6:8]) - 0.01 < wider_mean[between] < max(mean[6:8]) + 0.01


def test_the_minimum_may_lie_between_two_evaluations_or_before_the_first() -> None:
    t, y, count = valley(24)
    between = np.array([0.2, 0.5, 9.5, 10.5, 11.5])
    drawn = argmin_draws(t, y, count, 100, between=between)
    assert set(drawn) <= {*t, *between}
    assert np.isin(drawn, between).any()
    rising = argmin_draws(t, 0.05 * t, count, 100, between=between)
    assert rising[0] < 1


@pytest.mark.parametrize(("examples", "low"), [(30, 0.4), (1000, 0.4), (100, 0.2)])
def test_the_draws_equal_those_of_the_slow_twin(examples: float, low: float) -> None:
    t, y, count = valley(24, low)
    mean, covariance = posterior_slowly(t, y, count, examples)
    normal = np.random.default_rng(11).multivariate_normal(
        mean, covariance, size=20_000, method="eigh"
    )
    expected = np.bincount(normal.argmin(1), minlength=24) / 20_000
    drawn = argmin_draws(t, y, count, examples, draws=20_000)
    share = np.array([(drawn == place).mean() for place in t])
    assert (
        np.count_nonzero(expected > 0.02) > 2
    )  # a twin that knows the place for sure would compare nothing
    np.testing.assert_allclose(share, expected, atol=0.02)


@pytest.mark.parametrize(
    ("rate", "size", "noise", "length"),
    [(9, 0.3, 0.2, 0.2), (4, 1.0, 0.2, 0.45), (2.5, 3.0, 0.4, 1.0), (0.5, 0.3, 0.1, 2.2)],
)
def test_the_fit_is_that_of_greatest_likelihood_at_48_points(
    rate: float, size: float, noise: float, length: float
) -> None:
    rng = np.random.default_rng(1)
    u = np.sort(rng.uniform(0, 5, 90))
    y = size * np.sin(rate * u) + noise * rng.standard_normal(90)
    count = rng.integers(1, 5, 90).astype(float)
    fixed = 1 + 0.01 * np.minimum.outer(u, u)
    used = [round(at * 89 / 47) for at in range(48)]
    expected = chosen_slowly(u[used], y[used], count[used], fixed[used][:, used], 1.0, 0.2)
    np.testing.assert_allclose(_fit(u, y, count, fixed=fixed, spread=1.0, jitter=0.2), expected)
    assert expected[0] == length  # so that each length of the grid is chosen once


def test_the_kernel_is_matern_five_halves() -> None:
    # Rasmussen & Williams (2006), eq. 4.17, at distances of 0, 1 and 2 length scales
    root = math.sqrt(5)
    expected = [
        1.0,
        (1 + root + 5 / 3) * math.exp(-root),
        (1 + 2 * root + 20 / 3) * math.exp(-2 * root),
    ]
    np.testing.assert_allclose(matern(np.array([0.0, 0.7, 1.4]), 0.7)[0], expected)


def test_the_kernel_is_that_of_scikit_learn() -> None:
    kernels = pytest.importorskip("sklearn.gaussian_process.kernels")
    u = np.sort(np.random.default_rng(3).uniform(0, 6, 20))
    expected = kernels.Matern(length_scale=0.45, nu=2.5)(u[:, None])
    np.testing.assert_allclose(matern(u, 0.45), expected)
    np.testing.assert_allclose(matern(u, np.array([0.2, 0.45])[:, None, None])[1], expected)


@pytest.mark.parametrize("points", [1, 2, 40])
def test_the_clock_equals_its_slow_twin(points: int) -> None:
    t, y, _ = valley(points)
    np.testing.assert_allclose(clock(t, y), clock_slowly(t, y))


def test_the_clock_runs_with_the_path_of_the_curve_and_a_quarter_of_log_time() -> None:
    t = np.array([1.0, 2.0, 4.0])
    standing = 0.25 * np.log([1, 2.02 / 1.02, 4.02 / 1.02])
    np.testing.assert_allclose(clock(t, np.array([7.0, 7.0, 7.0])), standing)
    np.testing.assert_allclose(clock(t, np.array([7.0, 4.0, 5.0])), standing + np.array([0, 3, 4]))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60), st.integers(1, 1000))
def test_the_clock_starts_at_zero_and_never_stands_still(fit: list[float], every: int) -> None:
    passed = clock(every * np.arange(1.0, len(fit) + 1), np.array(fit))
    assert passed[0] == 0
    assert (np.diff(passed) > 0).all()


@pytest.mark.parametrize(("examples", "unit"), [(100, 0.02), (400, 1.25 / 400), (1e8, 1e-8)])
def test_the_slow_noise_falls_with_the_examples_and_doubles_at_a_hundred(
    examples: float, unit: float
) -> None:
    assert slow_unit(examples) == pytest.approx(unit, rel=1e-5)


def test_the_root_of_a_covariance_gives_it_back() -> None:
    factor = np.random.default_rng(6).standard_normal((12, 12))
    root = _root(factor @ factor.T, 1.0)
    np.testing.assert_array_equal(root, np.tril(root))
    np.testing.assert_allclose(root @ root.T, factor @ factor.T, atol=1e-7)


def test_a_covariance_that_rounding_made_singular_has_a_root_too() -> None:
    column = np.random.default_rng(7).standard_normal(12)
    singular = np.outer(column, column) - 1e-6 * np.eye(12)
    root = _root(singular, 1.0)
    np.testing.assert_allclose(root @ root.T, singular, atol=2e-5)


def test_the_root_goes_with_the_units_of_the_curve() -> None:
    column = np.random.default_rng(7).standard_normal(12)
    singular = np.outer(column, column)
    scaled = _root(1e6 * singular, 1e3)
    np.testing.assert_allclose(scaled, 1e3 * _root(singular, 1.0), atol=1e-3)
    np.testing.assert_allclose(scaled @ scaled.T, 1e6 * singular, atol=1)


def test_without_any_root_the_points_are_drawn_apart() -> None:
    np.testing.assert_allclose(_root(np.diag([4.0, -9.0]), 1.0), np.diag([2.0, 0.0]))


def test_the_jitter_is_the_size_of_white_noise() -> None:
    noise = 0.03 * np.random.default_rng(8).standard_normal(50_000)
    trend = np.linspace(5, -5, 50_000)
    assert _jitter(trend + noise) == pytest.approx(0.03, rel=0.03)


@pytest.mark.parametrize(("examples", "width"), [(100, 0.2), (1000, 0.1)])
def test_the_interval_covers_the_true_minimum_and_is_narrow(examples: int, width: float) -> None:
    covered, widths = 0, []
    for seed in range(SEEDS):
        made = synthetic.overfitting(seed, epochs=50 + seed % 20, examples=examples)
        low, high = interval(made, examples)
        covered += low <= made.truth["onset"] + 1 <= high
        widths.append((high - low) / len(made.run.curve("loss", "val")))
    assert covered >= 0.85 * SEEDS
    assert np.median(widths) < width  # the whole run would hold the truth too


def test_the_interval_widens_as_the_examples_fall() -> None:
    made = [synthetic.overfitting(seed, epochs=60) for seed in range(10)]
    widths = [
        np.mean([np.subtract(*interval(run, examples)[::-1]) for run in made])
        for examples in (1000, 100, 20)
    ]
    assert widths[0] < widths[1] < widths[2]


def test_the_same_seed_gives_the_same_draws() -> None:
    curve = valley(50)
    np.testing.assert_array_equal(
        argmin_draws(*curve, 100, seed=3), argmin_draws(*curve, 100, seed=3)
    )
    assert (argmin_draws(*curve, 100, seed=3) != argmin_draws(*curve, 100, seed=4)).any()


def test_the_draws_are_sorted_positions_of_the_curve() -> None:
    t, y, count = valley(50)
    drawn = argmin_draws(t, y, count, 100, draws=123)
    assert drawn.shape == (123,)
    assert (np.diff(drawn) >= 0).all()
    assert set(drawn) <= set(t)


def test_a_loss_in_other_units_has_its_minimum_at_the_same_place() -> None:
    t, y, count = valley(50)
    np.testing.assert_array_equal(
        argmin_draws(t, y, count, 100), argmin_draws(t, y + math.log(1000), count, 100)
    )


@pytest.mark.parametrize("points", [1, 2, 3, 40])
def test_a_curve_without_shape_is_drawn_too(points: int) -> None:
    t = np.arange(1.0, points + 1)
    drawn = argmin_draws(t, np.zeros(points), np.ones(points), 100)
    assert set(drawn) <= set(t)
