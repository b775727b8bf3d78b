"""The interval of the lowest point of a held-out curve, between its evaluations too."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.measures.cost import Cost, cost_of
from analyzer.measures.lowest_interval import MOST_PLACES, lowest_interval
from analyzer.model.series import Curve


def cost(step: list[int], value: list[float], split: str) -> Cost:
    points = len(step)
    curve = Curve(
        metric="loss",
        split=split,
        tag=split,
        step=np.array(step),
        epoch=np.full(points, np.nan),
        wall_time=np.full(points, np.nan),
        value=np.array(value),
    )
    return cost_of(curve, 1000, by_step=True)


def valley(every: int, first: int) -> tuple[Cost, Cost]:
    """Return a cost with its minimum at step 34, evaluated rarely, and training at every step."""
    val = list(range(first, 101, every))
    train = list(range(1, 101))
    loss = [float(np.exp(((step - 34) / 40) ** 2)) for step in val]
    return cost(val, loss, "val"), cost(train, [1 / step for step in train], "train")


@pytest.mark.parametrize(("every", "first"), [(20, 10), (10, 5), (5, 1)])
def test_a_minimum_between_two_evaluations_lies_inside(every: int, first: int) -> None:
    val, train = valley(every, first)
    low, high = lowest_interval(val, train, 10_000)
    truth = (34 - first) / every + 1
    assert low <= truth <= high
    assert high - low < 4  # evaluations


def test_without_training_only_evaluations_can_be_lowest() -> None:
    val, _ = valley(20, 10)
    assert set(lowest_interval(val, None, 10_000)) <= set(val.t)


def test_a_long_curve_leaves_no_place_for_others() -> None:
    val, train = valley(1, 1)
    assert len(val.t) == 100 < MOST_PLACES
    assert set(lowest_interval(val, train, 10_000)) <= set(val.t)
