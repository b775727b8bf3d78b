"""What a log lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analyzer import synthetic
from analyzer.engine import best_of
from analyzer.facts.what_to_log import WhatToLog
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

LOSS = np.geomspace(2, 1, 30)


def tags_of(curves: dict[tuple[str, str], Floats], **config: Any) -> tuple[str, ...]:
    run = replace(synthetic.of_curves("made", curves), config=config)
    return tags_of_run(run)


def tags_of_run(run: Run) -> tuple[str, ...]:
    fact = WhatToLog().compute(run, best_of(run))
    return () if fact is None else fact["tags"]


def test_accuracy_alone_asks_for_the_loss_first() -> None:
    both = {("train", "accuracy"): LOSS / 3, ("val", "accuracy"): LOSS / 3}
    assert tags_of(both)[0] == "no_loss"


def test_a_missing_split_is_told() -> None:
    assert "no_held_out" in tags_of({("train", "loss"): LOSS})
    assert "no_training" in tags_of({("val", "loss"): LOSS})
    assert "few_evaluations" in tags_of({("train", "loss"): LOSS, ("val", "loss"): LOSS[:5]})


def test_an_error_rate_is_a_metric_beside_the_loss() -> None:
    curves = {("train", "loss"): LOSS, ("val", "loss"): LOSS}
    assert "no_score" in tags_of(curves)
    assert "no_score" in tags_of({**curves, ("val", "mae"): LOSS})
    assert "no_score" not in tags_of({**curves, ("val", "wer"): LOSS})


def test_settings_without_a_seed_are_told() -> None:
    curves = {("train", "loss"): LOSS, ("val", "loss"): LOSS}
    assert "no_seed" in tags_of(curves, lr=0.1)
    assert "no_seed" not in tags_of(curves, lr=0.1, data={"split_seed": 3})
    assert "no_seed" not in tags_of(curves)  # no settings at all is told instead
    assert "no_settings" in tags_of(curves)


def test_a_plan_alone_does_not_say_that_there_was_no_seed() -> None:
    curves = {("train", "loss"): LOSS, ("val", "loss"): LOSS}
    tags = tags_of(curves, max_steps=400, eval_steps=10, largest_logged={"learning_rate": 0.1})
    assert "no_seed" not in tags
    assert "no_settings" in tags


def test_a_log_that_lacks_nothing_has_no_such_fact() -> None:
    splits, metrics = ("train", "val"), ("loss", "accuracy")
    curves = {(split, metric): LOSS for split in splits for metric in metrics}
    curves |= {("", "lr"): LOSS, ("", "grad_norm"): LOSS}
    run = synthetic.of_curves("made", curves)
    timed = tuple(replace(series, wall_time=1e9 + series.step) for series in run.series)
    config = {"seed": 1, "validation_examples": 500}
    assert tags_of_run(replace(run, series=timed, config=config)) == ()


def test_a_log_without_anything_to_judge_is_left_alone() -> None:
    assert tags_of({("", "seconds"): LOSS}) == ()


def test_a_rate_in_the_settings_is_asked_for_only_as_a_curve() -> None:
    curves = {("train", "loss"): LOSS, ("val", "loss"): LOSS}
    assert "no_rate" in tags_of(curves, batch_size=8)
    told = tags_of(curves, hyperparams={"learning_rate": 0.1})
    assert "no_rate_curve" in told
    assert "no_rate" not in told


def test_a_duration_of_each_point_is_its_time() -> None:
    curves = {("train", "loss"): LOSS, ("val", "loss"): LOSS}
    assert "no_time" in tags_of(curves)
    for name in ("seconds", "time/time_elapsed", "epoch_time"):
        assert "no_time" not in tags_of({**curves, ("", name): LOSS})
    assert "no_time" in tags_of({**curves, ("", "time"): LOSS[:3]})  # of something else
    assert "no_time" in tags_of({**curves, ("val", "runtime"): LOSS})
    assert "no_time" in tags_of({**curves, ("", "eta_seconds"): LOSS})


def unknown_of(run: Run) -> tuple[str, ...]:
    fact = WhatToLog().compute(run, best_of(run))
    assert fact is not None
    return tuple(fact["unknown"])


def test_settings_that_are_known_are_not_asked_for() -> None:
    curves = {("train", "loss"): LOSS, ("val", "loss"): LOSS}
    run = synthetic.of_curves("made", curves)
    everything = ("seed", "lr", "batch_size", "weight_decay", "dropout", "epochs")
    assert unknown_of(run) == everything
    state = {"num_train_epochs": 3, "per_device_train_batch_size": 8}
    assert unknown_of(replace(run, config=state)) == ("seed", "lr", "weight_decay", "dropout")
    assert unknown_of(replace(run, config={"eval_batch_size": 8})) == everything
    printed = replace(run, meta=replace(run.meta, planned={"epoch": 30.0}))
    assert unknown_of(printed) == everything[:-1]
    rated = synthetic.of_curves("made", {**curves, ("", "lr"): LOSS})
    assert "lr" not in unknown_of(rated)
    assert unknown_of(replace(rated, config={"optimizer": "adam"})) == ()


def test_evaluations_that_are_not_finite_are_no_missing_evaluations() -> None:
    broken = np.where(np.arange(30) < 2, LOSS, np.nan)
    run = synthetic.of_curves("made", {("train", "loss"): LOSS, ("val", "loss"): broken})
    fact = WhatToLog().compute(run, best_of(run))
    assert fact is not None
    assert "few_finite" in fact["tags"]
    assert "few_evaluations" not in fact["tags"]
    assert (fact["evaluations"], fact["not_finite"]) == (30, 28)
    lost = {("train", "loss"): LOSS, ("val", "loss"): np.full(30, np.nan)}
    tags = tags_of(lost)
    assert "no_held_out" not in tags
    assert "few_finite" in tags
