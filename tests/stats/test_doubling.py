"""What twice the length does to a loss: less than its slope says, inside ranges."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.doubling import LARGEST, falling, shrunk, standing


def test_a_small_fall_goes_on_and_a_steep_one_does_not() -> None:
    assert falling(0.01).fall == pytest.approx(0.01, rel=0.02)
    assert falling(1.0).fall == pytest.approx(LARGEST * (1 - np.exp(-2)))
    assert falling(50.0).fall <= LARGEST


def test_more_slope_never_promises_less() -> None:
    falls = [falling(slope).fall for slope in np.linspace(0, 3, 50)]
    assert (np.diff(falls) > 0).all()


def test_a_rise_is_promised_nothing() -> None:
    assert falling(-0.2).fall == 0
    assert shrunk(-1.0, LARGEST) == 0


@pytest.mark.parametrize("doubled", [falling(0.0), falling(0.3), standing(0.0), standing(-0.2)])
def test_a_higher_level_holds_the_range_of_a_lower_one(doubled) -> None:
    low = [doubled.ranges[level].low for level in (90, 80, 50)]
    high = [doubled.ranges[level].high for level in (50, 80, 90)]
    ends = [*low, doubled.fall, *high]
    assert ends == sorted(ends)


def test_a_run_that_stands_still_has_a_narrow_range_around_no_change() -> None:
    still, moving = standing(0.0), standing(0.3)
    assert still.fall == moving.fall == 0
    assert still.ranges[90].high - still.ranges[90].low < 0.01
    assert moving.ranges[90].high - moving.ranges[90].low > 0.5


def test_a_movement_counts_without_its_direction() -> None:
    assert standing(0.3) == standing(-0.3)
