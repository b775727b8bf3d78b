"""Swings of a curve of a few points: counted one by one, and what is no swing."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.zigzag import only_swings, swings


@pytest.mark.parametrize(
    ("y", "count"),
    [
        ([1.0], 0),
        ([1.0, 0.5, 0.2, 0.1], 0),  # a first fall is learning
        ([1.0, 0.5, 0.6, 0.4], 0),  # less than the step
        ([1.0, 0.5, 0.8, 0.4], 2),
        ([1.0, 0.5, 0.65, 0.8, 0.4, 0.7], 3),  # a rise may take two points
        ([0.5, 1.0, 0.5, 1.0], 3),
        ([0.0, 0.2, 0.4, 0.6], 1),
    ],
)
def test_moves_are_counted_up_and_down_in_turn(y: list[float], count: int) -> None:
    assert swings(np.array(y), 0.25) == count


@pytest.mark.parametrize(
    ("y", "holds"),
    [
        ([1.2, -0.1, 0.4, 0.6, -0.5, 0.8, -1.8, 0.4, -2.0, 1.0], True),
        ([1.0, 0.5, 0.9, 0.4, 0.9], True),
        ([1.0, 0.2, 0.5, 0.1, 2.0], False),  # its last rise is six times the earlier one
        ([1.0, 0.2, 0.5, 0.8, 1.2], False),
    ],
)
def test_a_last_rise_like_the_ones_before_is_a_swing(y: list[float], holds: bool) -> None:
    assert only_swings(np.array(y), int(np.argmin(y))) is holds


def test_a_longer_curve_is_left_to_its_noise() -> None:
    y = np.tile([0.0, 1.0], 6)
    assert not only_swings(y, 10)
    assert only_swings(y[:11], 10)
