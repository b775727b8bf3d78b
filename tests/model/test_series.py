"""A curve: the order of its points, its axis, its best value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer.model.series import Curve, Series, curve_of


def made(
    value: Any = (3.0, 2.0, 1.0), step: Any = None, epoch: Any = np.nan, metric: str = "loss"
) -> Curve:
    points = len(value)
    series = Series(
        "val",
        "val",
        metric,
        "",
        np.arange(points) if step is None else np.array(step, dtype=np.int64),
        np.broadcast_to(np.array(epoch, dtype=float), points).copy(),
        np.full(points, np.nan),
        np.array(value, dtype=float),
        np.zeros(points, dtype=bool),
    )
    return curve_of(series)


def test_a_curve_is_in_the_order_of_its_steps_and_ties_in_that_of_the_log() -> None:
    curve = made(value=[1, 2, 3, 4], step=[5, 0, 5, 1], epoch=[50, 0, 51, 10])
    assert curve.step.tolist() == [0, 1, 5, 5]
    assert curve.value.tolist() == [2, 4, 1, 3]
    assert curve.epoch.tolist() == [0, 10, 50, 51]


def test_values_that_are_not_finite_stay_in_the_curve() -> None:
    curve = made(value=[np.nan, 1, np.inf, -np.inf])
    assert len(curve) == 4
    assert curve.finite().value.tolist() == [1]
    assert curve.finite().step.tolist() == [1]


@pytest.mark.parametrize(
    ("epoch", "unit"),
    [
        ([0, 1, 2], "epoch"),
        ([0.1, 0.1, 0.2], "epoch"),
        ([0, np.nan, 2], "step"),
        (np.nan, "step"),
        ([3, 4, 1], "step"),
        ([0, 0, 0], "step"),
    ],
    ids=["each its own", "two in one", "one missing", "none", "start again", "all in one"],
)
def test_epochs_are_the_axis_where_they_can_stand_for_the_steps(epoch: Any, unit: str) -> None:
    curve = made(step=[10, 20, 30], epoch=epoch)
    assert curve.unit == unit
    assert curve.has_epochs is (unit == "epoch")
    assert curve.x.tolist() == (list(epoch) if unit == "epoch" else [10, 20, 30])
    assert curve.x.dtype == np.float64


@pytest.mark.parametrize(("an_epoch", "unit"), [(1, "epoch"), (2, "step"), (50, "step")])
def test_epochs_that_tell_few_steps_apart_leave_the_steps_as_the_axis(
    an_epoch: int, unit: str
) -> None:
    assert made(value=np.ones(100), epoch=np.arange(100) // an_epoch).unit == unit


def test_a_single_point_and_an_empty_curve_have_an_axis() -> None:
    assert made(value=[1.0], epoch=[7]).unit == "epoch"
    assert made(value=[]).unit == "step"


def test_the_best_value_is_the_lowest_loss_or_the_highest_score_the_first_of_equals() -> None:
    assert made(value=[3, 1, np.nan, 1, np.inf, -np.inf]).best() == 1
    scores = made([0.5, 0.9, np.nan, 0.9, np.inf], metric="accuracy")
    assert scores.best() == 1
    assert not scores.lower_is_better


@pytest.mark.parametrize("metric", ["Average Score", "mean_score", "accuracy", "episode reward"])
def test_of_what_an_agent_earned_more_is_better(metric: str) -> None:
    assert made((1.0, 5.0, 3.0), metric=metric).best() == 1
