"""A loss that falls after its start, on training and unseen data."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.falling import held_out_fall, keeps_falling, part_fell
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats

DOWN = np.exp(np.linspace(0.0, -1.0, 50))
LEVEL = np.r_[np.linspace(2.0, 1.0, 10), 1 + 0.01 * np.sin(np.arange(40))]


def run_of(train: Floats, val: Floats | None = None) -> Run:
    curves = {("train", "loss"): train}
    return synthetic.of_curves("x", curves if val is None else {**curves, ("val", "loss"): val})


@pytest.mark.parametrize(
    ("train", "val", "falls"),
    [(DOWN, None, True), (DOWN, DOWN, True), (DOWN, DOWN[::-1], False), (LEVEL, None, False)],
    ids=["training alone", "both", "unseen data rise", "a level after the start"],
)
def test_a_loss_falls_if_both_sides_do(train: Floats, val: Floats | None, falls: bool) -> None:
    run = run_of(train, val)
    assert keeps_falling(run, "loss", "train", after=0.3, at_least=6, agree=0.5) is falls


def test_the_fall_of_unseen_data_counts_from_its_start_or_its_middle() -> None:
    run = run_of(DOWN, DOWN)
    assert held_out_fall(run, "loss", since=0.0, at_least=6) == pytest.approx(1.0, abs=0.05)
    assert held_out_fall(run, "loss", since=0.5, at_least=6) == pytest.approx(0.5, abs=0.05)


def test_without_a_held_out_loss_above_zero_nothing_fell() -> None:
    assert held_out_fall(run_of(DOWN), "loss", since=0.0, at_least=6) == 0
    assert held_out_fall(run_of(DOWN, DOWN - 1), "loss", since=0.0, at_least=6) == 0


def test_a_part_that_fell_is_seen_beside_a_total_that_rose() -> None:
    curves = {("train", "loss"): DOWN[::-1], ("train", "rec_loss"): DOWN}
    run = synthetic.of_curves("x", curves)
    assert part_fell(run, "train", at_least=6, fall=0.3)
    assert not part_fell(run, "train", at_least=6, fall=1.5)
    assert not part_fell(run, "val", at_least=6, fall=0.3)
    assert not part_fell(run_of(DOWN), "train", at_least=6, fall=0.3)  # a total is no part
