"""What came after the best point."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of
from analyzer.facts.after_best import AfterBest


def fact_of(metric: str, value: list[float]):
    run = synthetic.of_curves("made", {("val", metric): np.array(value)})
    fact = AfterBest().compute(run, best_of(run))
    return fact and {name: fact[name] for name in ("share", "final", "change", "level_change")}


def test_the_share_of_the_run_after_its_best_point() -> None:
    assert fact_of("loss", [4, 1, 2, 3, 2]) == {
        "share": 0.75,
        "final": 2.0,
        "change": 1.0,
        "level_change": 1.0,
    }


def test_a_run_that_ends_at_its_best_has_nothing_after_it() -> None:
    assert fact_of("loss", [4, 2, 1]) == {
        "share": 0.0,
        "final": 1.0,
        "change": 0.0,
        "level_change": 1.0,
    }
    assert fact_of("loss", [4])["share"] == 0


def test_an_accuracy_falls_from_its_best() -> None:
    assert fact_of("accuracy", [0.5, 0.8, 0.4]) == {
        "share": 0.5,
        "final": 0.4,
        "change": pytest.approx(-0.5),
        "level_change": pytest.approx(-0.375),
    }


def test_a_loss_below_zero_that_rises_has_a_change_above_zero() -> None:
    assert fact_of("loss", [1, -2, -1])["change"] == 0.5


def test_a_best_value_of_zero_has_no_relative_change() -> None:
    assert fact_of("loss", [1, 0, 3]) == {
        "share": 0.5,
        "final": 3.0,
        "change": None,
        "level_change": None,
    }


def test_a_run_that_ended_in_nan_says_so() -> None:
    assert math.isnan(fact_of("loss", [2, 1, np.nan])["final"])


def test_a_run_without_a_best_point_tells_nothing() -> None:
    assert AfterBest().compute(synthetic.of_curves("made", {("", "lr"): np.ones(3)}), None) is None


def test_one_last_point_does_not_move_the_level_at_the_end() -> None:
    fact = fact_of("loss", [4, 1, 1, 1, 1, 1, 50])
    assert (fact["change"], fact["level_change"]) == (49, 0)


def test_the_share_is_of_the_epochs_that_were_logged_and_not_of_all_before_them() -> None:
    run = synthetic.of_curves("resumed", {("val", "loss"): np.array([4.0, 1, 2, 3, 2])})
    (curve,) = run.series
    later = replace(run, series=(replace(curve, step=curve.step + 60, epoch=curve.epoch + 60),))
    fact = AfterBest().compute(later, best_of(later))
    assert fact is not None
    assert fact["share"] == 0.75


def test_what_came_after_the_best_in_steps_epochs_and_seconds() -> None:
    run = synthetic.of_curves("made", {("val", "loss"): np.array([4.0, 1.0, 2.0, 3.0])})
    fact = AfterBest().compute(run, best_of(run))
    assert (fact["steps"], fact["epochs"], fact["seconds"]) == (2, 2.0, None)
    timed = tuple(replace(series, wall_time=1e9 + 60.0 * series.step) for series in run.series)
    assert AfterBest().compute(replace(run, series=timed), best_of(run))["seconds"] == 120.0
