"""The scatter of a curve around its course."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.scatter import move_together, scatter_of


def test_the_deviation_of_noise_on_a_slope() -> None:
    rng = np.random.default_rng(0)
    found = scatter_of(5 + np.linspace(3, 0, 2000) + 0.1 * rng.standard_normal(2000))
    assert found is not None
    assert found.deviation == pytest.approx(0.1, rel=0.2)  # the median follows the noise a little
    assert abs(found.correlation) < 0.2


def test_values_that_alternate_and_values_that_swing() -> None:
    rng = np.random.default_rng(0)
    step = np.arange(200)
    for value, low, high in (((-1.0) ** step, -1.1, -0.8), (np.sin(step), 0.3, 0.8)):
        found = scatter_of(10 + value + 0.01 * rng.standard_normal(200))
        assert found is not None
        assert low < found.correlation < high


def test_a_constant_does_not_scatter_and_few_points_say_nothing() -> None:
    found = scatter_of(np.ones(20))
    assert found is not None
    assert (found.deviation, found.correlation) == (0.0, 0.0)
    assert scatter_of(np.ones(7)) is None


def test_curves_that_swing_together_and_curves_that_do_not() -> None:
    together = apart = 0
    for seed in range(200):
        noise = np.random.default_rng(seed).standard_normal((3, 40))
        slope = np.linspace(3, 1, 40)
        together += move_together(slope + noise[0], slope + noise[0] + 0.5 * noise[1])
        apart += move_together(slope + noise[0], slope + noise[2])
    assert together > 190
    assert apart < 8
