"""Two lines that meet: the bend of least squares, its slopes and its interval."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.arrays import Floats
from analyzer.stats.segments import Bend, two_segments

# Bacon, D. W. & Watts, D. G. (1971). Estimating the transition between two intersecting straight
# lines. Biometrika 58:
# log flow rate and log height of the stagnant surface layer (R. A. Cook's data)
FLOW = """
    -1.39 -1.39 -1.08 -1.08 -0.94 -0.80 -0.63 -0.63 -0.25 -0.25 -0.12 -0.12 0.01 0.11 0.11
    0.11 0.25 0.25 0.34 0.34 0.44 0.59 0.70 0.70 0.85 0.85 0.99 0.99 1.19
"""
HEIGHT = """
    1.12 1.12 0.99 1.03 0.92 0.90 0.81 0.83 0.65 0.67 0.60 0.59 0.51 0.44 0.43
    0.43 0.33 0.30 0.25 0.24 0.13 -0.01 -0.13 -0.14 -0.30 -0.33 -0.46 -0.43 -0.65
"""


def hinge(
    points: int, at: int, *, noise: float, rng: np.random.Generator, weighted: bool = False
) -> tuple[Floats, Floats, Floats]:
    """Return places, values and weights of a line of slope -0.2 that rises by 0.05 from at on."""
    u = np.arange(float(points))
    weight = rng.integers(1, 9, points).astype(float) if weighted else np.ones(points)
    y = (
        3
        - 0.2 * u
        + 0.25 * np.maximum(u - at, 0)
        + noise * rng.standard_normal(points) / np.sqrt(weight)
    )
    return u, y, weight


class Fit(NamedTuple):
    squares: float
    before: float
    after: float


def fits_slowly(u: Floats, y: Floats, weight: Floats) -> dict[int, Fit]:
    """Return the fit with each bend, by lstsq on three columns."""
    fits = {}
    for at in range(2, len(u) - 2):
        columns = np.array([[1.0, place, max(place - u[at], 0.0)] for place in u])
        root = np.sqrt(weight)
        level, slope, change = np.linalg.lstsq(columns * root[:, None], y * root)[0]
        residual = y - level - slope * u - change * columns[:, 2]
        squares = float(sum(weight * residual**2))
        fits[at] = Fit(squares, float(slope), float(slope + change))
    return fits


def bend_slowly(u: Floats, y: Floats, weight: Floats) -> Bend:
    fits = fits_slowly(u, y, weight)
    at = min(fits, key=lambda bend: fits[bend].squares)
    best = fits[at]
    near = [bend for bend in fits if len(u) * math.log(fits[bend].squares / best.squares) < 3.84]
    return Bend(at, min(near), max(near), before=best.before, after=best.after)


@given(st.integers(6, 40), st.integers(0, 10**6), st.floats(0.01, 3), st.booleans())
def test_the_bend_equals_its_slow_twin(points: int, seed: int, noise: float, even: bool) -> None:
    rng = np.random.default_rng(seed)
    u, y, weight = hinge(points, points // 3, noise=noise, rng=rng, weighted=True)
    if not even:
        u = np.log(u + 1)
    found, expected = two_segments(u, y, weight), bend_slowly(u, y, weight)
    assert found is not None
    assert (found.at, found.low, found.high) == (expected.at, expected.low, expected.high)
    assert (found.before, found.after) == pytest.approx(
        (expected.before, expected.after), rel=1e-6, abs=1e-8
    )


def test_the_bend_of_the_stagnant_band_height_is_the_published_one() -> None:
    # Spiegelhalter, Thomas, Best & Gilks (1996). BUGS examples vol. 2, "Stagnant": slopes -.417 and
    # -1.015 (standard deviations .017 and .016) before and after a change at .026 (.032); the data
    # have a point at .01
    u, y = np.array(FLOW.split(), dtype=float), np.array(HEIGHT.split(), dtype=float)
    found = two_segments(u, y, np.ones(29))
    assert found is not None
    assert u[found.at] == 0.01
    assert found.before == pytest.approx(-0.417, abs=0.01)
    assert found.after == pytest.approx(-1.015, abs=0.01)


def test_the_fit_is_the_weighted_least_squares_of_statsmodels() -> None:
    api = pytest.importorskip("statsmodels.api")
    u, y, weight = hinge(30, 12, noise=0.3, rng=np.random.default_rng(1), weighted=True)
    left = {}
    for at in range(2, 28):
        columns = api.add_constant(np.column_stack([u, np.maximum(u - u[at], 0)]))
        left[at] = api.WLS(y, columns, weights=weight).fit()
    best = min(left, key=lambda bend: left[bend].ssr)
    found = two_segments(u, y, weight)
    assert found is not None
    assert found.at == best
    assert [found.before, found.after - found.before] == pytest.approx(left[best].params[1:])
    deviance = [bend for bend in left if 2 * (left[best].llf - left[bend].llf) < 3.84]
    assert (found.low, found.high) == (deviance[0], deviance[-1])


def test_a_break_of_slope_is_where_ruptures_finds_it() -> None:
    ruptures = pytest.importorskip("ruptures")
    u, y, weight = hinge(60, 35, noise=0.05, rng=np.random.default_rng(2))
    line = np.column_stack([y, u, np.ones(60)])
    split = ruptures.Dynp(model="linear", min_size=3, jump=1).fit(line).predict(n_bkps=1)[0]
    found = two_segments(u, y, weight)
    assert found is not None
    assert abs(found.at - split) <= 2  # its two lines need not meet
    assert found.at == 35


@given(st.integers(6, 80), st.integers(0, 10**6), st.floats(-5, 5), st.floats(-5, 5))
def test_a_hinge_without_noise_is_found_exactly(
    points: int, seed: int, before: float, change: float
) -> None:
    rng = np.random.default_rng(seed)
    change = math.copysign(max(abs(change), 0.1), change)
    at = int(rng.integers(2, points - 2))
    u = np.cumsum(rng.uniform(0.1, 1, points))
    found = two_segments(
        u, 7 + before * u + change * np.maximum(u - u[at], 0), rng.uniform(1, 9, points)
    )
    assert found is not None
    assert (found.at, found.low, found.high) == (at, at, at)
    assert (found.before, found.after) == pytest.approx((before, before + change), abs=1e-6)


@pytest.mark.parametrize(("points", "at", "noise"), [(40, 10, 0.3), (60, 30, 1.0), (12, 6, 0.1)])
def test_the_interval_covers_the_true_bend_and_is_narrow(
    points: int, at: int, noise: float
) -> None:
    rng = np.random.default_rng(points)
    drawn = [two_segments(*hinge(points, at, noise=noise, rng=rng)) for _ in range(300)]
    found = [bend for bend in drawn if bend is not None]
    assert sum(bend.low <= at <= bend.high for bend in found) >= 0.85 * 300
    assert np.mean([bend.high - bend.low for bend in found]) < 0.2 * points


def test_more_noise_widens_the_interval() -> None:
    widths = []
    for noise in (0.1, 0.5, 2.0):
        rng = np.random.default_rng(3)
        found = [two_segments(*hinge(60, 30, noise=noise, rng=rng)) for _ in range(30)]
        widths.append(np.mean([bend.high - bend.low for bend in found if bend is not None]))
    assert widths[0] < widths[1] < widths[2]


def test_heavy_points_decide_where_the_bend_is() -> None:
    u = np.arange(30.0)
    y = np.abs(u - 10)
    y[25:] = 0.0  # a second bend, which the weights leave out
    weight = np.ones(30)
    light, even = np.where(u < 25, 1.0, 1e-9), two_segments(u, y, weight)
    found = two_segments(u, y, light)
    assert found is not None
    assert even is not None
    assert found.at == 10
    assert even.at != 10


@pytest.mark.parametrize(("slope", "level"), [(0.0, 0.0), (0.0, 3.3), (0.1, 0.7), (-4.0, 1e6)])
def test_a_straight_line_has_one_slope(slope: float, level: float) -> None:
    u = np.arange(12.0)
    found = two_segments(u, level + slope * u, np.ones(12))
    assert found is not None
    assert (found.before, found.after) == pytest.approx((slope, slope), abs=1e-8)


@pytest.mark.parametrize("points", [0, 1, 2, 5])
def test_fewer_than_six_points_have_no_bend(points: int) -> None:
    u = np.arange(float(points))
    assert two_segments(u, np.abs(u - 2), np.ones(points)) is None


def test_six_points_can_bend_at_either_inner_point() -> None:
    u = np.arange(6.0)
    found = [two_segments(u, np.abs(u - at), np.ones(6)) for at in (2, 3)]
    assert [bend.at for bend in found if bend is not None] == [2, 3]
