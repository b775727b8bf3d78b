"""Shares of classes against scikit-learn, intervals against scipy and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from analyzer.stats.shares import counted, f1_interval, share_of, wilson


@pytest.mark.parametrize(("right", "examples"), [(0, 7), (40, 50), (50, 50), (1, 1)])
def test_wilson_is_that_of_scipy(right: int, examples: int) -> None:
    low, high = wilson(right / examples, examples)
    truth = binomtest(right, examples).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((truth.low, truth.high), abs=1e-6)


def test_nothing_counted_has_no_share() -> None:
    assert np.isnan(share_of(0, 0).value)
    assert np.isnan(f1_interval(0, 0, 0, 10).value)


def test_counts_are_those_of_scikit_learn() -> None:
    judge = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    truth, predicted = rng.integers(0, 6, 300), rng.integers(0, 5, 300)
    expected = judge.confusion_matrix(truth, predicted, labels=range(6))
    assert (counted(truth, predicted, 6) == expected).all()


def test_the_interval_of_f1_covers_the_truth() -> None:
    rng = np.random.default_rng(3)
    parts = np.array([0.2, 0.1, 0.15, 0.55])  # found, wrongly found, missed, rest
    truth = 0.4 / (0.4 + 0.25)
    hits = 0
    for seed in range(300):
        found, wrong, missed, _ = rng.multinomial(200, parts).tolist()
        made = f1_interval(found, found + wrong, found + missed, 200, seed=seed)
        hits += made.low <= truth <= made.high
    assert 0.91 <= hits / 300 <= 0.98
