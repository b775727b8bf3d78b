"""A held-out and a training curve side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.errors import NotApplicable
from analyzer.measures.pairs import EndGap, cost_in, cost_pair, end_gap, train_cost_at_val
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats
from analyzer.stats.gap import (
    Interval,
    gap_interval,
    likelihood_gap_interval,
    score_gap_interval,
)


def run_of(
    val: Floats, train: Floats, every: int = 1, *, metric: str = "loss", **config: int
) -> Run:
    """Return a run with a validation after each ``every`` training points, without epochs."""
    run = synthetic.of_curves("x", {("val", metric): val, ("train", metric): train}, config=config)
    steps = every * np.arange(1, len(val) + 1), np.arange(1, len(train) + 1)
    series = []
    for curve, step in zip(run.series, steps, strict=True):
        series.append(replace(curve, step=step, epoch=np.full(len(step), np.nan)))
    return replace(run, series=tuple(series))


def pair(val: Floats, train: Floats) -> Run:
    return synthetic.of_curves("made", {("val", "loss"): val, ("train", "loss"): train})


def on_steps(run: Run, split: str, steps: Floats) -> Run:
    """Return the run with one split moved to other steps and without epochs there."""
    moved = []
    for series in run.series:
        if series.split == split:
            unknown = np.full(len(steps), np.nan)
            series = replace(series, step=steps.astype(np.int64), epoch=unknown)
        moved.append(series)
    return replace(run, series=tuple(moved))


def test_a_pair_is_the_held_out_and_the_training_curve() -> None:
    val, train = cost_pair(pair(np.array([3.0, 2.0]), np.array([2.5, 1.0])), "loss", at_least=2)
    assert (val.curve.split, train.curve.split) == ("val", "train")
    assert val.x.tolist() == train.x.tolist() == [0, 1]


def test_a_pair_shares_the_steps_if_either_curve_has_no_epochs() -> None:
    run = on_steps(pair(np.ones(3), np.ones(3)), "train", np.array([0, 1, 2]))
    val, train = cost_pair(replace(run, series=run.series), "loss", at_least=2)
    assert val.x.tolist() == train.x.tolist() == [0, 1, 2]


@pytest.mark.parametrize("start", [4, 100])
def test_curves_without_a_common_stretch_are_not_a_pair(start: int) -> None:
    run = on_steps(pair(np.ones(8), np.ones(8)), "train", start + np.arange(8))
    if start == 4:  # three of seven steps in common
        start_enough = on_steps(pair(np.ones(8), np.ones(8)), "train", 3 + np.arange(8))
        cost_pair(start_enough, "loss", at_least=2)
    with pytest.raises(NotApplicable, match="nothing_to_compare"):
        cost_pair(run, "loss", at_least=2)


def test_a_pair_needs_both_curves_to_be_long_enough() -> None:
    with pytest.raises(NotApplicable, match="too_few_points"):
        cost_pair(pair(np.ones(8), np.ones(3)), "loss", at_least=4)
    with pytest.raises(NotApplicable, match="no_curve"):
        cost_pair(synthetic.of_curves("made", {("val", "loss"): np.ones(8)}), "loss", at_least=4)


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


@pytest.mark.parametrize("factor", [1, 100], ids=["share", "percent"])
def test_the_gap_of_accuracies_has_wilsons_interval_of_the_set(factor: float) -> None:
    val, train = np.linspace(0.4, 0.8, 40), np.linspace(0.4, 0.95, 40)
    run = run_of(factor * val, factor * train, metric="accuracy", val_examples=500)
    found = end_gap(run, "accuracy", at_least=3)
    levels = np.median(val[-3:]), np.median(train[-3:])
    expected = score_gap_interval(*levels, 500, 0.55 / 39)
    assert found.gap == pytest.approx(factor * (levels[1] - levels[0]))
    assert (found.low, found.high) == pytest.approx(
        (factor * expected.low, factor * expected.high), rel=1e-6
    )


def test_the_gap_of_losses_has_the_interval_of_the_set_and_of_the_last_half_of_training() -> None:
    val, train = np.linspace(2, 1, 30), np.geomspace(2, 0.5, 30)
    train[:14] *= np.where(np.arange(14) % 2, 1.0, 1.3)  # moves that no longer count
    run = run_of(val, train, val_examples=500)
    found = end_gap(run, "loss", at_least=3)
    levels = np.median(val[-3:]), np.median(train[-3:])
    expected = gap_interval(*levels, 500, np.log(4) / 29)
    assert (found.low, found.high) == pytest.approx(tuple(expected))


@pytest.mark.parametrize("below_zero", ["val", "train"])
@pytest.mark.parametrize("metric", ["loss", "r2"])
def test_curves_on_different_scales_have_an_interval_from_their_scatter(
    metric: str, below_zero: str
) -> None:
    rng = np.random.default_rng(3)
    curves = {split: rng.uniform(0.1, 0.9, 60) for split in ("val", "train")}
    curves[below_zero] -= 1
    assert_scatter_interval(curves["val"], curves["train"], metric)


@pytest.mark.parametrize(("metric", "sign"), [("loss", 1), ("r2", -1)])
def test_an_interval_from_the_scatter_is_two_standard_errors_wide(metric: str, sign: int) -> None:
    rng = np.random.default_rng(4)
    val, train = -2 + rng.standard_normal(60), -3 + 0.5 * rng.standard_normal(60)
    found = assert_scatter_interval(val, train, metric)
    assert found.sign == sign
    assert found.gap == pytest.approx(sign * (np.median(val[-3:]) - np.median(train[-3:])))


def assert_scatter_interval(val: Floats, train: Floats, metric: str) -> EndGap:
    found = end_gap(run_of(val, train, metric=metric), metric, at_least=3)
    half = 1.96 * float(np.sqrt(np.var(val[-3:]) + np.var(train[-3:])))
    expected = Interval(found.gap - half, found.gap + half)
    if metric == "loss":
        expected = likelihood_gap_interval(found.gap, 100, half)
    assert (found.low, found.high) == pytest.approx(expected)
    return found


def test_the_gap_of_losses_below_zero_has_the_sampling_error_of_a_small_set() -> None:
    time = np.arange(40)
    curves = {("train", "loss"): -1.0 - 0.01 * time, ("val", "loss"): np.full(40, -0.8)}
    run = synthetic.of_curves("likelihood", curves)
    width = []
    for examples in (100, 10_000):
        gap = end_gap(
            replace(run, meta=replace(run.meta, validation_examples=examples)), "loss", at_least=8
        )
        assert gap.low < 0.58 < gap.high
        width.append(gap.high - gap.low)
    assert width[0] > 5 * width[1]
