"""The levels of several runs, on one scale, beside their best values."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.bests import bests_of, judged_by
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError


def noisy(level: float, seed: int, metric: str = "loss") -> object:
    noise = 0.05 * np.random.default_rng(seed).standard_normal(80)
    return diagnose(synthetic.of_curves("r", {("val", metric): level + level * noise}))


def test_levels_stand_beside_the_best_values() -> None:
    runs = [noisy(0.4, 0), noisy(0.5, 1)]
    found = bests_of(runs, "loss", "val")  # type: ignore[arg-type]
    assert found.lower_is_better
    assert found.values == pytest.approx((0.4, 0.5), rel=0.05)
    assert all(raw < level.low for raw, level in zip(found.raw, found.levels, strict=True))


def test_levels_are_on_one_scale() -> None:
    runs = [
        diagnose(synthetic.of_curves("a", {("val", "accuracy"): np.linspace(20, 80, 40)})),
        diagnose(
            synthetic.of_curves(
                "b", {("val", "accuracy"): np.linspace(0.2, 0.9, 40)}, config={1: 1}
            )
        ),
    ]
    found = bests_of(runs, "accuracy", "val")
    assert found.values == pytest.approx((0.8, 0.9), rel=0.01)
    assert found.raw == pytest.approx((0.8, 0.9))


def test_a_run_without_the_metric_has_neither() -> None:
    other = diagnose(synthetic.of_curves("c", {("val", "accuracy"): np.linspace(0, 1, 9)}))
    runs = [noisy(0.4, 0), noisy(0.4, 1), other]
    assert judged_by(runs) == ("val", "loss")  # type: ignore[arg-type]
    found = bests_of(runs, "loss", "val")  # type: ignore[arg-type]
    assert (found.levels[2], found.raw[2]) == (None, None)
    with pytest.raises(AnalyzerError, match="no run has val/bleu"):
        bests_of(runs, "bleu", "val")  # type: ignore[arg-type]
