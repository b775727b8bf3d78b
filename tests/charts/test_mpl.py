"""Figures: what is drawn for each part of a chart, by artist."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

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
        figure.draw_without_rendering()  # lays everything out
    return axes


def boxes(axes: Axes) -> list[Bbox]:
    """Return where the labels of the marks stand, in pixels."""
    return [text.get_window_extent() for text in axes.texts]


def letter(axes: Axes) -> float:
    """Return the size of the font in pixels."""
    return PAPER.font / 72 * float(axes.figure.dpi)


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


def words_on(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_marks_are_labelled_and_a_drop_is_a_line_alone() -> None:
    axes = drawn(chart_of(smoothed()))
    assert words_on(axes) == ["best 1.2", "onset 10", "validation"]
    assert len(axes.patches) == 1  # the stretch of the onset


def test_the_values_are_named_where_the_smoothed_line_is_behind_them() -> None:
    behind = replace(smoothed(), is_behind=True)
    early = Line("train", "training", X[:10], X[:10])  # so that there is a legend
    handle = drawn(chart_of(behind, early)).get_legend().get_lines()[0]
    assert handle.get_alpha() is None


def test_the_axis_follows_the_chart() -> None:
    axes = drawn(chart_of(smoothed(), log=True))
    assert axes.get_yscale() == "log"
    assert axes.get_ylim() == (1, 100)
    assert axes.get_xlabel() == "epoch"
    labels = [label.get_text() for label in axes.get_yticklabels() if label.get_text()]
    assert {"1", "2", "5", "10"} <= set(labels)


def test_an_axis_of_fewer_than_three_powers_of_ten_has_labels_between_them() -> None:
    chart = replace(chart_of(smoothed(), log=True), y_low=0.013, y_high=3.3)
    labels = [label.get_text() for label in drawn(chart).get_yticklabels() if label.get_text()]
    assert {"0.02", "0.1", "0.5", "1"} <= set(labels)


def test_a_name_that_begins_with_an_underscore_is_not_hidden() -> None:
    *_, name = words_on(drawn(chart_of(smoothed("_secret $x$"))))
    assert name == "\N{WORD JOINER}_secret $x$"


def test_repeats_have_a_band_and_a_single_run_has_none() -> None:
    mean = np.linspace(2, 1, 20)
    repeats = Spread("a", X, mean, mean - 0.1, mean + 0.1, 3, cut=False)
    single = Spread("b", X, mean, None, None, 1, cut=False)
    with settings(PAPER):
        _, (axes,) = new_figure(PAPER, 3.3)
        draw_spreads(axes, chart_of(smoothed()), [repeats, single], PAPER, words("es"))
    assert len(axes.collections) == 1
    assert [line.get_color() for line in axes.lines] == list(PAPER.sides[:2])
    assert [line.is_dashed() for line in axes.lines] == [False, True]


def test_the_stretch_of_a_finding_is_faint_and_behind_the_curves() -> None:
    axes = drawn(chart_of(smoothed()))
    (stretch,) = axes.patches
    curves = [line for line in axes.lines if line.get_color() == PAPER.roles["val"]]
    onset, drop = (line for line in axes.lines if line.get_color() in (PAPER.ink, PAPER.quiet))
    assert stretch.get_alpha() < 0.1
    assert stretch.get_linewidth() == 0
    assert stretch.get_zorder() < onset.get_zorder() < min(line.get_zorder() for line in curves)
    assert drop.get_linewidth() < onset.get_linewidth() < PAPER.line
    assert onset.is_dashed()
    assert drop.is_dashed()


def test_a_finding_at_a_single_point_has_a_line_and_no_stretch() -> None:
    point = Band("onset", 8, 8, "onset 8", 8, finding=0)
    axes = drawn(replace(chart_of(smoothed()), bands=(point,)))
    assert not axes.patches
    assert [line.get_xdata()[0] for line in axes.lines if line.get_color() == PAPER.ink] == [8]


def test_the_labels_of_two_findings_stand_in_rows_above_the_axes() -> None:
    onsets = tuple(Band("onset", at, at, f"onset {at}", at, finding=0) for at in (4, 5))
    axes = drawn(replace(chart_of(smoothed()), bands=onsets, points=()))
    first, second, _ = boxes(axes)
    line = 1.3 * letter(axes)
    assert second.y0 - first.y0 == pytest.approx(line, abs=1)
    assert 0 <= first.y0 - axes.bbox.y1 < line


def test_labels_that_keep_their_distance_share_a_row() -> None:
    axes = drawn(replace(chart_of(smoothed()), points=(Point("val", 1, 1.2, "best 1.2"),)))
    best, onset, _ = boxes(axes)
    assert best.y0 == pytest.approx(onset.y0)
    assert best.x1 < onset.x0


def test_a_label_stands_beside_the_line_of_its_mark_and_inside_the_axes() -> None:
    axes = drawn(replace(chart_of(smoothed()), points=(Point("val", 18, 1.2, "best 1.2"),)))
    best, onset, _ = boxes(axes)
    at = axes.transData.transform((10, 0))[0]
    assert 0 < onset.x0 - at < letter(axes)
    at = axes.transData.transform((18, 0))[0]  # no room to its right
    assert 0 < at - best.x1 < letter(axes)


def test_axes_of_a_caller_reach_higher_for_the_labels() -> None:
    with settings(PAPER):
        figure = Figure(figsize=(3.3, 2))
        axes = figure.subplots()
        draw_chart(axes, chart_of(smoothed()), PAPER, words("en"))
        figure.draw_without_rendering()
    top = axes.transData.transform((0, 3.0))[1]
    assert all(top <= box.y0 < box.y1 <= axes.bbox.y1 for box in boxes(axes))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["validation"]


def test_lines_are_named_at_their_ends_in_their_colours() -> None:
    low = Line("train", "training", X, np.full(20, 1.2))
    axes = drawn(chart_of(low, smoothed()))
    *_, first, second = axes.texts
    assert axes.get_legend() is None
    assert [first.get_text(), second.get_text()] == ["training", "validation"]
    assert first.get_color() == PAPER.roles["train"]
    for text, y in ((first, 1.2), (second, 2.0)):
        box = text.get_window_extent()
        assert axes.bbox.x1 < box.x0 < box.x1 <= axes.figure.bbox.x1
        middle = axes.transData.transform((0, y))[1]
        assert (box.y0 + box.y1) / 2 == pytest.approx(middle, abs=letter(axes) / 2)


def test_a_line_that_ends_early_and_many_that_end_together_are_named_in_a_legend() -> None:
    early = Line("train", "training", X[:10], X[:10] / 10 + 1)
    assert drawn(chart_of(early, smoothed())).get_legend() is not None
    close = [Line(f"side-{at}", f"run {at}", X, np.full(20, 2 + at / 100)) for at in range(6)]
    assert len(drawn(chart_of(*close)).get_legend().get_texts()) == 6


def test_the_legend_stands_above_the_labels_of_the_marks() -> None:
    early = Line("train", "training", X[:10], X[:10])
    axes = drawn(chart_of(early, smoothed()))
    legend = axes.get_legend()
    box = legend.get_window_extent()
    assert max(label.y1 for label in boxes(axes)) <= box.y0 < axes.bbox.y1 + 4 * letter(axes)
    assert box.x0 == pytest.approx(axes.bbox.x0, abs=letter(axes))
    first, second = (text.get_window_extent() for text in legend.get_texts())
    assert first.y0 == pytest.approx(second.y0)  # one row holds both


def test_names_that_do_not_fit_beside_each_other_are_listed_below_each_other() -> None:
    lines = [smoothed(f"a run with a name of its own, number {index}") for index in range(3)]
    axes = drawn(chart_of(*lines))
    bottoms = [text.get_window_extent().y0 for text in axes.get_legend().get_texts()]
    assert bottoms == sorted(set(bottoms), reverse=True)
    assert axes.get_legend().get_window_extent().x1 < axes.figure.bbox.x1


@pytest.mark.parametrize("last", [19, 4000, 1_000_000])
def test_the_labels_of_the_x_axis_are_whole_reach_the_end_and_keep_their_distance(
    last: int,
) -> None:
    axes = drawn(replace(chart_of(smoothed()), x_high=float(last)))
    labels = [label for label in axes.get_xticklabels() if label.get_text()]
    shown = [label.get_window_extent() for label in labels]
    inside = [box for box in shown if axes.bbox.x0 <= (box.x0 + box.x1) / 2 <= axes.bbox.x1]
    assert 3 <= len(inside) <= 10
    places = [label.get_position()[0] for label in labels]
    assert all(float(place).is_integer() for place in places)
    assert places[-1] == last
    gaps = [right.x0 - left.x1 for left, right in pairwise(inside)]
    assert min(gaps) > 0.5 * letter(axes)
    assert 0 < axes.get_xlim()[1] - last < 0.02 * last


def test_each_further_panel_makes_a_figure_as_much_higher() -> None:
    single, _ = new_figure(PAPER, 3.3)
    double, panels = new_figure(PAPER, 3.3, panels=2)
    assert single.get_size_inches().tolist() == pytest.approx([3.3, 3.3 * 0.62])
    assert double.get_size_inches().tolist() == pytest.approx([3.3, 2 * 3.3 * 0.62])
    assert len(panels) == 2


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_a_figure_is_saved_to_the_same_bytes(kind: str) -> None:
    first, second = (drawn(chart_of(smoothed())).figure for _ in range(2))
    assert save(first, kind, PAPER) == save(second, kind, PAPER)


def test_settings_of_the_caller_come_back() -> None:
    before = mpl.rcParams["font.size"]
    with settings(STYLES["talk"]):
        assert mpl.rcParams["font.size"] == 16
    assert mpl.rcParams["font.size"] == before
