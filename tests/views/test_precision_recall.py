"""Precision-recall curves of TensorBoard's plug-in, by scores of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.views.precision_recall import PrecisionRecall, average_precision, curve_of
from tests.views.conftest import tensor

THRESHOLDS = 201


def counts(truth: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return TP, FP, TN, FN, precision and recall by threshold, as TensorBoard's op does."""
    rows = []
    for threshold in np.linspace(0, 1, THRESHOLDS):
        said = score >= threshold
        found, wrong = (said & truth).sum(), (said & ~truth).sum()
        missed = (~said & truth).sum()
        shares = found / max(found + wrong, 1e-7), found / max(found + missed, 1e-7)
        rows.append([found, wrong, (~said & ~truth).sum(), missed, *shares])
    return np.array(rows, dtype=float).T


def made(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return truth and scores on the grid of the thresholds, so that nothing is rounded."""
    rng = np.random.default_rng(seed)
    truth = rng.random(500) < 0.3
    score = np.clip(rng.normal(0.35 + 0.25 * truth, 0.2), 0, 1)
    grid = np.linspace(0, 1, THRESHOLDS)
    return truth, grid[np.floor(score * (THRESHOLDS - 1)).astype(int)]


@pytest.mark.parametrize("seed", range(4))
def test_average_precision_and_best_f1_are_those_of_scikit_learn(write_events, seed) -> None:
    judge = pytest.importorskip("sklearn.metrics")
    truth, score = made(seed)
    run = write_events([(3, tensor("val/pr", "pr_curves", counts(truth, score)))])
    content = PrecisionRecall().read(run)
    assert content is not None
    (row,) = content.numbers["rows"]
    oracle = judge.average_precision_score(truth, score)
    assert row["average_precision"] == pytest.approx(oracle, abs=1e-6)
    best = max(judge.f1_score(truth, score >= at) for at in np.linspace(0, 1, THRESHOLDS))
    assert row["f1"] == pytest.approx(best)
    assert row["positives"] == truth.sum()


def test_the_curve_with_the_lowest_average_precision_comes_first(write_events) -> None:
    truth, score = made(1)
    good, bad = counts(truth, np.where(truth, 0.9, score)), counts(truth, 1 - score)
    run = write_events(
        [(3, tensor("good", "pr_curves", good)), (3, tensor("bad", "pr_curves", bad))]
    )
    content = PrecisionRecall().read(run)
    assert content is not None
    assert [line.name for line in content.lines] == ["bad", "good"]
    assert content.says[1].key == "worst"


def test_a_perfect_curve_has_an_average_precision_of_one() -> None:
    truth = np.arange(20) < 5
    curve = curve_of(counts(truth, np.where(truth, 1.0, 0.0)))
    assert curve is not None
    assert average_precision(curve) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "rows", [np.zeros((6, 5)), np.ones((5, 9)), np.full((6, 4), np.nan), np.full((6, 4), -1.0)]
)
def test_what_is_no_curve(rows: np.ndarray) -> None:
    assert curve_of(rows) is None
