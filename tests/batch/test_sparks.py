"""Sparklines of the index: both curves of the judged metric in one small picture."""

from __future__ import annotations

import re

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.batch.sparks import Scale, Spark, rescaled, shared_scale, sparks_of
from analyzer.engine import diagnose

FALL = np.geomspace(2, 1, 200)


def heights(path: str) -> list[int]:
    """Return the heights that a relative path goes through."""
    start, _, moves = path.partition("l")
    numbers = [int(number) for number in re.findall(r"-?\d+", moves)]
    first = int(start.split()[1])
    return np.cumsum([first, *numbers[1::2]]).tolist()


def test_training_and_held_out_curve_share_one_scale() -> None:
    run = synthetic.of_curves("r", {("train", "loss"): FALL, ("val", "loss"): FALL + 1})
    train, val = sparks_of(diagnose(run))
    assert (train.role, val.role) == ("train", "val")
    assert heights(val.path)[0] == 1  # the highest loss at the top
    assert heights(train.path)[-1] == 23  # the lowest at the bottom
    assert len(heights(train.path)) == 32


def test_a_curve_over_many_decades_is_drawn_in_decades() -> None:
    run = synthetic.of_curves("r", {("val", "loss"): np.geomspace(1e6, 1e-6, 64)})
    (spark,) = sparks_of(diagnose(run))
    steps = np.diff(heights(spark.path))
    assert np.ptp(steps) <= 1  # a straight line


def test_two_points_make_a_picture_and_a_run_without_a_metric_none() -> None:
    run = synthetic.of_curves("r", {("val", "loss"): np.array([2.0, 1.0])})
    (spark,) = sparks_of(diagnose(run))
    assert spark.path == "M0 1l100 22"
    assert sparks_of(diagnose(synthetic.of_curves("r", {("", "lr"): FALL}))) == ()


@pytest.mark.parametrize("huge", [1e308, np.inf])
def test_huge_values_are_drawn(huge: float) -> None:
    values = np.r_[FALL, huge, FALL]
    (spark,) = sparks_of(diagnose(synthetic.of_curves("r", {("val", "loss"): values})))
    assert spark.path.startswith("M0 ")


def test_a_peak_of_one_point_reaches_the_top() -> None:
    values = np.r_[np.linspace(3.6, 3.0, 600), 35_643.0, np.linspace(3.0, 2.0, 200)]
    (spark,) = sparks_of(diagnose(synthetic.of_curves("r", {("val", "loss"): values})))
    assert heights(spark.path).index(1) == 24


def test_a_curve_can_be_drawn_on_the_scale_of_others() -> None:
    spark = Spark("val", "M0 1l50 11 50 11", 1.0, 3.0)
    assert rescaled(spark, Scale(1.0, 3.0, is_log=False)) == spark.path
    assert heights(rescaled(spark, Scale(1.0, 5.0, is_log=False))) == [12, 18, 23]
    assert heights(rescaled(spark, Scale(2.0, 2.5, is_log=False))) == [1, 23, 23]
    logarithmic = rescaled(spark, Scale(0.0, float(np.log(9.0)), is_log=True))
    assert heights(logarithmic) == [12, 16, 23]
    back = rescaled(Spark("val", "M0 1l100 22", 0.0, 1.0, True), Scale(1.0, np.e, is_log=False))
    assert back == "M0 1l100 22"
    flat = rescaled(Spark("val", "M0 12h100", 1.0, 3.0), Scale(1.0, 3.0, is_log=False))
    assert flat == "M0 12h100"


def test_a_path_of_a_stranger_stays_as_it_is() -> None:
    scale = Scale(0.0, 1.0, is_log=False)
    for path in ('"><b>', "M0 1", "", "M0 1234h100"):
        assert rescaled(Spark("val", path, 0.0, 1.0), scale) == path
    huge = f"M0 5l1 {'9' * 400}"
    assert rescaled(Spark("val", huge, 0.0, 1.0), scale).startswith("M0 5l")


def test_the_scale_leaves_room_for_most_and_not_for_what_blew_up() -> None:
    normal = [Spark("val", "", 0.5, 2.0)] * 19
    assert shared_scale([*normal, Spark("val", "", 0.0, 20.0, True)]) == Scale(0.5, 2.0, False)
    assert shared_scale([Spark("val", "")]) is None
    assert shared_scale([]) is None
    decades = shared_scale([Spark("val", "", 1e-3, 2.0)])
    assert decades is not None
    assert decades.is_log
