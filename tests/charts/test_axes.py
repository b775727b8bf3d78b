"""The x axes that curves share: by epoch if all have them, else by step if the steps agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.axes import axes_of, end_together, on_one_axis, on_shared_axis
from analyzer.model.run import Run
from analyzer.model.series import Curve


def curves_of(points: int = 20) -> tuple[Run, Curve, Curve]:
    fall = np.linspace(2, 1, points)
    run = synthetic.of_curves("r", {("train", "loss"): fall, ("val", "loss"): fall})
    return run, run.curve("loss", "train"), run.curve("loss", "val")


def without_epochs(curve: Curve) -> Curve:
    return replace(curve, epoch=np.full(len(curve), np.nan))


def test_curves_that_all_have_epochs_stay_as_they_are() -> None:
    _, train, val = curves_of()
    assert [curve.unit for curve in on_one_axis([train, val])] == ["epoch", "epoch"]


def test_curves_of_which_some_lack_epochs_are_drawn_by_step() -> None:
    _, train, val = curves_of()
    units = [curve.unit for curve in on_one_axis([without_epochs(train), val])]
    assert units == ["step", "step"]


def test_the_held_out_curve_stays_alone_if_steps_count_different_things() -> None:
    _, train, val = curves_of()
    batches = without_epochs(replace(train, step=train.step * 100))
    assert [curve.split for curve in on_one_axis([batches, val])] == ["val"]
    assert len(on_shared_axis([batches, val])) == 2


@pytest.mark.parametrize(
    ("ends", "same"), [([], True), ([10.0], True), ([10.0, 20.0], True), ([10.0, 21.0], False)]
)
def test_steps_agree_if_they_end_within_a_factor_of_two(ends: list[float], same: bool) -> None:
    assert end_together(ends) is same


def test_hours_count_from_the_first_point_of_the_run() -> None:
    run, _, val = curves_of()
    first, second = run.series
    early = replace(first, wall_time=1e9 + 3600.0 * np.arange(20))
    late = replace(second, wall_time=early.wall_time + 1800.0)
    timed = replace(run, series=(early, late))
    axes = axes_of(timed, timed.curve("loss", "val"))
    np.testing.assert_allclose(axes["hours"], 0.5 + np.arange(20))
    assert "hours" not in axes_of(run, val)


def test_times_that_go_back_are_not_an_axis() -> None:
    run, _, _ = curves_of()
    back = tuple(replace(series, wall_time=1e9 - np.arange(20.0)) for series in run.series)
    reversed_run = replace(run, series=back)
    assert set(axes_of(reversed_run, reversed_run.curve("loss", "val"))) == {"step", "epoch"}


def test_a_curve_without_epochs_has_those_of_its_steps() -> None:
    run, train, val = curves_of()
    first, second = run.series
    thin = replace(
        first,
        step=np.array([5, 10, 21]),
        epoch=np.full(3, np.nan),
        value=np.array([3.0, 2.0, 1.0]),
        wall_time=np.full(3, np.nan),
        superseded=np.zeros(3, dtype=bool),
    )
    mixed = replace(run, series=(thin, second))
    ratio = float(val.epoch[-1] - val.epoch[0]) / float(val.step[-1] - val.step[0])
    axes = axes_of(mixed, mixed.curve(thin.metric, thin.split))
    expected = val.epoch[0] + ratio * (np.array([5, 10, 21]) - val.step[0])
    np.testing.assert_allclose(axes["epoch"], expected)
    far = replace(thin, step=np.array([5, 10, 2100]))
    apart = replace(run, series=(far, second))
    assert "epoch" not in axes_of(apart, apart.curve(thin.metric, thin.split))
    assert train.has_epochs
