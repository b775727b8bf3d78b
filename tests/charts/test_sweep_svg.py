"""The drawings of a sweep: a mark for each run, with its verdict and row, and nothing unescaped."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from analyzer.charts.sweep_axes import Axis, Tick
from analyzer.charts.sweep_svg import Mark, parallel, progress, scatter
from analyzer.safe.names import visible

BAD = '"><script>bad()</script>\u202e'
MARKS = [Mark(0, "healthy"), Mark(1, "diverged"), Mark(2, BAD)]
RESULT = Axis("loss", (0.0, 0.5, 1.0), (Tick(0.0, "1"), Tick(1.0, BAD)))
SETTING = Axis(BAD, (0.25, None, 0.75), (Tick(0.25, BAD), Tick(0.75, "b")), kinds=2)


def test_a_scatter_has_a_point_for_each_run_with_both_values() -> None:
    svg = scatter(SETTING, RESULT, MARKS, "title")
    assert re.findall(r'data-r="(\d)"', svg) == ["0", "2"]
    points = ElementTree.fromstring(svg).findall("circle")
    assert [point.get("class") for point in points] == ["healthy", visible(BAD)]
    assert float(points[0].get("cy", 0)) > float(points[1].get("cy", 0))  # a low value is low


def test_few_scatters_are_wide_enough_to_fill_their_row() -> None:
    widths = []
    for beside in (1, 2, 3, 4):
        svg = ElementTree.fromstring(scatter(SETTING, RESULT, MARKS, "t", beside=beside))
        width = float(svg.get("viewBox", "").split()[2])
        places = [float(point.get("cx", 0)) for point in svg.findall("circle")]
        assert width / 2 < max(places) < width
        widths.append(width)
    assert widths == sorted(set(widths), reverse=True)


def test_points_of_one_value_stand_beside_each_other() -> None:
    axis = Axis("lr", (0.5,) * 3, (Tick(0.5, "1"),), kinds=1)
    points = ElementTree.fromstring(scatter(axis, RESULT, MARKS, "t")).findall("circle")
    assert len({point.get("cx") for point in points}) == 3


def test_a_line_has_a_gap_where_a_value_is_missing_and_the_best_come_last() -> None:
    axes = [SETTING, RESULT, RESULT]
    svg = parallel(axes, MARKS, frozenset({0}), "title")
    lines = [line for line in ElementTree.fromstring(svg).findall("path") if line.get("data-r")]
    assert [line.get("data-r") for line in lines] == ["2", "1", "0"]
    assert lines[-1].get("class") == "healthy top"
    assert [line.get("d", "").count("L") for line in lines] == [2, 1, 2]


def test_the_best_so_far_is_a_line_of_steps() -> None:
    result = Axis("loss", (0.5, 1.0, 0.0), (Tick(0.0, "1"),))
    for lower, heights in ((True, 2), (False, 2)):
        svg = progress(result, MARKS, ("first", BAD), "t", lower_is_better=lower)
        drawing = ElementTree.fromstring(svg)
        assert len(drawing.findall("circle")) == 3
        (line,) = [path for path in drawing.findall("path") if path.get("class") == "best"]
        ups = re.findall(r"(?:V|M\d+ )(\d+)", line.get("d", ""))
        assert len(ups) == 3
        assert len(set(ups)) == heights
        assert (int(ups[-1]) > int(ups[0])) is lower  # down the page is a lower value
        assert "<script" not in svg


def test_names_from_logs_are_text() -> None:
    for svg in (scatter(SETTING, RESULT, MARKS, BAD), parallel([SETTING], MARKS, frozenset(), BAD)):
        assert "<script" not in svg
        assert "\u202e" not in svg
        ElementTree.fromstring(svg)
