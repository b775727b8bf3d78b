"""Figures: what is drawn for each part of a chart, by artist."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes

from analyzer.charts.mpl import draw_chart, draw_spreads, new_figure, save, settings
from analyzer.charts.spec import Band, Chart, Line, Point
from analyzer.charts.spread import Spread
from analyzer.charts.styles import STYLES
from analyzer.text import words

PAPER = STYLES["paper"]
X = np.arange(20.0)


def chart_of(*lines: Line, log: bool = False) -> Chart:
    return Chart(
        id="c",
        title="Loss",
        description="",
        x_label="epoch",
        y_label="loss",
        unit="epoch",
        lines=lines,
        y_low=1.0,
        y_high=100.0 if log else 3.0,
        log_y=log,
        bands=(
            Band("onset", 8, 12, "onset 10", 10, finding=0),
            Band("lr_drop", 5, 5, "LR ÷ 10", 5),
        ),
        points=(Point("val", 15, 1.2, "best 1.2"),),
        x_low=0.0,
        x_high=19.0,
    )


def drawn(chart: Chart) -> Axes:
    with settings(PAPER):
        figure, (axes,) = new_figure(PAPER, 3.3)
        draw_chart(axes, chart, PAPER, words("en"))
        figure.canvas.draw()
    return axes


def smoothed(name: str = "validation") -> Line:
    return Line("val", name, X, 2 + np.sin(X), X, np.full(20, 2.0))


def test_a_smoothed_line_is_bold_over_its_faint_raw_one() -> None:
    raw, smooth, *_ = drawn(chart_of(smoothed())).lines
    assert raw.get_alpha() == 0.4
    assert raw.get_linewidth() < smooth.get_linewidth() == PAPER.line
    assert smooth.get_color() == PAPER.roles["val"]


def test_a_line_without_a_smoothed_form_is_drawn_in_full() -> None:
    raw, *_ = drawn(chart_of(Line("lr", "learning rate", X, X))).lines
    assert raw.get_alpha() == 1
    assert raw.get_linewidth() == PAPER.line


def test_marks_are_labelled_and_a_drop_is_a_line_alone() -> None:
    axes = drawn(chart_of(smoothed()))
    assert [text.get_text() for text in axes.texts] == ["onset 10", "best 1.2"]
    assert len(axes.patches) == 1  # the stretch of the onset
    assert [text.get_ha() for text in axes.texts] == ["right", "right"]


def test_the_axis_follows_the_chart() -> None:
    axes = drawn(chart_of(smoothed(), log=True))
    assert axes.get_yscale() == "log"
    assert axes.get_ylim() == (1, 100)
    assert axes.get_xlabel() == "epoch"
    labels = [label.get_text() for label in axes.get_yticklabels() if label.get_text()]
    assert {"1", "2", "5", "10"} <= set(labels)


def test_a_name_that_begins_with_an_underscore_is_not_hidden() -> None:
    legend = drawn(chart_of(smoothed("_secret $x$"))).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["\N{WORD JOINER}_secret $x$"]


def test_repeats_have_a_band_and_a_single_run_has_none() -> None:
    mean = np.linspace(2, 1, 20)
    repeats = Spread("a", X, mean, np.full(20, 0.1), 3, cut=False)
    single = Spread("b", X, mean, None, 1, cut=False)
    with settings(PAPER):
        _, (axes,) = new_figure(PAPER, 3.3)
        draw_spreads(axes, chart_of(smoothed()), [repeats, single], PAPER, words("es"))
    assert len(axes.collections) == 1
    assert [line.get_color() for line in axes.lines] == list(PAPER.sides[:2])
    assert [line.is_dashed() for line in axes.lines] == [False, True]


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_figure_is_saved_to_the_same_bytes(kind: str) -> None:
    first, second = (drawn(chart_of(smoothed())).figure for _ in range(2))
    assert save(first, kind, PAPER) == save(second, kind, PAPER)


def test_settings_of_the_caller_come_back() -> None:
    before = mpl.rcParams["font.size"]
    with settings(STYLES["talk"]):
        assert mpl.rcParams["font.size"] == 16
    assert mpl.rcParams["font.size"] == before
