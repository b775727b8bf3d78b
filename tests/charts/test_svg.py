"""The drawing: well-formed, escaped, small, true to the extremes of every pixel column."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from analyzer.charts.frame import LEFT, Frame
from analyzer.charts.spec import Band, Chart, Line, Point
from analyzer.charts.svg import Worded, draw
from analyzer.resources import folder
from analyzer.stats.arrays import Floats


def chart_of(y: Floats, name: str = "validation") -> Chart:
    x = np.arange(len(y), dtype=float)
    line = Line("val", name, x, y, x, y)
    span = float(np.ptp(y)) or 1.0
    low, high = float(y.min()) - 0.1 * span, float(y.max()) + 0.1 * span
    return Chart(
        id="c",
        title="Loss",
        description="a loss",
        x_label="epoch",
        y_label="loss",
        unit="epoch",
        lines=(line,),
        y_low=low,
        y_high=high,
        x_low=0.0,
        x_high=float(len(y) - 1),
    )


def drawn(chart: Chart) -> str:
    return draw(Worded("en", chart, lambda value, step, narrow: f"{value:g}"))


def heights(markup: str) -> list[float]:
    """Return every y that the raw path touches."""
    (path,) = re.findall(r'class="raw val line-0" d="([^"]+)"', markup)
    y = 0.0
    touched = []
    for command, numbers in re.findall(r"([MLlVv])([^MLlVv]*)", path):
        last = float(re.findall(r"-?\d+(?:\.\d+)?", numbers)[-1])
        y = y + last if command.islower() else last
        touched.append(y)
    return touched


def test_the_drawing_is_well_formed_xml_with_a_title_and_a_description() -> None:
    root = ET.fromstring(drawn(chart_of(np.linspace(2, 1, 50))))
    (picture,) = root
    assert picture.attrib["role"] == "img"
    assert [child.tag for child in picture][:2] == ["title", "desc"]
    assert picture.attrib["aria-labelledby"] == "c_t c_d"


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", 'a" onload="x', "a&b", "nul\0 and \x1b[31m escape"]
)
def test_names_are_text_everywhere(name: str) -> None:
    marks = {"bands": (Band("onset", 3, 5, name, 4),), "points": (Point("val", 3, 1.5, name),)}
    words = dict.fromkeys(("title", "description", "x_label", "y_label", "note"), name)
    chart = replace(chart_of(np.linspace(2, 1, 50), name), **words, **marks)
    root = ET.fromstring(drawn(chart))
    tags = {child.tag for child in root.iter()}
    assert tags <= {"svg", "title", "desc", "path", "text", "clipPath", "rect", "g", "circle", "a"}
    for child in root.iter():
        assert not [key for key in child.attrib if key.startswith("on")]


def test_a_spike_of_one_point_in_a_hundred_thousand_is_drawn() -> None:
    y = np.ones(100_000)
    y[54_321] = 7.0
    calm, spiked = chart_of(np.ones(100_000)), chart_of(y)
    top = min(heights(drawn(spiked)))
    assert top < min(heights(drawn(replace(calm, y_low=spiked.y_low, y_high=spiked.y_high)))) - 100


@pytest.mark.parametrize("points", [300, 40_000])
def test_a_curve_short_or_long_spans_the_plot(points: int) -> None:
    chart = chart_of(np.linspace(3, 1, points))
    root = ET.fromstring(drawn(chart))
    (path,) = [child.attrib["d"] for child in root.iter() if "raw" in child.get("class", "")]
    first = float(re.findall(r"M(-?[\d.]+)", path)[0])
    moves = re.findall(r"([Ll])(-?[\d.]+)", path)
    x = first
    for command, number in moves:
        x = x + float(number) if command == "l" else float(number)
    assert (first, x) == pytest.approx((LEFT, LEFT + Frame(chart).plot), abs=2)


def test_long_curves_cost_no_more_than_a_few_kilobytes() -> None:
    noisy = np.random.default_rng(0).standard_normal(100_000) + 5
    assert len(drawn(chart_of(noisy))) < 16_000


def test_two_curves_differ_by_class_and_the_style_sheet_gives_each_its_dash() -> None:
    style = (folder("report_templates") / "chart.css").read_text(encoding="utf-8")
    assert ".smooth.train { stroke-dasharray" in style
    assert ".smooth.test { stroke-dasharray" in style
    assert ".smooth.val { stroke-dasharray" not in style


def test_everything_stays_within_the_picture() -> None:
    chart = chart_of(np.linspace(2, 1, 50))
    for value in re.findall(r' x="([-\d.]+)"', drawn(chart)):
        assert 0 <= float(value) <= chart.width


def test_one_point_is_a_dot() -> None:
    assert "<circle" in drawn(chart_of(np.array([1.0])))


def test_what_leaves_the_chart_is_marked_at_its_edge() -> None:
    chart = chart_of(np.r_[29.0, np.linspace(2, 1, 60)])
    clipped = replace(chart, y_low=0.9, y_high=2.2, note="off the chart: 29")
    assert drawn(clipped).count('class="outside val"') == 1
    assert "off the chart: 29" in drawn(clipped)
    assert 'class="outside' not in drawn(chart)


def test_two_languages_share_the_lines_and_differ_in_the_words() -> None:
    chart = chart_of(np.linspace(2, 1, 50))
    spanish = replace(chart, title="Pérdida", x_label="época")
    both = draw(
        Worded("en", chart, lambda value, step, narrow: f"{value:g}"),
        Worded("es", spanish, lambda value, step, narrow: f"{value:g}".replace(".", ",")),
    )
    root = ET.fromstring(both)
    assert both.count('class="raw val line-0"') == 1
    assert [title.attrib["lang"] for title in root.iter("title")] == ["en", "es"]
    assert '<tspan lang="en">epoch</tspan><tspan lang="es">época</tspan>' in both
    assert '<tspan lang="en">1.2</tspan><tspan lang="es">1,2</tspan>' in both
    assert ">20</text>" in both  # a whole number is the same in both


def test_the_label_of_a_finding_leads_to_it() -> None:
    chart = replace(
        chart_of(np.linspace(2, 1, 50)), bands=(Band("onset", 3, 5, "onset 4", 4, finding=2),)
    )
    root = ET.fromstring(drawn(chart))
    (_, link) = root  # beside the picture, which hides what it holds from a screen reader
    assert link.tag == "a"
    assert link.attrib["href"] == "#finding-2"


@pytest.mark.parametrize(
    ("at", "anchor"), [(0, "start"), (59.9, "start"), (60, "end"), (100, "end")]
)
def test_a_label_stands_where_there_is_room_beside_its_place(at: float, anchor: str) -> None:
    chart = chart_of(np.linspace(2, 1, 101))
    marked = replace(chart, bands=(Band("onset", at, at, "onset", at),))
    (label,) = re.findall(r'<text class="mark onset"[^>]*>', drawn(marked))
    assert f'text-anchor="{anchor}"' in label


def test_labels_stand_above_the_plot_each_in_its_row() -> None:
    bands = (
        Band("lr_drop", 10, 10, "LR ÷ 10", 10),
        Band("onset", 3, 5, "onset 4", 4),
        Band("span", 3, 50, "flat from 3"),
    )
    plain = chart_of(np.linspace(2, 1, 50))
    chart = replace(plain, bands=bands, points=(Point("val", 4, 1.9, "best 1.9"),), note="off: 9")
    markup = drawn(chart)
    rows = [float(y) for y in re.findall(r'class="(?:mark|note)[^>]* y="([\d.]+)"', markup)]
    assert len(set(rows)) == 5
    assert max(rows) < Frame(chart).top
    assert min(np.diff(sorted(rows))) >= 12
    assert chart.label_rows == 5
    assert plain.label_rows == 1


def test_a_point_is_joined_to_its_label() -> None:
    chart = replace(chart_of(np.linspace(2, 1, 50)), points=(Point("val", 4, 1.9, "best 1.9"),))
    (circle,) = re.findall(r'<circle class="best val"[^>]* cx="([\d.]+)"', drawn(chart))
    assert f'class="leader" data-point="0" d="M{circle} ' in drawn(chart)


def test_the_labels_of_line_ends_keep_clear_of_each_other() -> None:
    chart = chart_of(np.linspace(2, 1, 50))
    (line,) = chart.lines
    pair = replace(chart, lines=(line, line), ends=("training 1", "validation 1"), right=150)
    first, second = (float(y) for y in re.findall(r'class="end[^>]* y="([\d.]+)"', drawn(pair)))
    assert second - first >= 15
    assert drawn(replace(pair, ends=("", "validation 1"))).count('class="end') == 1
    assert 'class="end' not in drawn(chart)


def test_the_last_place_of_the_axis_is_labelled() -> None:
    chart = chart_of(np.linspace(2, 1, 80))
    labels = re.findall(r'text-anchor="middle">(\d+)</text>', drawn(chart))
    assert labels == ["0", "20", "40", "60", "79"]


def test_a_wider_chart_has_more_ticks_and_a_path_no_longer() -> None:
    noisy = np.random.default_rng(0).standard_normal(100_000) + 5
    chart = chart_of(noisy)
    wide = replace(chart, width=1160)
    assert drawn(wide).count('class="tick"') > drawn(chart).count('class="tick"')
    assert len(drawn(wide)) < 1.2 * len(drawn(chart))


def luminance(colour: list[float]) -> float:
    linear = []
    for part in colour:
        share = part / 255
        linear.append(share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4)
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def channels(colour: str) -> list[float]:
    whole = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    return [float(int(whole[place : place + 2], 16)) for place in (0, 2, 4)]


def test_a_logged_curve_has_a_contrast_of_three_to_one_in_both_themes() -> None:
    """The ratio of WCAG 2.2, success criterion 1.4.11."""
    style = (folder("report_templates") / "chart.css").read_text(encoding="utf-8")
    (opacity,) = re.findall(r"\.raw \{ stroke-width: 1; opacity: ([.\d]+)", style)
    themes = re.findall(r":root \{([^}]*--train[^}]*)\}", style)
    assert len(themes) == 2
    for theme in themes:
        colours = dict(re.findall(r"--(\w+): #(\w+)", theme))
        paper = channels(colours["paper"])
        for role in ("train", "val", "test", "gap", "lr"):
            line = channels(colours[role])
            drawn_as = np.array(line) * float(opacity) + np.array(paper) * (1 - float(opacity))
            pair = sorted((luminance(list(drawn_as)), luminance(paper)))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3, role


def test_a_label_that_is_too_long_in_one_language_stands_in_the_other() -> None:
    chart = replace(chart_of(np.linspace(2, 1, 9)), ends=("validation 1",), right=100)
    other = replace(chart, ends=(), right=0)

    def number(value: float, step: float, narrow: bool) -> str:
        return f"{value:g}"

    shown = draw(Worded("en", chart, number), Worded("es", other, number))
    assert '<tspan lang="en">validation 1</tspan><tspan lang="es"></tspan>' in shown
