"""The logistic curve."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.stats.logistic import logistic


@given(st.floats(-30, 30), st.floats(-10, 10), st.floats(-10, 10))
def test_the_logistic_curve_is_the_odds_written_out(
    margin: float, slope: float, intercept: float
) -> None:
    odds = math.exp(slope * margin + intercept)
    assert logistic(margin, slope, intercept) == pytest.approx(odds / (1 + odds))


@pytest.mark.parametrize(("odds", "share"), [(1, 0.5), (3, 0.75), (1 / 9, 0.1), (99, 0.99)])
def test_log_odds_have_their_share(odds: float, share: float) -> None:
    assert logistic(math.log(odds) / 2, 2.0, 0.0) == pytest.approx(share)
    assert logistic(0.0, 2.0, math.log(odds)) == pytest.approx(share)


def test_a_margin_beyond_all_numbers_is_sure() -> None:
    assert logistic(1e300, 1.0, 0.0) == 1
    assert logistic(-1e300, 1.0, 0.0) == pytest.approx(0, abs=1e-200)
