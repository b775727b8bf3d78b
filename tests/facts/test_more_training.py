"""The fact that says what twice the length would do, in the JSON."""

from __future__ import annotations

import numpy as np

from analyzer import synthetic
from analyzer.detectors.underfitting import Underfitting
from analyzer.facts.more_training import MoreTraining
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

T = np.arange(1.0, 81)


def run_of(val: Floats) -> Run:
    return synthetic.of_curves("x", {("train", "loss"): val, ("val", "loss"): val})


def test_a_loss_that_falls_is_promised_what_the_finding_says() -> None:
    run = run_of(2 * T**-0.4)
    fact = MoreTraining().compute(run, None)
    (finding,) = Underfitting().detect(run)
    assert fact["falls"]
    assert (fact["metric"], fact["split"]) == ("loss", "val")
    assert fact["gain"] == finding.values["gain"] > 0
    assert (fact["low_80"], fact["high_80"]) == (finding.values["low"], finding.values["high"])
    assert fact["low_90"] == finding.values["low_90"]


def test_a_loss_that_has_turned_is_promised_nothing_within_an_interval() -> None:
    fact = MoreTraining().compute(run_of(0.5 + np.abs(np.log(T / 20))), None)
    assert (fact["falls"], fact["gain"]) == (False, 0)
    assert fact["low_90"] < fact["low_80"] < fact["low_50"] < 0 < fact["high_50"] < fact["high_90"]


def test_a_flat_loss_is_expected_to_stay() -> None:
    fact = MoreTraining().compute(run_of(0.4 + 2 * np.exp(-T / 4)), None)
    assert not fact["falls"]
    assert fact["high_90"] - fact["low_90"] < 0.01


def test_a_run_without_validation_or_with_few_points_tells_nothing() -> None:
    alone = synthetic.of_curves("x", {("train", "loss"): 1 / T})
    assert MoreTraining().compute(alone, None) is None
    assert MoreTraining().compute(run_of(1 / T[:5]), None) is None
