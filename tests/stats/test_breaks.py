"""Where a curve jumps and stays."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.breaks import breaks


def test_a_jump_that_stays_is_a_break() -> None:
    y = np.concatenate([np.linspace(1, 0.5, 40), np.linspace(3, 2.8, 20)])
    assert breaks(y).tolist() == [40]
    assert breaks(-y).tolist() == [40]


def test_a_single_point_is_none() -> None:
    y = np.linspace(1, 0.5, 40)
    y[20] += 4
    assert not len(breaks(y))


@pytest.mark.parametrize("seed", range(20))
def test_noise_and_falls_have_none(seed: int) -> None:
    t = np.arange(1, 101)
    noise = np.random.default_rng(seed).standard_normal(100)
    for y in (0.12 * noise, np.log(0.4 + 3 * np.exp(-t / 6)) + 0.01 * noise, -np.log(t)):
        assert not len(breaks(y))


def test_short_curves_have_none() -> None:
    assert not len(breaks(np.array([1.0, 1.0, 9.0, 9.0, 9.0])))
