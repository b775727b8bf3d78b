"""The gap between the held-out and the training curve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of
from analyzer.facts.train_val_gap import TrainValGap
from analyzer.model.run import Run


def fact_of(run: Run, *, interval: bool = False):
    fact = TrainValGap().compute(run, best_of(run))
    if fact is None or interval:
        return fact
    return {name: fact[name] for name in ("metric", "at_best", "at_end")}


def run_of(metric: str, val: list[float], train: list[float]) -> Run:
    return synthetic.of_curves(
        "made", {("val", metric): np.array(val), ("train", metric): np.array(train)}
    )


def test_the_gap_is_held_out_minus_training_at_the_best_point_and_at_the_end() -> None:
    fact = fact_of(run_of("loss", [3.0, 2.0, 4.0], [3.0, 1.5, 1.0]))
    assert fact == {
        "metric": "loss",
        "at_best": pytest.approx(0.5),
        "at_end": pytest.approx(1.5),
    }  # medians of three


def test_the_gap_of_an_accuracy_is_training_minus_held_out() -> None:
    fact = fact_of(run_of("accuracy", [0.5, 0.7, 0.6], [0.5, 0.8, 0.9]))
    assert fact == {
        "metric": "accuracy",
        "at_best": pytest.approx(0.1),
        "at_end": pytest.approx(0.2),
    }


def test_a_training_curve_on_other_steps_is_read_between_its_points() -> None:
    run = run_of("loss", [3.0, 2.0, 2.5], [3.0, 1.0])
    steps = {"val": np.array([0, 10, 20]), "train": np.array([0, 20])}
    series = tuple(
        replace(series, step=steps[series.split], epoch=np.full(len(series), np.nan))
        for series in run.series
    )
    assert fact_of(replace(run, series=series)) == {"metric": "loss", "at_best": 0.0, "at_end": 1.5}


def test_steps_are_compared_where_only_one_curve_has_epochs() -> None:
    run = run_of("loss", [3.0, 2.0], [2.0, 1.0])
    without = tuple(
        replace(series, epoch=np.full(2, np.nan))
        if series.split == "train"
        else replace(series, epoch=series.epoch + 50)
        for series in run.series
    )
    assert fact_of(replace(run, series=without)) == {
        "metric": "loss",
        "at_best": 1.0,
        "at_end": 1.0,
    }


def test_values_that_are_not_finite_are_passed_over() -> None:
    fact = fact_of(run_of("loss", [3.0, 2.0, np.nan], [3.0, np.nan, 1.0]))
    assert fact == {"metric": "loss", "at_best": 0.0, "at_end": 0.0}


def test_curves_that_never_meet_have_no_gap() -> None:
    run = run_of("loss", [3.0, 2.0, 1.0], [3.0, 2.0, 1.0])
    later = tuple(
        replace(series, step=series.step + 100, epoch=series.epoch + 100)
        if series.split == "train"
        else series
        for series in run.series
    )
    assert fact_of(replace(run, series=later)) is None


@pytest.mark.parametrize("split", ["train", "val"])
def test_a_single_curve_has_no_gap(split: str) -> None:
    assert fact_of(synthetic.of_curves("made", {(split, "loss"): np.array([2.0, 1.0])})) is None


def test_a_run_without_a_best_point_has_no_gap() -> None:
    assert fact_of(synthetic.of_curves("made", {("", "lr"): np.ones(3)})) is None


def test_the_interval_holds_the_gap_of_the_levels_and_narrows_with_the_validation_set() -> None:
    time = np.arange(60)
    curves = {
        ("train", "loss"): 2 * np.exp(-time / 20),
        ("val", "loss"): 0.5 + 1.5 * np.exp(-time / 20),
    }
    widths = []
    for examples in (100, 2000):
        run = replace(synthetic.of_curves("made", curves), config={"val_examples": examples})
        fact = fact_of(run, interval=True)
        assert fact["low"] < fact["at_end"] < fact["high"]
        widths.append(fact["high"] - fact["low"])
    assert widths[1] < 0.5 * widths[0]


def test_two_points_have_a_gap_but_no_interval() -> None:
    fact = fact_of(run_of("loss", [3.0, 2.0], [3.0, 1.0]), interval=True)
    assert (fact["at_end"], fact["low"], fact["high"]) == (1.0, None, None)
