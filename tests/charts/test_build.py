"""Which charts a diagnosis gets, and what is marked on them."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.build import build_charts
from analyzer.charts.spec import Chart
from analyzer.engine import diagnose
from analyzer.model import Run
from analyzer.text import words


def charts_of(run: Run) -> list[tuple[Chart, Chart | None]]:
    return build_charts(diagnose(run), words("en"), counted=True)


def test_loss_and_accuracy_get_a_chart_each_with_their_gap_under_it() -> None:
    pairs = charts_of(synthetic.healthy(1).run)
    assert [(chart.id, gap and gap.id) for chart, gap in pairs] == [
        ("chart-loss", "gap-loss"),
        ("chart-accuracy", "gap-accuracy"),
    ]


def test_an_onset_is_a_band_from_low_to_high_with_a_line_at_the_point() -> None:
    made = synthetic.overfitting(3)
    onset = diagnose(made.run).findings[0].onset
    assert onset is not None
    (chart, gap), *_ = charts_of(made.run)
    (band,) = chart.bands
    assert (band.role, band.low, band.at, band.high) == ("onset", onset.low, onset.step, onset.high)
    assert gap is not None
    assert [one.at for one in gap.bands] == [onset.step]


def test_a_plateau_is_a_span_to_the_end() -> None:
    made = synthetic.plateau(2)
    (chart, _), *_ = charts_of(made.run)
    (band,) = chart.bands
    assert (band.role, band.high) == ("span", len(made.truth["population"]) - 1)


def test_the_best_point_is_the_raw_minimum_of_validation() -> None:
    run = synthetic.healthy(4).run
    (chart, _), *_ = charts_of(run)
    (point,) = chart.points
    assert point.y == run.curve("loss", "val").value.min()


def test_the_raw_line_holds_every_logged_point() -> None:
    run = synthetic.healthy(4, epochs=5000).run
    (chart, _), *_ = charts_of(run)
    for line in chart.lines:
        np.testing.assert_array_equal(line.y, run.curve("loss", line.role).value)


def test_a_first_value_that_dwarfs_the_rest_is_clipped_with_a_note() -> None:
    loss = np.r_[29.0, np.linspace(2, 1, 60)]
    (chart, _), *_ = charts_of(synthetic.of_curves("x", {("train", "loss"): loss}))
    assert chart.y_high < 3
    assert "29" in chart.note


def test_a_loss_that_falls_through_decades_gets_a_log_axis() -> None:
    (chart, _), *_ = charts_of(synthetic.of_curves("x", {("train", "loss"): np.geomspace(10, 1e-3, 50)}))
    assert chart.log_y
    assert chart.y_low > 0


def test_epochs_and_steps_do_not_share_an_axis() -> None:
    run = synthetic.healthy(4, epochs=30).run
    batch = synthetic.of_curves("b", {("train", "loss"): np.linspace(2, 1, 900)}).series[0]
    no_epochs = type(batch)(**{**vars(batch), "epoch": np.full(900, np.nan)})
    mixed = Run("mixed", (*(one for one in run.series if one.split == "val"), no_epochs), {}, run.meta)
    (chart, gap), *_ = charts_of(mixed)
    assert [line.role for line in chart.lines] == ["val"]
    assert gap is None


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_left_out_of_the_axis(value: float) -> None:
    loss = np.r_[np.linspace(2, 1, 20), np.full(10, value)]
    (chart, _), *_ = charts_of(synthetic.of_curves("x", {("train", "loss"): loss}))
    assert np.isfinite([chart.y_low, chart.y_high]).all()
    assert chart.bands[0].role == "non_finite"
