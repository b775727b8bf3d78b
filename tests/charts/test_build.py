"""Which charts a diagnosis gets, and what is marked on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.build import build_charts, constant_rate
from analyzer.charts.spec import Chart
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.text import words


def charts_of(run: Run) -> list[tuple[Chart, ...]]:
    return build_charts(diagnose(run), words("en"), counted=True)


def test_loss_and_accuracy_get_a_chart_each_with_their_gap_under_it() -> None:
    stacks = charts_of(synthetic.healthy(1).run)
    assert [tuple(chart.id for chart in stack) for stack in stacks] == [
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
    assert [band.at for band in gap.bands] == [onset.step]


def test_a_plateau_is_a_span_to_the_end() -> None:
    made = synthetic.plateau(2)
    (chart, *_), *_ = charts_of(made.run)
    (band,) = chart.bands
    assert (band.role, band.high) == ("span", len(made.truth["population"]) - 1)


def test_the_best_point_is_the_raw_minimum_of_validation() -> None:
    run = synthetic.healthy(4).run
    (chart, *_), *_ = charts_of(run)
    (point,) = chart.points
    assert point.y == run.curve("loss", "val").value.min()


def test_the_raw_line_holds_every_logged_point() -> None:
    run = synthetic.healthy(4, epochs=5000).run
    (chart, *_), *_ = charts_of(run)
    for line in chart.lines:
        np.testing.assert_array_equal(line.y, run.curve("loss", line.role).value)


def test_a_first_value_that_dwarfs_the_rest_is_clipped_with_a_note() -> None:
    loss = np.r_[29.0, np.linspace(2, 1, 60)]
    (chart, *_), *_ = charts_of(synthetic.of_curves("x", {("train", "loss"): loss}))
    assert chart.y_high < 3
    assert "29" in chart.note


def test_a_loss_that_falls_through_decades_gets_a_log_axis() -> None:
    (chart, *_), *_ = charts_of(
        synthetic.of_curves("x", {("train", "loss"): np.geomspace(10, 1e-3, 50)})
    )
    assert chart.log_y
    assert chart.y_low > 0


def test_epochs_and_steps_do_not_share_an_axis() -> None:
    run = synthetic.healthy(4, epochs=30).run
    batch = synthetic.of_curves("b", {("train", "loss"): np.linspace(2, 1, 900)}).series[0]
    no_epochs = type(batch)(**{**vars(batch), "epoch": np.full(900, np.nan)})
    mixed = Run(
        "mixed",
        (*(series for series in run.series if series.split == "val"), no_epochs),
        {},
        run.meta,
    )
    (chart, *below), *_ = charts_of(mixed)
    assert [line.role for line in chart.lines] == ["val"]
    assert not below


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_left_out_of_the_axis(value: float) -> None:
    loss = np.r_[np.linspace(2, 1, 20), np.full(10, value)]
    (chart, *_), *_ = charts_of(synthetic.of_curves("x", {("train", "loss"): loss}))
    assert np.isfinite([chart.y_low, chart.y_high]).all()
    assert chart.bands[0].role == "non_finite"


def with_series(run: Run, *more: tuple[str, np.ndarray]) -> Run:
    like = run.series[0]
    extra = [replace(like, tag=name, metric=name, split="", value=value) for name, value in more]
    return replace(run, series=(*run.series, *extra))


def test_what_drove_the_training_stands_in_a_stack_of_its_own() -> None:
    run = synthetic.healthy(1, epochs=60).run
    rate, norm = 0.1 * 0.1 ** (np.arange(60) // 20), np.geomspace(3, 1, 60)
    *_, stack = charts_of(with_series(run, ("lr", rate), ("grad_norm", norm)))
    assert [chart.id for chart in stack] == ["chart-lr", "chart-grad-norm"]
    assert not len(stack[0].lines[0].smooth_x)  # a smoothed schedule would lie
    np.testing.assert_array_equal(stack[0].lines[0].y, rate)
    assert len(stack[1].lines[0].smooth_x)


def test_drops_of_the_learning_rate_are_marked_on_the_loss() -> None:
    run = synthetic.healthy(1, epochs=60).run
    (loss, *_), *_ = charts_of(with_series(run, ("lr", 0.1 * 0.1 ** (np.arange(60) // 20))))
    assert [(band.role, band.at, band.label) for band in loss.bands] == [
        ("lr_drop", 20.0, "LR ÷ 10"),
        ("lr_drop", 40.0, "LR ÷ 10"),
    ]


def test_the_largest_drops_of_many_are_marked() -> None:
    run = synthetic.healthy(1, epochs=90).run
    rate = 0.7 ** (np.arange(90) // 5)
    rate[60:] *= 0.1
    (loss, *_), *_ = charts_of(with_series(run, ("lr", rate)))
    drops = [band for band in loss.bands if band.role == "lr_drop"]
    assert len(drops) == 12
    assert 60.0 in [drop.at for drop in drops]


def test_drops_are_not_marked_where_steps_count_something_else() -> None:
    run = synthetic.healthy(1, epochs=60).run
    with_rate = with_series(run, ("lr", 0.1 * 0.1 ** (np.arange(60) // 20)))
    rate = with_rate.series[-1]
    by_batch = replace(rate, step=rate.step * 1000, epoch=np.full(60, np.nan))
    (loss, *_), *_ = charts_of(replace(with_rate, series=(*with_rate.series[:-1], by_batch)))
    assert not loss.bands


def test_an_oscillation_is_shown_as_distance_from_its_trend() -> None:
    stacks = charts_of(synthetic.oscillating(3).run)
    (residual,) = [chart for stack in stacks for chart in stack if chart.id.startswith("residual-")]
    assert residual.zero_line
    assert abs(float(residual.lines[0].y.mean())) < 5
    assert np.ptp(residual.lines[0].y) > 5  # percent
    assert residual.bands[0].finding == 0


def test_a_table_holds_a_few_rows_and_the_extremes() -> None:
    run = synthetic.overfitting(3, epochs=500).run
    (chart, *_), *_ = charts_of(run)
    assert chart.table.head == ("epoch (from 0)", "training", "validation")
    assert 3 <= len(chart.table.rows) <= 14
    best = int(run.curve("loss", "val").value.argmin())
    assert str(best) in [row[0] for row in chart.table.rows]
    assert [row[0] for row in chart.table.rows][:: len(chart.table.rows) - 1] == ["0", "499"]


def test_hours_count_from_the_first_point_of_the_run() -> None:
    run = synthetic.healthy(1, epochs=60).run
    timed = replace(
        run,
        series=tuple(
            replace(series, wall_time=1.7e9 + 1800.0 * (series.step + 1)) for series in run.series
        ),
    )
    (chart, *_), *_ = charts_of(timed)
    np.testing.assert_allclose(chart.lines[0].axes["hours"], np.arange(60) / 2)
    (untimed, *_), *_ = charts_of(run)
    assert "hours" not in untimed.lines[0].axes


def test_a_gap_that_leaves_its_chart_is_said_to() -> None:
    loss = np.r_[1e6, np.geomspace(2, 1, 99)]
    run = synthetic.of_curves(
        "x", {("train", "loss"): np.geomspace(2, 1, 100), ("val", "loss"): loss}
    )
    (_, gap, *_), *_ = charts_of(run)
    assert gap.note == "off the chart: 999,998"
    assert gap.y_high < 10


def test_a_log_of_unknown_names_is_drawn_all_the_same() -> None:
    run = synthetic.of_curves(
        "x", {("", "seconds"): np.linspace(2, 1, 9), ("", "strict/foo"): np.linspace(1, 2, 9)}
    )
    stacks = charts_of(run)
    assert [[chart.title for chart in stack] for stack in stacks] == [["seconds"], ["strict/foo"]]
    assert not any(chart.points for stack in stacks for chart in stack)


def test_points_at_one_step_are_drawn_unsmoothed() -> None:
    made = synthetic.of_curves(
        "x", {("train", "loss"): np.linspace(2, 1, 9), ("val", "loss"): np.linspace(2, 1, 9)}
    )
    val = replace(made.series[1], step=np.zeros(9, dtype=np.int64), epoch=np.full(9, np.nan))
    for series in ((made.series[0], val), (val,)):
        (chart, *_), *_ = charts_of(replace(made, series=series))
        assert not len(chart.lines[-1].smooth_x)


def test_metrics_that_share_their_letters_have_charts_of_their_own() -> None:
    names = ["loss/a", "loss_a", "loss a t", "損失 loss", "误差 loss"]
    run = synthetic.of_curves(
        "x", {("train", name): np.linspace(2, 1, 20) * 10**at for at, name in enumerate(names)}
    )
    charts = [chart for stack in charts_of(run) for chart in stack]
    assert len({chart.id for chart in charts}) == len(charts) >= 4
    assert len({chart.y_high for chart in charts}) == len(charts)


@pytest.mark.parametrize("points", [1, 30, 400])
def test_a_curve_that_ends_elsewhere_hides_no_other(points: int) -> None:
    curves = {("train", "loss"): np.linspace(2, 1, 900), ("val", "loss"): np.linspace(2, 1, points)}
    made = synthetic.of_curves("x", curves)
    bare = replace(
        made, series=tuple(replace(item, epoch=np.full(len(item), np.nan)) for item in made.series)
    )
    (chart, *_), *_ = charts_of(bare)
    assert [line.role for line in chart.lines] == ["train", "val"]


def test_a_curve_of_an_unknown_split_differs_from_training() -> None:
    curves = {("train", "loss"): np.linspace(2, 1, 30), ("", "loss"): np.linspace(2, 1, 30)}
    (chart, *_), *_ = charts_of(synthetic.of_curves("x", curves))
    assert [line.role for line in chart.lines] == ["train", "unsaid"]


def test_a_drop_outside_the_curve_is_not_marked() -> None:
    run = synthetic.healthy(1, epochs=60).run
    rate = with_series(run, ("lr", 0.1 * 0.1 ** (np.arange(60) // 50)))
    names = ("step", "epoch", "wall_time", "value", "superseded")
    short = [
        replace(item, **{name: getattr(item, name)[:40] for name in names})
        for item in rate.series[:-1]
    ]
    (loss, *_), *_ = charts_of(replace(rate, series=(*short, rate.series[-1])))
    assert not loss.bands


def test_the_losses_of_an_agent_are_drawn_after_its_reward() -> None:
    rise = np.linspace(0, 100, 60)
    curves = {("", "value_loss"): rise, ("", "reward"): rise, ("", "entropy"): rise}
    diagnosis = diagnose(synthetic.of_curves("agent", curves))
    charts = build_charts(diagnosis, words("en"), counted=True)
    assert [stack[0].title for stack in charts] == ["reward", "value_loss"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "The learning rate was 0.001 throughout."),
        ("es", "El learning rate fue 0,001 todo el tiempo."),
    ],
)
def test_a_constant_rate_is_said_in_words(lang: str, said: str) -> None:
    curves = {("", "lr"): np.full(30, 0.001), ("train", "loss"): np.linspace(2, 1, 30)}
    run = synthetic.of_curves("r", curves)
    assert constant_rate(run, words(lang)) == said
    curves[("", "lr")] = np.linspace(0.001, 0, 30)
    assert constant_rate(synthetic.of_curves("r", curves), words(lang)) == ""
    assert constant_rate(synthetic.healthy(3).run, words(lang)) == ""
