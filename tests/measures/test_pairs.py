"""A held-out and a training curve side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.errors import NotApplicable
from analyzer.measures.pairs import cost_in, cost_pair, end_gap, train_cost_at_val
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(val: Floats, train: Floats, every: int = 1) -> Run:
    """Return a run with a validation after each ``every`` training points."""
    run = synthetic.of_curves("x", {("val", "loss"): val, ("train", "loss"): train})
    ends = every * np.arange(1, len(val) + 1)
    series = (
        replace(run.series[0], step=ends, epoch=np.full(len(val), np.nan)),
        replace(
            run.series[1], step=np.arange(1, len(train) + 1), epoch=np.full(len(train), np.nan)
        ),
    )
    return replace(run, series=series)


def test_training_points_are_averaged_up_to_each_validation() -> None:
    train = np.random.default_rng(1).uniform(0.5, 2, 40)
    val, trained = cost_pair(run_of(np.ones(10), train, 4), "loss", at_least=2)
    np.testing.assert_allclose(
        np.exp(train_cost_at_val(val, trained)), train.reshape(10, 4).mean(1)
    )


def test_points_on_the_same_axis_stand_beside_each_other() -> None:
    train = np.linspace(2, 1, 12)
    val, trained = cost_pair(run_of(np.ones(12), train), "loss", at_least=2)
    np.testing.assert_allclose(train_cost_at_val(val, trained), np.log(train))


def test_a_stretch_without_a_training_point_is_interpolated() -> None:
    run = run_of(np.ones(5), np.array([4.0, 2.0]))
    series = (run.series[0], replace(run.series[1], step=np.array([1, 5])))
    val, trained = cost_pair(replace(run, series=series), "loss", at_least=2)
    np.testing.assert_allclose(np.exp(train_cost_at_val(val, trained)), [4, 3.5, 3, 2.5, 2])


def test_a_cost_is_made_once_and_a_short_curve_is_refused_again() -> None:
    run = run_of(np.ones(8), np.ones(8))
    assert cost_in(run, "loss", "val", at_least=4) is cost_in(run, "loss", "val", at_least=2)
    with pytest.raises(NotApplicable, match="too_few_points"):
        cost_in(run, "loss", "val", at_least=9)


def test_a_copy_of_a_run_with_other_values_keeps_nothing_of_the_first() -> None:
    run = run_of(np.full(8, 2.0), np.ones(8))
    assert end_gap(run, "loss", at_least=3).gap == pytest.approx(1)
    other = replace(run, series=(replace(run.series[0], value=np.full(8, 5.0)), run.series[1]))
    assert end_gap(other, "loss", at_least=3).gap == pytest.approx(4)


def test_the_gap_is_that_of_the_levels_at_the_end() -> None:
    val, train = np.linspace(2, 1, 30), np.linspace(2, 0.5, 30)
    gap = end_gap(run_of(val, train), "loss", at_least=3)
    assert gap.gap == pytest.approx(np.median(val[-3:]) - np.median(train[-3:]))
    assert gap.low < gap.gap < gap.high


def test_a_loss_below_zero_has_an_interval_from_the_scatter_of_its_last_points() -> None:
    noise = np.random.default_rng(2).standard_normal(60)
    gap = end_gap(run_of(-2 + noise, -3 + 0.5 * noise), "loss", at_least=3)
    assert gap.low < gap.gap < gap.high
