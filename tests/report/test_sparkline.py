"""A curve in one line: its shape, its gaps, its ends."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.series import Curve
from analyzer.report.sparkline import sparkline, sparklines
from analyzer.stats.arrays import Floats
from analyzer.text import words


def curve(value: Floats) -> Curve:
    return synthetic.of_curves("x", {("train", "loss"): value}).curve("loss", "train")


def test_a_straight_line_climbs_bar_by_bar() -> None:
    assert sparkline(curve(np.arange(1.0, 9.0)), 40) == "▁▂▃▄▅▆▇█"


def test_a_long_curve_is_drawn_by_the_mean_of_each_column() -> None:
    assert sparkline(curve(np.repeat([3.0, 1.0], 5000)), 10) == "█████▁▁▁▁▁"


def test_values_that_are_not_finite_are_crosses() -> None:
    assert sparkline(curve(np.array([2.0, 1.0, np.nan, np.inf])), 4) == "█▁××"


def test_a_constant_is_flat() -> None:
    assert sparkline(curve(np.ones(5)), 5) == "▁▁▁▁▁"


def test_a_fall_through_decades_keeps_its_shape() -> None:
    assert len(set(sparkline(curve(np.geomspace(1e4, 1e-2, 8)), 8))) == 8


@pytest.mark.parametrize("lang", ["en", "es"])
def test_each_curve_gets_a_line_that_fits(lang: str) -> None:
    lines = sparklines(diagnose(synthetic.overfitting(2).run), words(lang), 92)
    assert len(lines) == 4
    assert all(len(line) <= 92 for line in lines)


def test_a_peak_of_one_point_is_drawn_as_high_as_it_was() -> None:
    value = np.r_[np.linspace(3.6, 3.0, 3000), 35_643.0, np.linspace(3.0, 1.0, 999)]
    bars = sparkline(curve(value), 40)
    assert bars.index("█") == 30
    assert bars.count("█") == 1
