"""The order and sizes of the charts of a report: one leads, the others fit in pairs."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.charts.lead import WIDE, report_charts
from analyzer.charts.spec import Chart
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.text import words


def charts_of(run: Run, lang: str = "en") -> list[Chart]:
    return list(chain(*report_charts(diagnose(run), words(lang), counted=False)))


def with_rate(run: Run, rate: float = 0.5) -> Run:
    first = run.series[0]
    value = rate ** np.arange(len(first))
    lr = replace(first, tag="lr", metric="lr", split="", value=value)
    return replace(run, series=(*run.series, lr))


def test_the_first_chart_is_wide_and_names_its_lines_at_their_ends() -> None:
    lead, *others = charts_of(synthetic.overfitting(3).run)
    assert lead.width == WIDE
    assert [end.split(" ")[0] for end in lead.ends] == ["training", "validation"]
    assert not any(chart.ends for chart in others)


@pytest.mark.parametrize("run", [synthetic.healthy(3).run, with_rate(synthetic.healthy(3).run)])
def test_no_row_of_the_other_charts_is_half_empty(run: Run) -> None:
    _, *others = charts_of(run)
    wide = [chart for chart in others if chart.width == WIDE]
    assert len(wide) == len(others) % 2
    assert wide == others[-1:] * len(wide)
    assert len({chart.height for chart in others}) == 1


def test_what_came_after_the_best_is_tinted_where_something_is_wrong() -> None:
    lead, *_ = charts_of(synthetic.overfitting(3).run)
    (waste,) = (band for band in lead.bands if band.role == "wasted")
    assert (waste.low, waste.high) == (lead.points[0].x, lead.x_high)
    assert waste.label.endswith(" epochs without a better value")
    healthy, *_ = charts_of(synthetic.healthy(3).run)
    assert not any(band.role == "wasted" for band in healthy.bands)


def test_the_metric_that_the_run_is_judged_by_leads() -> None:
    diagnosis = diagnose(synthetic.healthy(3).run)
    accuracy = replace(diagnosis, best=Best("val", "accuracy", 1, 1.0, 0.5))
    lead = report_charts(accuracy, words("en"), counted=False)[0][0]
    assert lead.metric == "accuracy"


def test_the_metric_of_the_finding_that_decides_leads_before_that() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    (finding, *_) = diagnosis.findings
    other = replace(finding, metric="accuracy", marks=(), residual=None)
    checks = (replace(diagnosis.checks[0], status="found", findings=(other,)),)
    found = replace(diagnosis, checks=checks)
    lead = report_charts(found, words("en"), counted=False)[0][0]
    assert (found.best.metric if found.best else "", lead.metric) == ("loss", "accuracy")


def test_a_line_that_ends_early_has_no_label_at_the_end_of_the_chart() -> None:
    train, val = (
        synthetic.of_curves("r", {(split, "loss"): np.linspace(2, 1, 40)}).series[0]
        for split in ("train", "val")
    )
    short = replace(train, step=train.step[:20], epoch=train.epoch[:20], value=train.value[:20])
    short = replace(short, wall_time=train.wall_time[:20], superseded=train.superseded[:20])
    lead, *_ = charts_of(Run("r", (short, val), {}, synthetic.healthy(3).run.meta))
    assert lead.ends == ("", "validation 1")


def test_a_name_too_long_for_the_margin_stands_in_the_legend_alone() -> None:
    run = synthetic.of_curves("r", {("", "a_loss_" * 9): np.linspace(2, 1, 40)})
    lead, *_ = charts_of(run)
    assert lead.ends == ()


def test_a_run_without_curves_has_no_charts() -> None:
    assert charts_of(synthetic.of_curves("r", {("", "seconds"): np.array([2.0])})) == []


def test_a_constant_rate_is_no_chart() -> None:
    names = [chart.metric for chart in charts_of(with_rate(synthetic.healthy(3).run, 1.0))]
    assert "lr" not in names
    assert "lr" in [chart.metric for chart in charts_of(with_rate(synthetic.healthy(3).run))]


def test_charts_that_count_the_same_thing_have_one_range() -> None:
    run = synthetic.healthy(4, epochs=60).run
    half = replace(
        run.series[0],
        tag="grad_norm",
        metric="grad_norm",
        split="",
        value=np.where(np.arange(60) < 40, np.geomspace(1, 2, 60), np.nan),
    )
    charts = charts_of(replace(run, series=(*run.series, half)))
    assert "grad_norm" in [chart.metric for chart in charts]
    assert len({(chart.x_low, chart.x_high) for chart in charts}) == 1
    by_step = replace(half, epoch=np.full(60, np.nan), step=np.arange(60) * 100)
    apart = charts_of(replace(run, series=(*run.series, by_step)))
    assert {chart.unit: chart.x_high for chart in apart} == {"epoch": 59, "step": 3900}
