"""A run that resumes at its last step logs that step twice: the older point is replaced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from analyzer.parsers._repeated_steps import Trained, repeated_steps, replaced

STEPS = [*range(8), 7, *range(8, 20)]  # resumed at step 7
LOSS = [round(2 / (step + 1), 4) for step in STEPS]
LOSS[8] = 0.31  # the second at step 7, which was 0.25


def trained(
    step: Sequence[int] = STEPS,
    value: Sequence[float] = LOSS,
    *,
    epoch: Sequence[float] | None = None,
    wall_time: Sequence[float] | None = None,
) -> Trained:
    blank = [np.nan] * len(step)
    return Trained(
        np.array(step), np.array(epoch or blank), np.array(wall_time or blank), np.array(value)
    )


def test_a_step_that_was_logged_again_before_the_log_goes_on_is_a_resume() -> None:
    assert repeated_steps([trained()]).tolist() == [7]
    assert repeated_steps([]).tolist() == []


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [
        (0.25, 0.25, []),
        (0.2512, 0.25, []),
        (0.25, 0.2512, []),
        (0.2512, 0.2513, [7]),
        (2e-05, 3e-05, [7]),
        (2.04e-05, 2e-05, []),
        (2e-05, 2.6e-05, [7]),
        (2e-05, 0.5, [7]),
        (1.5e16, 1.6e16, [7]),
        (np.nan, 0.5, [7]),
        (np.inf, 0.5, [7]),
    ],
)
def test_a_value_printed_again_with_fewer_decimals_is_no_resume(
    first: float, second: float, steps: list[int]
) -> None:
    value = [*LOSS]
    value[7], value[8] = first, second
    assert repeated_steps([trained(value=value)]).tolist() == steps


def test_the_end_of_a_log_and_its_first_step_are_no_resume() -> None:
    assert repeated_steps([trained(STEPS[:9], LOSS[:9])]).tolist() == []
    again = [0, 0, *range(1, 20)]
    assert repeated_steps([trained(again, np.linspace(2, 1, 21).tolist())]).tolist() == []


def test_steps_that_repeat_often_are_batches_of_an_epoch() -> None:
    step = [at for at in range(10) for _ in range(2)]
    value = np.linspace(2, 1, 20).tolist()
    assert repeated_steps([trained(step, value)]).tolist() == []


def test_an_epoch_that_goes_on_at_one_step_is_no_resume() -> None:
    epoch = np.linspace(0, 4, 21).tolist()
    assert repeated_steps([trained(epoch=epoch)]).tolist() == []


@pytest.mark.parametrize(("gap", "steps"), [(0.1, []), (90.0, [7])])
def test_two_lines_at_once_are_no_resume(gap: float, steps: list[int]) -> None:
    between = np.full(21, 60.0)
    between[8] = gap
    assert repeated_steps([trained(wall_time=np.cumsum(between).tolist())]).tolist() == steps


def test_every_curve_of_the_training_must_have_the_step_twice() -> None:
    other = trained(range(20), np.linspace(2, 1, 20).tolist())
    rare = trained([0, 5, 10, 15], [2.0, 1.5, 1.0, 0.5])
    assert repeated_steps([trained(), other]).tolist() == []
    assert repeated_steps([trained(), rare]).tolist() == [7]


def test_the_older_point_is_replaced() -> None:
    found = replaced(np.array([6, 7, 7, 8, 9, 9]), np.array([7]))
    assert found.tolist() == [False, True, False, False, False, False]
    assert replaced(np.array([], dtype=np.int64), np.array([7])).tolist() == []
