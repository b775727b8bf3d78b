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
    edge = (100 / 0.1) ** 0.06  # of the decades, as a linear axis has it of the span
    assert (bounds.low, bounds.high) == pytest.approx((0.1 / edge, 100 * edge))


def test_a_loss_that_reaches_almost_nothing_is_drawn_from_the_lowest_value_possible() -> None:
    bounds = limits([line(np.array([1.0, 0.5, 1e-300]))])
    assert bounds.log
    assert bounds.low * DRAWABLE == pytest.approx(DRAWABLE**-0.06)


def test_what_flattens_the_rest_does_not_depend_on_the_unit() -> None:
    curve = np.r_[29.0, np.linspace(2, 1, 60)]
    for unit in (1e-3, 1.0, 1e3):
        assert limits([line(unit * curve)]).outside == pytest.approx(29 * unit)


def test_a_start_above_a_flat_rest_stays_on_the_chart() -> None:
    bounds = limits([line(np.r_[29.0, np.ones(60)])])
    assert bounds.outside is None
    assert bounds.high > 29


def test_a_high_start_is_left_outside_and_named() -> None:
    bounds = limits([line(np.r_[29.0, np.linspace(2, 1, 60)])])
    assert bounds.outside == 29
    assert 2 < bounds.high < 4


def test_a_start_four_times_as_high_as_the_rest_is_still_on_the_chart() -> None:
    later = np.r_[2.0, 2.0, 2.0, np.linspace(2, 1, 60)]
    assert limits([line(np.r_[5.0, later])]).outside is None
    assert limits([line(np.r_[5.0 + 1e-9, later])]).outside == pytest.approx(5)


def test_the_rest_below_a_clipped_start_has_a_margin_above_it() -> None:
    bounds = limits([line(np.r_[np.full(4, 290.0), np.linspace(20, 10, 56)])])
    assert bounds.outside == 290
    assert bounds.high == pytest.approx(21.5 + 0.06 * 11.5)
    assert bounds.low == pytest.approx(10 - 0.06 * 11.5)


def test_the_start_is_the_first_twentieth_and_a_point() -> None:
    longer = np.r_[np.full(5, 29.0), np.linspace(2, 1, 55)]
    assert limits([line(longer)]).outside is None
    assert limits([line(longer[1:])]).outside is None  # 59 points: a start of three
    assert limits([line(np.r_[29.0, np.linspace(2, 1, 9)])]).outside == 29
    assert limits([line(np.r_[29.0, np.linspace(2, 1, 8)])]).outside is None  # too few settle


def test_a_start_before_too_few_points_stays_on_the_chart() -> None:
    bounds = limits([line(np.r_[29.0, np.linspace(2, 1, 5)])])
    assert bounds.outside is None
    assert bounds.high > 29


@pytest.mark.parametrize("value", [0.0, 3.0, -3.0, 1e300, -1e300, 5e-324])
def test_a_constant_has_a_span(value: float) -> None:
    bounds = limits([line(np.full(20, value))])
    assert bounds.low < bounds.high
    assert np.isfinite([bounds.low, bounds.high]).all()


def test_a_constant_has_the_margin_of_its_own_size() -> None:
    bounds = limits([line(np.full(20, -3.0))])
    assert (bounds.low, bounds.high) == pytest.approx((-3.18, -2.82))
    nothing = limits([line(np.zeros(20))])
    assert (nothing.low, nothing.high) == (-1, 1)


@pytest.mark.parametrize(
    ("low", "high", "log"),
    [
        (1, 30, False),
        (1, 30.001, True),
        (0, 100, False),
        (-1, 100, False),
        (5e-324, 1, True),
        (5e-324, 40 / DRAWABLE, True),
    ],
)
def test_thirtyfold_positive_values_span_decades(low: float, high: float, log: bool) -> None:
    assert spans_decades(low, high) is log


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=40))
def test_a_gap_always_shows_zero(values: list[float]) -> None:
    bounds = around_zero(np.array(values), spans_decades=False)
    assert bounds.low < 0 < bounds.high
    assert bounds.high <= 2.2 * DRAWABLE


def test_a_gap_has_a_margin_and_a_flat_one_a_span() -> None:
    bounds = around_zero(np.array([0.0, 1.0, 2.0]), spans_decades=False)
    assert (bounds.low, bounds.high) == pytest.approx((-0.16, 2.16))
    assert not bounds.log
    flat = around_zero(np.zeros(5), spans_decades=False)
    assert (flat.low, flat.high) == (-1, 1)


def test_a_start_of_a_gap_on_the_frame_is_not_outside() -> None:
    rest = np.linspace(0, 1, 30)
    frame = around_zero(rest, spans_decades=False)
    for edge in (frame.low, frame.high):
        assert around_zero(np.r_[edge, rest], spans_decades=True).outside is None
    beyond = around_zero(np.r_[frame.high, -9.0, rest], spans_decades=True)
    assert beyond.outside == -9


def test_the_start_of_a_gap_is_its_first_tenth() -> None:
    rest = np.linspace(0, 1, 36)
    assert around_zero(np.r_[np.full(4, -9.0), rest], spans_decades=True).outside == -9
    assert around_zero(np.r_[np.full(5, -9.0), rest], spans_decades=True).outside is None


def test_the_start_of_a_gap_may_lie_outside_if_the_loss_falls_through_decades() -> None:
    gap = np.r_[-50.0, np.linspace(0, 0.1, 30)]
    assert around_zero(gap, spans_decades=True).outside == -50
    assert around_zero(gap, spans_decades=False).outside is None
