"""Periods: found where there is one, not in noise."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.periodicity import fisher_period


@pytest.mark.parametrize("period", [3.0, 5.0, 8.0])
def test_a_wave_in_noise_is_found_with_its_period(period: float) -> None:
    time = np.arange(120)
    noise = np.random.default_rng(1).standard_normal(120)
    found = fisher_period(np.sin(2 * np.pi * time / period) + 0.5 * noise, chance=0.01)
    assert found == pytest.approx(period, rel=0.05)


def test_noise_shows_a_period_as_rarely_as_it_should() -> None:
    rng = np.random.default_rng(2)
    found = sum(fisher_period(rng.standard_normal(60), chance=0.05) is not None for _ in range(400))
    assert 5 <= found <= 35  # 20 are expected; three standard errors are 13


@pytest.mark.parametrize("residual", [np.zeros(40), np.array([1.0, -1.0, 1.0])])
def test_nothing_to_see_is_no_period(residual: np.ndarray) -> None:
    assert fisher_period(residual, chance=0.01) is None


def test_the_share_is_that_of_a_slow_periodogram() -> None:
    residual = np.random.default_rng(3).standard_normal(31)
    residual[::5] += 4
    time = np.arange(31)
    centred = residual - residual.mean()
    slow = [abs(sum(centred * np.exp(-2j * np.pi * k * time / 31))) ** 2 for k in range(1, 16)]
    share = max(slow) / sum(slow)
    exact = 15 * (1 - share) ** 14
    assert (fisher_period(residual, chance=exact * 1.01) is None) is False
    assert fisher_period(residual, chance=exact * 0.99) is None
