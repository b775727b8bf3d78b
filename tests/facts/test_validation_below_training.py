"""Validation below training, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.engine import best_of
from analyzer.facts.validation_below_training import ValidationBelowTraining
from analyzer.stats.arrays import Floats

TRAIN = 0.4 + np.exp(-np.arange(60) / 10)


def fact_of(train: Floats, val: Floats, config: dict[str, Any] | None = None):
    curves = {("train", "loss"): train, ("val", "loss"): val}
    run = replace(synthetic.of_curves("made", curves), config=config or {})
    return ValidationBelowTraining().compute(run, best_of(run))


def test_validation_above_training_needs_no_explanation() -> None:
    assert fact_of(TRAIN, 1.1 * TRAIN) is None
    assert fact_of(TRAIN, 0.99 * TRAIN) is None


def test_a_cause_is_named_where_the_settings_have_it() -> None:
    fact = fact_of(TRAIN, 0.85 * TRAIN, {"model": {"dropout": 0.5}, "augment": True})
    assert fact["tags"][:3] == ("below", "dropout", "changed")
    assert fact["dropout"] == "dropout 0.5"
    assert abs(fact["below"] - 0.15) < 1e-9


def test_a_setting_that_is_off_is_no_cause() -> None:
    fact = fact_of(TRAIN, 0.85 * TRAIN, {"dropout": 0.0, "augment": "none"})
    assert fact["tags"][:2] == ("below", "unknown")


def test_a_log_without_settings_is_told_the_usual_causes() -> None:
    assert fact_of(TRAIN, 0.85 * TRAIN)["tags"][1] == "no_settings"


def test_settings_of_another_kind_do_not_say_that_dropout_is_off() -> None:
    plan = {"max_steps": 400, "eval_steps": 10, "largest_logged": {"learning_rate": 0.1}}
    assert fact_of(TRAIN, 0.85 * TRAIN, plan)["tags"][1] == "no_settings"
    layers = {"hidden_size": 64}
    assert fact_of(TRAIN, 0.85 * TRAIN, layers)["tags"][1] == "no_settings"
    both = {**layers, "transforms": ["resize"]}
    assert fact_of(TRAIN, 0.85 * TRAIN, both)["tags"][1] == "unknown"


def test_a_mean_of_an_epoch_is_judged_only_where_epochs_were_logged() -> None:
    assert "small_lag" in fact_of(TRAIN, 0.85 * TRAIN)["tags"]
    assert "small_lag" not in fact_of(TRAIN, 0.85 * TRAIN[::4])["tags"]
    run = synthetic.of_curves("r", {("train", "loss"): TRAIN, ("val", "loss"): 0.85 * TRAIN})
    parts = tuple(replace(series, epoch=series.epoch / 3) for series in run.series)
    within = ValidationBelowTraining().compute(replace(run, series=parts), best_of(run))
    assert within is not None
    assert not {"lag", "small_lag"} & set(within["tags"])


def test_the_running_mean_of_an_epoch_lags_behind() -> None:
    falling = np.geomspace(3, 0.3, 40)
    ahead = np.sqrt(falling * np.r_[falling[1:], falling[-1] * 0.94])
    fact = fact_of(falling, ahead)
    assert "lag" in fact["tags"]
    assert fact["lag"] > 0.8


def test_curves_that_cross_are_not_called_below() -> None:
    wave = 1 + 0.2 * np.sin(np.arange(60))
    assert fact_of(TRAIN, TRAIN * wave * 0.95) is None
