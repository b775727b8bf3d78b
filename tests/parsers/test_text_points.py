"""The columns of console output become points: a step for each, and a value once at each place."""

from __future__ import annotations

import numpy as np

from analyzer.parsers._text_points import points_of
from analyzer.parsers._text_rows import Column
from analyzer.parsers._text_scan import Key


def column(values: list[float], epoch: list[float], step: list[float]) -> Column:
    """Return a column whose values stand on every second line."""
    rows = 2 * np.arange(len(values))
    return Column(Key("value", "loss"), rows, np.array(values), np.array(epoch), np.array(step))


def test_the_step_is_that_of_the_log_or_else_the_epoch_or_else_the_order() -> None:
    nan = [np.nan] * 3
    (by_step,) = points_of([column([3, 2, 1], [1, 1, 2], [10, 20, 30])])
    assert by_step.step.tolist() == [10, 20, 30]
    (by_epoch,) = points_of([column([3, 2, 1], [1, 2, 3], nan)])
    assert by_epoch.step.tolist() == [1, 2, 3]
    (by_order,) = points_of([column([3, 2, 1], nan, nan)])
    assert by_order.step.tolist() == [0, 1, 2]


def test_a_value_printed_twice_at_one_place_counts_once() -> None:
    (points,) = points_of([column([3, 2, 2, 1], [1, 2, 2, 3], [np.nan] * 4)])
    assert points.value.tolist() == [3, 2, 1]
    assert points.place is not None
    assert points.place.tolist() == [0, 2, 6]


def test_a_stretch_that_begins_again_repeats_nothing() -> None:
    (points,) = points_of([column([3, 2, 3, 2], [1, 2, 1, 2], [np.nan] * 4)])
    assert points.value.tolist() == [3, 2, 3, 2]
