"""The lowest of a few evaluations: the rise after it, what came back, what training did."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.errors import NotApplicable
from analyzer.measures.few_evaluations import few_turn
from analyzer.model.run import Run


def run_of(val: list[float]) -> Run:
    train = np.geomspace(2.0, 0.5, len(val))
    return synthetic.of_curves("x", {("train", "loss"): train, ("val", "loss"): np.array(val)})


def test_the_rise_the_fall_and_what_came_back_are_ratios() -> None:
    turn = few_turn(run_of([1.0, 0.8, 1.2, 1.0]), "loss")
    assert turn.lowest == 1
    assert np.exp(turn.rise) == pytest.approx(1.0 / 0.8)
    assert np.exp(turn.gave_back) == pytest.approx(1.2)
    assert turn.fall > 0


@pytest.mark.parametrize(("val", "once"), [([1.0, 0.8, 1.2], True), ([0.8, 1.0, 1.2], False)])
def test_a_single_evaluation_after_the_lowest_is_told(val: list[float], once: bool) -> None:
    assert few_turn(run_of(val), "loss").once == once


def test_two_evaluations_show_nothing() -> None:
    with pytest.raises(NotApplicable):
        few_turn(run_of([1.0, 0.8]), "loss")
