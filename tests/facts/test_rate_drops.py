"""What each drop of a learning rate did to the loss."""

from __future__ import annotations

import numpy as np

from analyzer import synthetic
from analyzer.facts._rate_drops import judged_drops, matched

RATE = np.repeat([0.1, 0.01, 0.001], 20)
NOISE = 0.002 * np.random.default_rng(5).standard_normal(60)


def curves(loss: np.ndarray):
    run = synthetic.of_curves("made", {("val", "loss"): loss, ("", "lr"): RATE})
    return run.curve("lr", ""), run.curve("loss", "val")


def test_a_drop_that_lowers_the_level_helped() -> None:
    rate, loss = curves(np.repeat([0.9, 0.5, 0.5], 20) + NOISE)
    first, second = judged_drops(rate, [20, 40], loss)
    assert (first.helped, second.helped) == (True, False)
    assert abs(first.factor - 0.1) < 1e-9
    assert first.before is not None
    assert abs(first.before - 0.9) < 0.01


def test_a_level_that_fell_as_fast_before_was_not_helped() -> None:
    rate, loss = curves(np.linspace(2.0, 1.0, 60) + NOISE)
    assert [drop.helped for drop in judged_drops(rate, [20, 40], loss)] == [False, False]


def test_a_drop_at_the_very_end_is_not_judged() -> None:
    rate, loss = curves(np.full(60, 0.5) + NOISE)
    (drop,) = judged_drops(rate, [59], loss)
    assert (drop.helped, drop.before, drop.after) == (None, None, None)


def test_a_curve_logged_at_other_steps_does_not_match() -> None:
    rate, loss = curves(np.full(60, 0.5) + NOISE)
    values = matched(rate, loss)
    assert values is not None
    assert len(values) == 60
    run = synthetic.of_curves("made", {("val", "loss"): loss.value[:30]})
    assert matched(rate, run.curve("loss", "val")) is None
