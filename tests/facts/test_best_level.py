"""The level of the judged curve as a fact."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose


def test_the_level_stands_beside_the_best_value() -> None:
    noise = np.exp(0.12 * np.random.default_rng(0).standard_normal(100))
    diagnosis = diagnose(synthetic.of_curves("r", {("val", "loss"): 0.42 * noise}))
    fact = diagnosis.to_dict()["facts"]["best_level"]
    assert diagnosis.best is not None
    assert diagnosis.best.value < 0.36 < fact["low"] < fact["value"] < fact["high"]
    assert fact["value"] == pytest.approx(0.42, rel=0.06)


def test_a_run_without_a_metric_has_none() -> None:
    diagnosis = diagnose(synthetic.of_curves("r", {("", "seconds"): np.ones(9)}))
    assert diagnosis.facts.get("best_level") is None
