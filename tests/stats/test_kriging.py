"""Kriging of the minimum: the posterior is the Gaussian one, and its interval holds the truth."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from analyzer import synthetic
from analyzer.stats.binning import bin_curve
from analyzer.stats.kriging import Floats, _jitter, _matern, _slow, argmin_draws

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


def matern_slowly(a: float, b: float, length: float) -> float:
    r = abs(a - b) / length
    return (1 + math.sqrt(5) * r + 5 * r * r / 3) * math.exp(-math.sqrt(5) * r)


def share_of_each_argmin_slowly(t: Floats, y: Floats, count: Floats, examples: float, draws: int) -> Floats:
    """Return how often each point is the lowest in draws from the posterior, matrices written out entry by entry."""
    n = len(t)
    u = [math.log(place + 0.005 * t[-1]) for place in t]
    y = y - np.median(y)
    spread, tilt = float(np.std(y)), [place - sum(u) / n for place in u]
    jitter = float(np.median([abs(y[i + 1] - 2 * y[i] + y[i - 1]) for i in range(1, n - 1)])) / 0.6745 / 6**0.5
    free = np.array([[1e4 * spread**2 * (1 + a * b) for b in tilt] for a in tilt])
    slow = np.array([[0.3 / examples * min(a - u[0], b - u[0]) for b in u] for a in u])

    def smooth_part(length: float, size: float) -> Floats:
        return free + np.array([[size**2 * matern_slowly(a, b, length) for b in u] for a in u])

    def likelihood(choice: tuple[float, float, float]) -> float:
        length, size, fast = choice
        covariance = smooth_part(length, size) + slow + np.diag(fast**2 / count + 1e-10 * spread**2)
        return float(multivariate_normal(np.zeros(n), covariance).logpdf(y))

    choices = product((0.2, 0.45, 1.0, 2.2), (0.3 * spread, spread, 3 * spread), (0.5 * jitter, jitter, 2 * jitter))
    length, size, fast = max(choices, key=likelihood)
    moved = examples / (examples + 100)
    curve = smooth_part(length, size) + np.diag(moved * fast**2 / count)
    logged = np.linalg.inv(curve + slow + np.diag((1 - moved) * fast**2 / count + 1e-10 * spread**2))
    mean, covariance = curve @ logged @ y, curve - curve @ logged @ curve
    drawn = np.random.default_rng(11).multivariate_normal(mean, covariance, size=draws, method="eigh")
    return np.bincount(drawn.argmin(1), minlength=n) / draws


@pytest.mark.parametrize(("examples", "low"), [(30, 0.4), (1000, 0.4), (10, 0.2)])
def test_the_draws_equal_those_of_the_slow_twin(examples: float, low: float) -> None:
    t, y, count = valley(24, low)
    expected = share_of_each_argmin_slowly(t, y, count, examples, draws=20_000)
    drawn = argmin_draws(t, y, count, examples, draws=20_000)
    share = np.array([(drawn == place).mean() for place in t])
    assert np.count_nonzero(expected > 0.02) > 2  # a twin that knows the place for sure would compare nothing
    np.testing.assert_allclose(share, expected, atol=0.02)


def test_the_kernel_is_matern_five_halves() -> None:
    # Rasmussen & Williams (2006), eq. 4.17, at distances of 0, 1 and 2 length scales
    root = math.sqrt(5)
    expected = [1.0, (1 + root + 5 / 3) * math.exp(-root), (1 + 2 * root + 20 / 3) * math.exp(-2 * root)]
    np.testing.assert_allclose(_matern(np.array([0.0, 0.7, 1.4]), 0.7)[0], expected)


def test_the_slow_noise_is_brownian_and_falls_with_the_examples() -> None:
    u = np.array([1.0, 1.5, 3.0])
    expected = 0.3 / 50 * np.array([[0, 0, 0], [0, 0.5, 0.5], [0, 0.5, 2.0]])
    np.testing.assert_allclose(_slow(u, 50), expected)


def test_the_jitter_is_the_size_of_white_noise() -> None:
    noise = 0.03 * np.random.default_rng(8).standard_normal(50_000)
    trend = np.linspace(5, -5, 50_000)
    assert _jitter(trend + noise) == pytest.approx(0.03, rel=0.03)


@pytest.mark.parametrize(("examples", "width"), [(100, 0.2), (1000, 0.1)])
def test_the_interval_holds_the_true_minimum_and_is_narrow(examples: int, width: float) -> None:
    held, widths = 0, []
    for seed in range(SEEDS):
        made = synthetic.overfitting(seed, epochs=50 + seed % 20, examples=examples)
        low, high = interval(made, examples)
        held += low <= made.truth["onset"] + 1 <= high
        widths.append((high - low) / len(made.run.curve("loss", "val")))
    assert held >= 0.85 * SEEDS
    assert np.median(widths) < width  # the whole run would hold the truth too


def test_the_interval_widens_as_the_examples_fall() -> None:
    made = [synthetic.overfitting(seed, epochs=60) for seed in range(10)]
    widths = [np.mean([np.subtract(*interval(one, examples)[::-1]) for one in made]) for examples in (1000, 100, 20)]
    assert widths[0] < widths[1] < widths[2]


def test_the_same_seed_gives_the_same_draws() -> None:
    curve = valley(50)
    np.testing.assert_array_equal(argmin_draws(*curve, 100, seed=3), argmin_draws(*curve, 100, seed=3))
    assert (argmin_draws(*curve, 100, seed=3) != argmin_draws(*curve, 100, seed=4)).any()


def test_the_draws_are_sorted_positions_of_the_curve() -> None:
    t, y, count = valley(50)
    drawn = argmin_draws(t, y, count, 100, draws=123)
    assert drawn.shape == (123,)
    assert (np.diff(drawn) >= 0).all()
    assert set(drawn) <= set(t)


def test_a_loss_in_other_units_has_its_minimum_at_the_same_place() -> None:
    t, y, count = valley(50)
    np.testing.assert_array_equal(argmin_draws(t, y, count, 100), argmin_draws(t, y + math.log(1000), count, 100))


@pytest.mark.parametrize("points", [1, 2, 3, 40])
def test_a_curve_without_shape_is_drawn_too(points: int) -> None:
    t = np.arange(1.0, points + 1)
    drawn = argmin_draws(t, np.zeros(points), np.ones(points), 100)
    assert set(drawn) <= set(t)
