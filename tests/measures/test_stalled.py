"""A held-out curve that got no better over its second half while training went on."""

from __future__ import annotations

import numpy as np

from analyzer import synthetic
from analyzer.measures.stalled import first_as_good, has_stalled
from analyzer.stats.arrays import Floats


def stalls(val: Floats, train: Floats) -> bool:
    curves = {("train", "loss"): train, ("val", "loss"): val}
    return has_stalled(synthetic.of_curves("run", curves), "loss", at_least=10)


def test_a_second_half_that_brought_nothing_while_training_fell_has_stalled() -> None:
    time = np.arange(40)
    val = 1 + 0.5 * np.exp(-time / 4) + 0.002 * np.maximum(time - 15, 0)
    assert stalls(val, np.exp(-time / 30))
    assert not stalls(val, np.full(40, 0.5))  # training did not fall either
    assert not stalls(1 + np.exp(-time / 20), np.exp(-time / 30))  # still falls
    assert not stalls(val[:9], np.exp(-time / 3)[:9])  # too few points


def test_a_curve_that_jitters_by_more_than_training_fell_has_not_stalled() -> None:
    time = np.arange(40)
    val = np.where(time % 2, 1.0, 2.0)
    assert not stalls(val, 0.8 ** (time / 30))
    assert stalls(np.full(40, 1.0), 0.8 ** (time / 10))


def test_a_curve_that_rises_after_its_lowest_point_is_as_good_near_that_point() -> None:
    y = np.array([1.0, 0.5, 0.2, 0.1, 0.02, 0.0, 0.02, 0.05, 0.1, 0.2])
    assert first_as_good(y, 5, reach=0.03) == (4, 4, 5)
    assert first_as_good(y, 5, reach=0.1) == (3, 2, 5)


def test_a_level_end_begins_where_the_curve_is_as_low_as_all_of_its_second_half() -> None:
    y = np.array([1.0, 0.5, 0.04, 0.03, 0.0, 0.02, 0.01, 0.03, 0.02, 0.0])
    at, low, high = first_as_good(y, 5, reach=0.5)
    assert (at, low, high) == (3, 2, 4)
