"""Curves made comparable."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.errors import NotApplicable
from analyzer.measures.cost import cost_of, judged_metrics, spacing
from analyzer.model.diagnosis import Onset
from analyzer.model.series import Curve

EXAMPLES = 100


def curve(
    metric: str,
    value: list[float],
    *,
    step: list[int] | None = None,
    epoch: list[float] | None = None,
) -> Curve:
    steps = np.array(step if step is not None else range(len(value)), dtype=np.int64)
    epochs = np.array(epoch, dtype=float) if epoch is not None else np.full(len(value), np.nan)
    unknown = np.full(len(value), np.nan)
    return Curve(metric, "val", metric, steps, epochs, unknown, np.array(value, dtype=float))


def test_the_cost_of_a_positive_loss_is_its_logarithm() -> None:
    cost = cost_of(curve("loss", [math.e, 1.0, 0.5]), EXAMPLES)
    assert cost.scale == "log"
    np.testing.assert_allclose(cost.y, [1, 0, -math.log(2)])


def test_a_loss_of_zero_stays_zero() -> None:
    cost = cost_of(curve("loss", [1.0, 0.5, 0.0]), EXAMPLES)
    assert cost.levels(cost.costs(np.array([0.0, 0.5]))).tolist() == [0.0, 0.5]


@pytest.mark.parametrize("factor", [1, 100], ids=["share", "percent"])
def test_the_cost_of_an_accuracy_is_the_logarithm_of_its_error(factor: float) -> None:
    cost = cost_of(curve("accuracy", [0.5 * factor, 0.9 * factor, 1.0 * factor]), EXAMPLES)
    assert cost.scale == "error"
    np.testing.assert_allclose(cost.y, np.log([0.505, 0.105, 0.005]))


def test_an_accuracy_may_pass_one_by_rounding() -> None:
    cost = cost_of(curve("accuracy", [0.5, 1.0 + 1e-7]), EXAMPLES)
    assert cost.scale == "error"
    assert np.isfinite(cost.y).all()


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("loss", [2.0, -0.5, 1.0]),
        ("loss", [1.0, -3.0, 0.0]),
        ("bleu", [0.2, 1.2, 0.7]),
        ("r2", [-1.0, 0.5, 0.9]),
        ("f1", [10.0, 200.0, 30.0]),
    ],
)
def test_any_other_curve_is_measured_by_its_range(metric: str, value: list[float]) -> None:
    cost = cost_of(curve(metric, value), EXAMPLES)
    assert cost.scale == "range"
    assert np.ptp(cost.y) == pytest.approx(1)
    best = np.argmin(value) if metric == "loss" else np.argmax(value)
    assert np.argmin(cost.y) == best


def test_a_curve_that_never_moves_has_a_cost_of_zero() -> None:
    np.testing.assert_array_equal(cost_of(curve("loss", [0.0, 0.0]), EXAMPLES).y, [0, 0])


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("loss", [2.0, 0.3]),
        ("accuracy", [0.2, 1.0]),
        ("accuracy", [20.0, 99.0]),
        ("loss", [-2.0, 4.0]),
        ("r2", [-2.0, 0.5]),
    ],
)
def test_the_level_undoes_the_cost(metric: str, value: list[float]) -> None:
    cost = cost_of(curve(metric, value), EXAMPLES)
    np.testing.assert_allclose(cost.levels(cost.y), value)
    assert cost.level(float(cost.y[1])) == pytest.approx(value[1])


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_a_loss_in_other_units_differs_by_a_constant(factor: float) -> None:
    value = np.array([3.0, 1.0, 2.0])
    cost, scaled = (cost_of(curve("loss", list(y)), EXAMPLES).y for y in (value, factor * value))
    np.testing.assert_allclose(scaled - cost, math.log(factor))


def test_points_that_are_not_finite_have_no_cost() -> None:
    cost = cost_of(curve("loss", [1.0, np.nan, np.inf, 2.0]), EXAMPLES)
    assert cost.x.tolist() == [0, 3]
    with pytest.raises(NotApplicable, match="never_finite") as reason:
        cost_of(curve("loss", [np.nan, np.inf]), EXAMPLES)
    assert reason.value.values == {"metric": "loss", "split": "val"}


@pytest.mark.parametrize(
    ("steps", "expected"), [([0, 1, 2], [1, 2, 3]), ([100, 300, 500], [1, 2, 3]), ([5], [1])]
)
def test_positions_count_from_one_in_units_of_the_usual_spacing(
    steps: list[int], expected: list[float]
) -> None:
    cost = cost_of(curve("loss", [1.0] * len(steps), step=steps), EXAMPLES)
    assert cost.t.tolist() == expected


def test_points_that_all_lie_at_one_step_are_not_a_curve() -> None:
    with pytest.raises(NotApplicable, match="one_step"):
        cost_of(curve("loss", [3.0, 2.0, 1.0], step=[7, 7, 7]), EXAMPLES)


def test_a_loss_printed_as_zero_is_half_of_the_smallest_that_was_not() -> None:
    cost = cost_of(curve("loss", [2.0, 0.0, 0.5]), EXAMPLES)
    assert cost.scale == "log"
    np.testing.assert_allclose(np.exp(cost.y), [2.0, 0.25, 0.5])


def test_the_usual_spacing_is_a_median_and_counts_no_point_twice() -> None:
    assert spacing(np.array([0.0, 0, 10, 10, 20, 90])) == 10
    assert spacing(np.array([4.0, 4.0])) == 1


def test_the_axis_is_in_epochs_unless_steps_are_asked_for() -> None:
    both = curve("loss", [3.0, 2.0, 1.0], step=[100, 200, 300], epoch=[0.5, 1.0, 1.5])
    assert cost_of(both, EXAMPLES).x.tolist() == [0.5, 1.0, 1.5]
    assert cost_of(both, EXAMPLES, by_step=True).x.tolist() == [100, 200, 300]


def test_epochs_that_start_again_leave_the_steps_in_order() -> None:
    restarted = curve("loss", [3.0, 2.0, 1.5, 1.2], step=[10, 20, 30, 40], epoch=[5, 6, 1, 2])
    cost = cost_of(restarted, EXAMPLES)
    assert cost.x.tolist() == [10, 20, 30, 40]
    assert cost.t.min() >= 1


def test_an_onset_is_a_logged_point_with_its_interval() -> None:
    cost = cost_of(
        curve("loss", [4.0, 3, 2, 1], step=[0, 100, 200, 300], epoch=[0, 1, 2, 3]), EXAMPLES
    )
    assert cost.onset(2.9, 1.8, 3.6) == Onset(200, 2.0, 100, 300, 1.0, 3.0)
    assert cost.onset(2.0, 3.0, 4.0) == Onset(
        100, 1.0, 100, 300, 1.0, 3.0
    )  # the point lies in its interval
    assert cost.index_at(2.4) == 1
    without = cost_of(curve("loss", [4.0, 3, 2], step=[0, 100, 200]), EXAMPLES)
    assert without.onset(2.0, 1.0, 3.0) == Onset(100, None, 0, 200)


@pytest.mark.parametrize("epochs", [[0.0, 0, 0, 1, 1, 1], None])
def test_batches_of_one_epoch_do_not_take_the_epoch_from_an_onset(epochs: list[float]) -> None:
    steps = [9, 19, 29, 39, 49, 59]
    train = cost_of(curve("loss", [6.0, 5, 4, 3, 2, 1], step=steps, epoch=epochs), 100)
    val = curve("loss", [4.0, 3, 2], step=[0, 29, 59], epoch=[0, 1, 2])
    found = cost_of(val, 100, by_step=True).onset(2.0, 1.0, 3.0, train)
    assert (found.step, found.epoch, found.low_epoch, found.high_epoch) == (29, 1.0, 0.0, 2.0)


def test_losses_are_judged_before_scores() -> None:
    curves = [("val", "accuracy"), ("val", "box_loss"), ("", "lr"), ("val", "rmse"), ("val", "auc")]
    assert judged_metrics(synthetic.of_curves("made", dict.fromkeys(curves, np.ones(2)))) == [
        "box_loss",
        "rmse",
        "accuracy",
    ]
    with pytest.raises(NotApplicable, match="no_loss"):
        judged_metrics(synthetic.of_curves("made", {("", "lr"): np.ones(2)}))


def test_the_log_of_a_small_error_rate_varies_more_than_that_of_a_loss() -> None:
    run = synthetic.of_curves(
        "x",
        {("val", "accuracy"): np.array([0.5, 0.9, 0.98]), ("val", "loss"): np.array([2.0, 1, 0.5])},
    )
    error = cost_of(run.curve("accuracy", "val"), 1000)
    assert error.noise_ratio(float(np.log(0.02))) == pytest.approx(7.0)
    assert error.noise_ratio(float(np.log(0.9))) == 1.0
    assert cost_of(run.curve("loss", "val"), 1000).noise_ratio(float(np.log(0.02))) == 1.0
