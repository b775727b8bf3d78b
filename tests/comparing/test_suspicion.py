"""Scores too good to be trusted: perfect ones, and a held-out loss far below training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.suspicion import BELOW, PERFECT, suspicion_of
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis

RISE = np.linspace(0.2, 1.0, 40)
FALL = np.geomspace(3, 1, 40) * (1 + 0.01 * np.sin(np.arange(40) * 2.4))


def scores(val: Any, metric: str = "accuracy", split: str = "val") -> Diagnosis:
    return diagnose(synthetic.of_curves("run", {("train", metric): RISE, (split, metric): val}))


def losses(below: float, **config: Any) -> Diagnosis:
    curves = {("train", "loss"): FALL, ("val", "loss"): FALL * (1 - below)}
    return diagnose(synthetic.of_curves("run", curves, config=config))


@pytest.mark.parametrize("highest", [1.0, 100.0])
def test_a_perfect_held_out_score_is_suspicious_on_either_scale(highest: float) -> None:
    perfect = synthetic.of_curves(
        "run", {("train", "accuracy"): RISE * highest, ("val", "accuracy"): RISE * highest}
    )
    found = suspicion_of(diagnose(perfect))
    assert found is not None
    assert found.key == PERFECT


def test_a_good_score_and_a_perfect_one_in_training_are_not() -> None:
    assert suspicion_of(scores(RISE * 0.99)) is None
    assert suspicion_of(diagnose(synthetic.of_curves("a", {("train", "accuracy"): RISE}))) is None


def test_a_held_out_loss_far_below_training_needs_a_cause() -> None:
    found = suspicion_of(losses(0.3, lr=0.1))
    assert found is not None
    assert found.key == BELOW
    assert found.share == pytest.approx(0.3, abs=0.02)
    assert suspicion_of(losses(0.3, dropout=0.5)) is None
    assert suspicion_of(losses(0.01, lr=0.1)) is None


def test_a_run_without_a_best_is_not_judged() -> None:
    assert suspicion_of(diagnose(synthetic.of_curves("a", {("", "speed"): RISE}))) is None
