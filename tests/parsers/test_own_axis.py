"""The step that a metric was logged by, where the tracker counts calls of log()."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.parsers._own_axis import (
    AxisValues,
    Declaration,
    OwnSteps,
    declared_axis,
    is_own_axis,
    steps_by_name,
)

ROWS = np.arange(20)


def values(rows: list[int] | range, numbers: list[float] | range) -> AxisValues:
    return AxisValues(np.array(rows), np.array(numbers, dtype=np.float64))


def axes_of(found: dict[str, OwnSteps]) -> dict[str, str]:
    return {name: own.axis for name, own in found.items()}


def test_a_name_is_declared_by_itself_before_a_pattern() -> None:
    declarations = [Declaration("val/*", "val/step", is_glob=True), Declaration("val/best", "day")]
    assert declared_axis("val/best", declarations) == "day"
    assert declared_axis("val/loss", declarations) == "val/step"
    assert declared_axis("loss", declarations) == ""


@pytest.mark.parametrize(
    "name", ["trainer/global_step", "train/global_step", "iter", "val/step", "counters/iter"]
)
def test_steps_of_training_are_an_axis(name: str) -> None:
    assert is_own_axis(name)


@pytest.mark.parametrize("name", ["_step", "batch", "train/batch", "epoch", "loss", "steps_per_s"])
def test_calls_and_batches_are_none(name: str) -> None:
    assert not is_own_axis(name)


def test_a_declared_axis_is_carried_to_rows_without_it() -> None:
    axes = {"tokens": values([0, 10], [100, 200])}
    found = steps_by_name({"note": ROWS}, axes, [Declaration("note", "tokens")])
    assert found["note"].step.tolist() == [100] * 10 + [200] * 10


def test_the_axis_of_the_group_comes_before_that_of_the_run_and_one_without_a_group() -> None:
    axes = {
        "iter": values(ROWS, range(20)),
        "trainer/global_step": values(ROWS, range(100, 120)),
        "val/step": values(ROWS, range(200, 220)),
    }
    found = axes_of(steps_by_name({"val/loss": ROWS, "train/loss": ROWS}, axes))
    assert found["val/loss"] == "val/step"
    assert found["train/loss"] == "trainer/global_step"


@pytest.mark.parametrize(
    "numbers",
    [
        [0.5 * step for step in range(20)],
        [step % 4 for step in range(20)],
        [3] * 20,
        [-step for step in range(20)],
        [float("nan")] * 20,
        [2.0**63] * 19 + [2.0**64],
    ],
)
def test_what_does_not_count_through_the_run_is_no_axis(numbers: list[float]) -> None:
    assert steps_by_name({"loss": ROWS}, {"iter": values(ROWS, numbers)}) == {}


def test_a_run_that_was_resumed_may_step_back() -> None:
    numbers = [*range(0, 100, 10), *range(50, 150, 10)]
    found = steps_by_name({"loss": ROWS}, {"iter": values(ROWS, numbers)})
    assert found["loss"].step.tolist() == numbers


def test_a_loss_logged_in_the_row_after_its_step_has_that_step() -> None:
    even, odd = ROWS[::2], ROWS[1::2]
    axes = {"iter": values(even.tolist(), range(0, 1000, 100))}
    found = steps_by_name({"train/loss": even, "val/loss": odd}, axes)
    assert found["val/loss"].step.tolist() == list(range(0, 1000, 100))


def test_a_loss_without_a_step_of_its_own_keeps_all_on_the_count_of_calls() -> None:
    axes = {"val/step": values([9, 19], [1000, 2000])}
    assert steps_by_name({"train/loss": ROWS, "val/loss": np.array([9, 19])}, axes) == {}


def test_the_steps_of_an_axis_are_its_values() -> None:
    found = steps_by_name({"loss": ROWS}, {"iter": values(ROWS, range(0, 200, 10))})
    assert found["iter"].step.tolist() == list(range(0, 200, 10))
