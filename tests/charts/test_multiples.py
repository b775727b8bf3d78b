"""Small multiples: whole relative steps, labels that do not meet, names escaped."""

from __future__ import annotations

import re

import numpy as np

from analyzer.charts.multiples import panel, path_of
from analyzer.charts.sweep_axes import Axis, Tick
from analyzer.charts.sweep_svg import Mark

AXIS = Axis("loss", (), tuple(Tick(place, f"{place:g}") for place in (0.0, 0.05, 0.5, 1.0)))


def ends(path: str) -> tuple[list[int], list[int]]:
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    points = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)
    return points[0].tolist(), points[-1].tolist()


def test_a_path_goes_from_the_first_to_the_last_place() -> None:
    path = path_of(np.linspace(0, 1, 48), np.linspace(1, 0, 48))
    assert ends(path) == ([44, 8], [234, 112])
    assert len(path) < 48 * 6


def test_a_panel_has_a_line_for_each_run_and_labels_that_do_not_meet() -> None:
    lines = [(Mark(3, "healthy"), "M0 0l1 1"), (Mark(5, "plateau"), "M0 0l2 2")]
    drawn = panel(lines, AXIS, ("0", "59"), "loss <b>")
    assert '<path class="healthy" data-r="3" d="M0 0l1 1"/>' in drawn
    assert re.findall(r'class="tick"[^>]*>([^<]*)<', drawn) == ["0", "0.5", "1", "0", "59"]
    assert 'aria-label="loss &lt;b&gt;"' in drawn
