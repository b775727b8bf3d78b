"""From a curve to a line: smoothed as the detectors see it, plain if smoothing would mislead."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.lines import plain_line, smoothed_line
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats
from analyzer.text import words


def run_of(values: Floats) -> Run:
    return synthetic.of_curves("r", {("val", "loss"): values})


def test_a_noisy_curve_is_smoothed_over_its_whole_length() -> None:
    rng = np.random.default_rng(0)
    values = np.linspace(2, 1, 100) * np.exp(0.1 * rng.standard_normal(100))
    run = run_of(values)
    line = smoothed_line(run, run.curve("loss", "val"), "val", words("en"))
    assert line.is_smoothed
    assert (line.role, line.name) == ("val", "validation")
    np.testing.assert_array_equal(line.y, values)
    assert np.abs(np.diff(line.smooth_y)).mean() < 0.2 * np.abs(np.diff(values)).mean()
    assert (line.smooth_x[0], line.smooth_x[-1]) == (line.x[0], line.x[-1])


def test_a_plain_line_has_its_finite_points_alone() -> None:
    run = run_of(np.array([2.0, np.nan, 1.0]))
    line = plain_line(run, run.curve("loss", "val"), "lr", words("en"))
    assert not line.is_smoothed
    assert line.y.tolist() == [2, 1]
    assert line.axes["step"].tolist() == [0, 2]


def test_a_curve_of_one_point_is_drawn_as_logged() -> None:
    run = run_of(np.array([2.0]))
    line = smoothed_line(run, run.curve("loss", "val", at_least=1), "val", words("en"))
    assert line.y.tolist() == [2]
    assert not line.is_smoothed


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_values_near_the_largest_float_are_drawn_as_logged() -> None:
    run = run_of(np.array([1e308, -1e308] * 10))
    line = smoothed_line(run, run.curve("loss", "val"), "val", words("en"))
    assert len(line.y) == 20
    assert np.isfinite(line.smooth_y).all()


def test_a_curve_without_a_split_is_named_by_its_metric() -> None:
    run = synthetic.of_curves("r", {("", "loss"): np.linspace(2, 1, 20)})
    assert smoothed_line(run, run.curve("loss", ""), "train", words("es")).name == "pérdida"
