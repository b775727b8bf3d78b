"""The chart as data: what can be read off a line, a band and an axis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.charts.spec import Band, Chart, Line


@pytest.mark.parametrize(("points", "smoothed"), [(0, False), (1, False), (2, True)])
def test_a_line_is_smoothed_if_its_smoothed_form_can_be_drawn(points: int, smoothed: bool) -> None:
    x = np.arange(3.0)
    assert Line("val", "validation", x, x, x[:points], x[:points]).is_smoothed is smoothed


def test_a_line_is_drawn_as_logged_unless_it_brings_a_smoothed_form() -> None:
    x = np.arange(3.0)
    assert not Line("lr", "learning rate", x, x).is_smoothed


def test_only_a_drop_of_the_learning_rate_is_a_band_without_a_stretch() -> None:
    assert Band("lr_drop", 3, 3, "LR ÷ 10", 3).is_drop
    assert not Band("onset", 3, 5, "onset 4", 4).is_drop


def test_an_axis_has_a_span_even_if_all_points_share_one_place() -> None:
    chart = Chart(
        id="c",
        title="",
        description="",
        x_label="",
        y_label="",
        unit="epoch",
        lines=(),
        y_low=0.0,
        y_high=1.0,
        x_low=3.0,
        x_high=8.0,
    )
    assert chart.x_span == 5
    assert replace(chart, x_high=3.0).x_span == 1
