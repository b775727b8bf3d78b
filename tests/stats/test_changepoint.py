"""A change of variance: found at its place, and seldom in noise of constant variance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from analyzer.stats.arrays import Floats
from analyzer.stats.changepoint import Change, variance_change


def changed(points: int, at: int, factor: float, rng: np.random.Generator) -> Floats:
    """Return noise whose standard deviation changes by a factor."""
    noise = rng.standard_normal(points)
    noise[at:] *= factor
    return noise


def gain_slowly(residual: Floats, split: int) -> float:
    """Return by how much two variances raise the log likelihood of normal values of mean 0."""

    def likelihood(part: Floats) -> float:
        deviation = math.sqrt(sum(value * value for value in part) / len(part))
        return float(sum(norm.logpdf(part, scale=deviation)))

    return likelihood(residual[:split]) + likelihood(residual[split:]) - likelihood(residual)


def change_slowly(residual: Floats, chance: float) -> Change | None:
    gains = {split: gain_slowly(residual, split) for split in range(4, len(residual) - 3)}
    at = max(gains, key=lambda split: gains[split])
    if len(residual) * math.exp(-gains[at]) > chance:
        return None
    near = [split for split, gain in gains.items() if gain >= gains[at] - 2.5]
    return Change(at, min(near), max(near))


@given(
    st.integers(8, 60),
    st.integers(0, 10**6),
    st.floats(0.1, 10),
    st.sampled_from([0.01, 0.2, 1.0, 1e9]),
)
def test_equals_the_slow_twin(points: int, seed: int, factor: float, chance: float) -> None:
    rng = np.random.default_rng(seed)
    residual = changed(points, int(rng.integers(0, points)), factor, rng)
    assert variance_change(residual, chance=chance) == change_slowly(residual, chance)


@pytest.mark.parametrize("seed", range(4))
def test_splits_where_the_gaussian_cost_of_ruptures_is_least(seed: int) -> None:
    ruptures = pytest.importorskip("ruptures")
    rng = np.random.default_rng(seed)
    residual = changed(80, int(rng.integers(15, 65)), 3.0, rng)
    mirrored = np.column_stack(
        [residual, -residual]
    ).ravel()  # so that the mean of every part is 0, as ours is known
    cost = ruptures.costs.CostNormal(add_small_diag=False)
    expected = [
        search(custom_cost=cost, min_size=8, jump=2).fit(mirrored).predict(n_bkps=1)[0] / 2
        for search in (ruptures.Dynp, ruptures.Binseg)
    ]
    found = variance_change(residual, chance=0.05)
    assert found is not None
    assert [found.at, found.at] == expected


@pytest.mark.parametrize("points", [8, 20, 60, 200])
@pytest.mark.parametrize("chance", [0.05, 0.5])
def test_noise_of_one_variance_shows_a_change_no_more_often_than_stated(
    points: int, chance: float
) -> None:
    rng = np.random.default_rng(points)
    found = sum(
        variance_change(rng.standard_normal(points), chance=chance) is not None for _ in range(1000)
    )
    assert found <= chance * 1000 + 3 * (1000 * chance * (1 - chance)) ** 0.5
    assert found > 0 or chance < 0.5  # the bound is far from sharp, but no wall


@pytest.mark.parametrize(
    ("points", "at", "factor"), [(60, 30, 3.0), (120, 40, 3.0), (120, 80, 1 / 3), (200, 150, 3.0)]
)
def test_the_split_is_where_the_deviation_triples_and_its_interval_covers_it(
    points: int, at: int, factor: float
) -> None:
    rng = np.random.default_rng(points + at)
    drawn = [variance_change(changed(points, at, factor, rng), chance=0.05) for _ in range(400)]
    found = [change for change in drawn if change is not None]
    assert len(found) > 0.95 * 400
    assert np.median([abs(change.at - at) for change in found]) <= 2
    assert sum(change.low <= at <= change.high for change in found) >= 0.85 * len(found)
    assert np.mean([change.high - change.low for change in found]) < 8


def test_a_smaller_change_has_a_wider_interval_and_is_seen_less_often() -> None:
    seen, widths = [], []
    for factor in (4.0, 2.0, 1.5):
        rng = np.random.default_rng(7)
        drawn = [variance_change(changed(100, 50, factor, rng), chance=0.05) for _ in range(200)]
        found = [change for change in drawn if change is not None]
        seen.append(len(found))
        widths.append(np.mean([change.high - change.low for change in found]))
    assert seen[0] > seen[1] > seen[2]
    assert widths[0] < widths[1] < widths[2]


def test_the_change_does_not_depend_on_units() -> None:
    residual = changed(60, 25, 4.0, np.random.default_rng(8))
    found = variance_change(residual, chance=0.05)
    assert found is not None
    assert [variance_change(unit * residual, chance=0.05) for unit in (1e-8, 1e8)] == [found, found]


def test_a_silent_start_ends_where_the_noise_begins() -> None:
    residual = np.concatenate([np.zeros(20), np.ones(15)])
    assert variance_change(residual, chance=0.05) == Change(20, 20, 20)
    assert variance_change(residual[::-1], chance=0.05) == Change(15, 15, 15)


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 7, [0.0] * 40, [0.5] * 40, [1.0, -1.0] * 20])
def test_too_few_or_constant_residuals_have_no_change(values: list[float]) -> None:
    assert variance_change(np.array(values), chance=0.5) is None


def test_no_part_is_shorter_than_four_points() -> None:
    ends = [np.r_[100.0, np.zeros(20)], np.r_[np.zeros(20), 100.0]]
    found = [variance_change(residual, chance=0.05) for residual in ends]
    assert [change.at for change in found if change is not None] == [4, 17]
