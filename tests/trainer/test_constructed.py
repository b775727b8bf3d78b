"""The facts about what was built into a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer.trainer.records import Point
from analyzer.trainer.scenarios import SCENARIOS, Network

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import constructed, data  # noqa: E402 - needs torch
from analyzer.trainer.constructed import Logged  # noqa: E402 - needs torch
from analyzer.trainer.loop import Trainee  # noqa: E402 - needs torch

SMALL = replace(SCENARIOS["healthy"], train_rows=60, val_rows=40, network=Network((8,)))
SETS = data.make(SMALL, 0)


def ends(val: list[float], train: list[float], lr: list[float] | None = None) -> tuple[Point, ...]:
    rates = lr or [0.1] * len(val)
    return tuple(
        Point(number, number, "epoch", {"val/loss": val_loss, "train/loss": loss, "lr": rate})
        for number, (val_loss, loss, rate) in enumerate(zip(val, train, rates, strict=True), 1)
    )


def test_the_best_epoch_and_the_first_that_is_not_finite_count_from_one() -> None:
    logged = Logged(ends([3.0, 1.0, 2.0, np.nan], [2.0, 2.0, 1.0, np.inf]))
    facts = constructed.of_run(SMALL, SETS, logged, patience_ran_out=False)
    assert facts["best_val_epoch"] == 2
    assert facts["non_finite_epoch"] == 4
    assert facts["val_below_train_share"] == 0.25
    assert facts["stopped_epoch"] is None


def test_a_run_without_a_finite_loss_has_no_best_epoch() -> None:
    logged = Logged(ends([np.nan], [np.nan]))
    facts = constructed.of_run(SMALL, SETS, logged, patience_ran_out=False)
    assert facts["best_val_epoch"] is None


def test_a_drop_is_an_epoch_at_less_than_half_the_rate() -> None:
    scenario = replace(SMALL, schedule="step")
    logged = Logged(ends([1.0] * 5, [1.0] * 5, [1.0, 0.6, 0.1, 0.1, 0.0]))
    facts = constructed.of_run(scenario, SETS, logged, patience_ran_out=False)
    assert facts["lr_drop_epochs"] == [3]
    assert facts["schedule"] == "step"


def test_repeated_steps_lie_between_the_checkpoint_and_the_kill() -> None:
    logged = Logged(ends([1.0], [1.0]), resumed_at=12, killed_at=20)
    facts = constructed.of_run(SMALL, SETS, logged, patience_ran_out=False)
    assert facts["repeated_steps"] == 8


def test_the_leaked_share_is_counted_in_the_rows_themselves() -> None:
    leaking = data.make(replace(SMALL, leak=0.75), 0)
    facts = constructed.of_run(SMALL, leaking, Logged(ends([1.0], [1.0])), patience_ran_out=True)
    assert facts["leaked_share"] == 0.75
    assert facts["stopped_epoch"] == 1


def test_a_dead_unit_is_zero_for_every_row() -> None:
    first = np.array([[0.0, 1.0], [0.0, 0.0]])
    second = np.array([[0.0, 0.0], [2.0, 0.0]])
    assert constructed.dead_share([first, second]) == 0.5


def test_units_that_a_bias_switches_off_are_dead() -> None:
    trainee = Trainee(SMALL, SETS, device=torch.device("cpu"), seed=0)
    list(trainee.epoch(1))
    with torch.no_grad():
        trainee.model[0].bias[:6] = -1e6
        trainee.model[0].bias[6:] = 1e6
    facts = constructed.of_network(trainee)
    assert facts["dead_unit_share"] == 0.75
    assert facts["first_to_last_gradient"] > 0
