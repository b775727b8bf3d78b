"""A straight fall promises more than an exponential that has converged."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.arrays import Floats
from analyzer.stats.promise import geometric_promise

T = np.arange(1, 101.0)


def exponential(share: float) -> Floats:
    """Return the log of a fall to .4 that has a time constant of this share of the run."""
    curve: Floats = np.log(0.4 + 2 * np.exp(-T / (100 * share)))
    return curve


def test_a_straight_fall_is_promised_to_go_on() -> None:
    assert geometric_promise(T, -0.01 * T) >= 0.99


@pytest.mark.parametrize("power", [0.1, 0.5, 2.0])
def test_the_promise_of_a_power_law_is_exact(power: float) -> None:
    t = np.linspace(1, 2000, 2000)
    found = geometric_promise(t, -power * np.log(t))
    assert found == pytest.approx(power * np.log(2), rel=0.02)


@pytest.mark.parametrize(("share", "true"), [(0.1, 0.0005), (0.2, 0.033), (0.25, 0.086)])
def test_a_converged_exponential_promises_little(share: float, true: float) -> None:
    assert geometric_promise(T, exponential(share)) < 1.6 * true + 0.005


def test_the_order_holds_with_noise() -> None:
    for seed in range(20):
        noise = 0.01 * np.random.default_rng(seed).standard_normal(100)
        straight = geometric_promise(T, np.log(1 - 0.003 * T) + noise)
        assert straight > 0.25 > geometric_promise(T, exponential(0.15) + noise)


def test_a_curve_that_rises_promises_nothing_and_a_short_one_cannot_be_bounded() -> None:
    assert geometric_promise(T, 0.01 * T) == 0
    assert geometric_promise(T[:6], -T[:6]) == np.inf
