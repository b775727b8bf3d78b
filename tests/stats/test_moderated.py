"""Variances of many small samples: each is steadied by the others, and no more than they allow."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.moderated import Prior, moderated, prior_of, student


def drawn(weight: float, count: int, freedom: int, seed: int) -> np.ndarray:
    """Return variances of samples whose true variances are scaled inverse chi-squared around 4."""
    rng = np.random.default_rng(seed)
    true = 4.0 if np.isinf(weight) else 4.0 * weight / rng.chisquare(weight, count)
    return true * rng.chisquare(freedom, count) / freedom


@pytest.mark.parametrize("weight", [4.0, 20.0])
def test_the_prior_of_many_samples_is_found(weight: float) -> None:
    found = prior_of(drawn(weight, 4000, 3, 1), np.full(4000, 3))
    assert found is not None
    assert found.variance == pytest.approx(4, rel=0.1)
    assert found.freedom == pytest.approx(weight, rel=0.3)


def test_samples_that_vary_alike_share_one_variance() -> None:
    found = prior_of(drawn(np.inf, 40, 2, 2), np.full(40, 2))
    assert found is not None
    assert found.freedom > 20
    assert moderated(100.0, 2, Prior(4.0, np.inf)) == Prior(4.0, np.inf)


def test_a_sample_is_drawn_to_the_prior_by_its_weight() -> None:
    prior = Prior(1.0, 6.0)
    assert moderated(3.0, 2, prior) == Prior(1.5, 8.0)
    assert moderated(0.0, 0, prior) == prior  # a single number has no variance of its own


def test_one_sample_alone_has_no_prior() -> None:
    assert prior_of(np.array([1.0]), np.array([2])) is None
    assert prior_of(np.array([1.0, 0.0]), np.array([2, 0])) is None
    assert prior_of(np.zeros(3), np.full(3, 2)) is None


def test_a_quantile_of_infinite_freedom_is_that_of_the_normal_distribution() -> None:
    assert student(0.975, np.inf) == pytest.approx(1.96, abs=0.001)
    assert student(0.975, 4.0) == pytest.approx(2.776, abs=0.001)
