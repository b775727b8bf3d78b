"""The lowest and highest value of a loss over its splits."""

from __future__ import annotations

import numpy as np

from analyzer import synthetic
from analyzer.measures.reach import reach_of
from analyzer.model.run import Run


def of(*values: float, metric: str = "loss") -> Run:
    curves = {("val", metric): np.array(values), ("train", metric): np.array(values) / 2}
    return synthetic.of_curves("r", curves)


def test_it_spans_all_splits_without_what_is_not_finite() -> None:
    assert reach_of(of(4.0, np.nan, 2.0, np.inf), "loss") == (1.0, 4.0)


def test_a_score_or_a_loss_that_reaches_zero_has_none() -> None:
    assert reach_of(of(0.4, 0.8, metric="accuracy"), "accuracy") is None
    assert reach_of(of(1.0, 0.0), "loss") is None
    assert reach_of(of(np.nan), "loss") is None
    assert reach_of(of(1.0), "mae") is None
