"""Several runs in one chart: named lines on a common axis, repeats as a mean with a spread."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.overlay import MOST_DRAWN, overlay, spread_chart
from analyzer.model.run import Run
from analyzer.text import words

EN = words("en")


def run_of(level: float, points: int = 30) -> Run:
    return synthetic.of_curves("r", {("val", "loss"): np.linspace(2, level, points)})


def test_each_run_is_a_line_under_the_name_given() -> None:
    chart = overlay([("a", run_of(1)), ("b", run_of(0.5))], "loss", "val", EN, counted=False)
    assert chart is not None
    assert [(line.role, line.name) for line in chart.lines] == [("side-0", "a"), ("side-1", "b")]
    assert chart.title == "Validation loss"
    assert chart.unit == "epoch"


def test_a_run_without_the_curve_is_left_out_and_keeps_its_colour() -> None:
    unlike = synthetic.of_curves("o", {("val", "accuracy"): np.linspace(0, 1, 30)})
    chart = overlay([("a", unlike), ("b", run_of(1))], "loss", "val", EN, counted=False)
    assert chart is not None
    assert [line.role for line in chart.lines] == ["side-1"]
    assert overlay([("a", unlike)], "loss", "val", EN, counted=False) is None
    assert spread_chart([("a", [unlike])], "loss", "val", EN, counted=False) is None


def test_runs_of_which_one_lacks_epochs_are_drawn_by_step() -> None:
    run = run_of(1)
    series = tuple(replace(series, epoch=np.full(30, np.nan)) for series in run.series)
    by_step = replace(run, series=series)
    chart = overlay([("a", by_step), ("b", run_of(1))], "loss", "val", EN, counted=False)
    assert chart is not None
    assert chart.unit == "step"


def test_no_more_runs_are_drawn_than_there_are_colours() -> None:
    runs = [(f"r{index}", run_of(1)) for index in range(MOST_DRAWN + 3)]
    chart = overlay(runs, "loss", "val", EN, counted=False)
    assert chart is not None
    assert len(chart.lines) == MOST_DRAWN == 8


def test_repeats_are_drawn_by_their_mean_with_room_for_the_deviation() -> None:
    repeats = [run_of(level) for level in (0.5, 1.0, 1.5)]
    drawn = spread_chart([("a", repeats), ("b", [run_of(1)])], "loss", "val", EN, counted=False)
    assert drawn is not None
    many, single = drawn.spreads
    assert many.high is not None
    assert single.low is None
    assert many.middle[-1] == pytest.approx(1)
    assert many.high[-1] == pytest.approx(1.5)
    assert drawn.chart.y_low < 0.5
    assert many.name == "a: mean ± SD, n = 3"
    assert [line.name for line in drawn.chart.lines] == [many.name, "b"]


def test_the_bounds_leave_room_for_both_edges_of_a_deviation() -> None:
    repeats = [synthetic.of_curves("r", {("val", "loss"): np.full(30, v)}) for v in (1.0, 3.0)]
    drawn = spread_chart([("a", repeats)], "loss", "val", EN, counted=False)
    assert drawn is not None
    deviation = np.sqrt(2)
    assert drawn.chart.y_low < 2 - deviation
    assert drawn.chart.y_high > 2 + deviation
    assert drawn.spreads[0].name == "a: mean ± SD, n = 2"  # two are repeats already


def test_a_curve_without_a_finite_point_is_left_out() -> None:
    empty = synthetic.of_curves("e", {("val", "loss"): np.full(30, np.nan)})
    sides = [("a", [empty]), ("b", [run_of(1), empty])]
    chart = overlay([("a", empty), ("b", run_of(1))], "loss", "val", EN, counted=False)
    assert chart is not None
    assert [line.name for line in chart.lines] == ["b"]
    drawn = spread_chart(sides, "loss", "val", EN, counted=False)
    assert drawn is not None
    assert [(side.name, side.count) for side in drawn.spreads] == [("b", 1)]


def test_the_title_and_the_axes_are_named_in_words() -> None:
    drawn = spread_chart([("a", [run_of(1)])], "loss", "val", EN, counted=True)
    assert drawn is not None
    assert (drawn.chart.id, drawn.chart.title, drawn.chart.unit) == (
        "chart-val",
        "Validation loss",
        "epoch",
    )
    assert drawn.chart.y_label == "validation loss"
    assert drawn.chart.x_label == "epoch (from 0)"


def test_repeats_that_end_early_are_averaged_over_the_shared_part() -> None:
    sides = [("a", [run_of(1, 30), run_of(1, 12)])]
    drawn = spread_chart(sides, "loss", "val", EN, counted=False)
    assert drawn is not None
    assert drawn.spreads[0].cut
    assert drawn.spreads[0].x[-1] == 11
    assert drawn.spreads[0].name.endswith("shared part")
