"""Bounds of the y axis: everything is visible, except a start that would flatten the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.charts.limits import DRAWABLE, around_zero, limits, spans_decades
from analyzer.charts.spec import Line
from analyzer.stats.arrays import Floats


def line(y: Floats) -> Line:
    return Line("val", "validation", np.arange(float(len(y))), y)


def test_all_values_lie_within_with_a_margin() -> None:
    bounds = limits([line(np.linspace(2, 1, 30)), line(np.linspace(1.8, 0.5, 30))])
    assert bounds.low == pytest.approx(0.5 - 0.06 * 1.5)
    assert bounds.high == pytest.approx(2 + 0.06 * 1.5)
    assert not bounds.log
    assert bounds.outside is None


def test_a_fall_through_decades_gets_a_logarithmic_axis() -> None:
    bounds = limits([line(np.geomspace(100, 0.1, 30))])
    assert bounds.log
    assert 0 < bounds.low < 0.1
    assert bounds.high > 100


def test_a_high_start_is_left_outside_and_named() -> None:
    bounds = limits([line(np.r_[29.0, np.linspace(2, 1, 60)])])
    assert bounds.outside == 29
    assert 2 < bounds.high < 4


def test_a_start_before_too_few_points_stays_on_the_chart() -> None:
    bounds = limits([line(np.r_[29.0, np.linspace(2, 1, 5)])])
    assert bounds.outside is None
    assert bounds.high > 29


@pytest.mark.parametrize("value", [0.0, 3.0, -3.0, 1e300, -1e300, 5e-324])
def test_a_constant_has_a_span(value: float) -> None:
    bounds = limits([line(np.full(20, value))])
    assert bounds.low < bounds.high
    assert np.isfinite([bounds.low, bounds.high]).all()


@pytest.mark.parametrize(
    ("low", "high", "log"),
    [(1, 29, False), (1, 31, True), (0, 100, False), (-1, 100, False), (5e-324, 1, True)],
)
def test_thirtyfold_positive_values_span_decades(low: float, high: float, log: bool) -> None:
    assert spans_decades(low, high) is log


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=40))
def test_a_gap_always_shows_zero(values: list[float]) -> None:
    bounds = around_zero(np.array(values), spans_decades=False)
    assert bounds.low < 0 < bounds.high
    assert bounds.high <= 2.2 * DRAWABLE


def test_the_start_of_a_gap_may_lie_outside_if_the_loss_falls_through_decades() -> None:
    gap = np.r_[-50.0, np.linspace(0, 0.1, 30)]
    assert around_zero(gap, spans_decades=True).outside == -50
    assert around_zero(gap, spans_decades=False).outside is None
