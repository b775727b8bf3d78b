"""Shares of classes against scikit-learn, intervals against scipy and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from analyzer.stats.shares import class_shares, counted, f1_interval, share_of, wilson


@pytest.mark.parametrize(("right", "examples"), [(0, 7), (40, 50), (50, 50), (1, 1)])
def test_wilson_is_that_of_scipy(right: int, examples: int) -> None:
    low, high = wilson(right / examples, examples)
    truth = binomtest(right, examples).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((truth.low, truth.high), abs=1e-6)


def test_nothing_counted_has_no_share() -> None:
    assert np.isnan(share_of(0, 0).value)
    assert np.isnan(f1_interval(0, 0, 0, 10).value)


@pytest.mark.parametrize("seed", range(4))
def test_classes_are_judged_as_by_scikit_learn(seed: int) -> None:
    judge = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 6, 300)
    predicted = np.where(rng.random(300) < 0.6, truth, rng.integers(0, 5, 300))  # 5 is rare
    counts = counted(truth, predicted, 6)
    assert (counts == judge.confusion_matrix(truth, predicted, labels=range(6))).all()
    shares = class_shares(counts)
    oracle = judge.precision_recall_fscore_support(
        truth, predicted, labels=range(6), zero_division=np.nan
    )
    for own, other in zip(shares, oracle[:3], strict=True):
        assert np.allclose(own, other, equal_nan=True)


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
