"""Curves of one training jump together, those of several do not."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.arrays import Floats
from analyzer.stats.shared_noise import FEWEST, shared_noise


def curves(seed: int, *, shared: float, points: int = 30) -> Floats:
    """Return three falling curves; ``shared`` is the part of the noise that they have in common."""
    noise = np.random.default_rng(seed)
    own = noise.normal(size=(3, points)) * np.sqrt(1 - shared)
    together = noise.normal(size=points) * np.sqrt(shared)
    fall: Floats = np.exp(-np.arange(points) / 10) + 0.5
    noisy: Floats = fall * np.exp(0.03 * (own + together))
    return noisy


def test_the_correlation_of_the_jumps_is_the_shared_part_of_the_noise() -> None:
    found = [shared_noise(curves(seed, shared=0.8, points=300)) for seed in range(20)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.05)


def test_curves_of_their_own_do_not_jump_together() -> None:
    found = [shared_noise(curves(seed, shared=0.0)) for seed in range(100)]
    assert max(found) < 0.6


def test_a_scale_does_not_matter() -> None:
    made = curves(1, shared=0.5)
    assert shared_noise(made * 1000) == pytest.approx(shared_noise(made))


def test_smooth_short_or_negative_curves_say_nothing() -> None:
    smooth = np.exp(-np.arange(30) / 10)[None, :] * np.array([[1.0], [2.0], [3.0]])
    few = curves(1, shared=0.5)[:, : FEWEST - 1]
    for made in (smooth, few, -curves(1, shared=0.5), curves(1, shared=0.5)[:1]):
        assert np.isnan(shared_noise(made))
