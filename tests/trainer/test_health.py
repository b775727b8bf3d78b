"""The labels of the world: what the curve on fresh data bears out."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.trainer.health import (
    FAULTS,
    Fresh,
    blown_up,
    little_learnt,
    swing,
    unsure,
    world_labels,
)
from analyzer.trainer.labels import Counterfactual, Measured

EPOCHS = 60
TIME = np.arange(2 * EPOCHS)
FRESH = Fresh(trivial=1.0)
FALL = 0.3 + 0.7 * np.exp(-TIME / 8)


def measured(population=FALL, train=FALL, **others):
    return Measured(population=population, train=train, epochs=EPOCHS, trivial=1.0, **others)


def test_a_converged_run_is_healthy_although_its_last_third_was_not_needed():
    labels = world_labels(measured(), FRESH)
    assert labels["plateau"]["holds"]
    assert labels["healthy"] == {"holds": True, "grey": False}


def test_a_run_that_another_rate_would_improve_is_healthy():
    faster = Counterfactual(0.8 * FALL[:EPOCHS], 0.8 * FALL[:EPOCHS])
    labels = world_labels(measured(tenfold=faster), FRESH)
    assert labels["learning_rate_too_low"]["holds"]
    assert labels["healthy"]["holds"]


def test_a_population_that_rises_while_training_falls_is_not_healthy():
    labels = world_labels(measured(population=FALL + 0.004 * TIME), FRESH)
    assert labels["overfitting"]["holds"]
    assert not labels["healthy"]["holds"]


def test_a_run_that_learnt_little_of_what_twice_its_epochs_teach_is_not_healthy():
    late = np.where(TIME < EPOCHS, np.exp(-TIME / 400), np.exp(-TIME / 60))
    assert not world_labels(measured(), FRESH)["little_learnt"]["holds"]
    assert world_labels(measured(population=late), FRESH)["little_learnt"]["holds"]
    assert not world_labels(measured(population=late, train=late), FRESH)["healthy"]["holds"]


def test_little_is_measured_against_what_another_run_reached():
    assert not little_learnt(0.0, np.log(0.97), np.log(0.97))["holds"]  # no more is known
    assert little_learnt(0.0, np.log(0.97), np.log(0.3))["holds"]
    slow = np.maximum(np.linspace(1.0, 0.8, 2 * EPOCHS), 0.9)
    faster = Counterfactual(FALL[:EPOCHS], FALL[:EPOCHS])
    assert not world_labels(measured(population=slow, train=slow), FRESH)["little_learnt"]["holds"]
    found = world_labels(measured(population=slow, train=slow, tenfold=faster), FRESH)
    assert found["little_learnt"]["holds"]


def test_a_run_that_no_fresh_data_bears_out_is_not_healthy():
    memorised = world_labels(measured(population=np.full(2 * EPOCHS, 1.3)), FRESH)
    assert memorised["no_generalization"]["holds"]
    assert not memorised["healthy"]["holds"]


@pytest.mark.parametrize(("factor", "holds"), [(1.02, False), (1.2, True), (3.0, True)])
def test_training_that_ends_above_its_own_lowest_level_is_blown_up(factor, holds):
    train = FALL[:EPOCHS].copy()
    train[40:] = factor * train[39]
    assert blown_up(train, train)["holds"] is holds
    assert not blown_up(FALL[:EPOCHS], train)["holds"]  # fresh data does not bear it out


def test_one_lost_epoch_is_no_blow_up():
    train = FALL[:EPOCHS].copy()
    train[40] = 5.0
    assert not blown_up(train, train)["holds"]


def test_a_loss_that_moves_to_and_fro_without_progress_swings():
    calm = np.full(EPOCHS, 0.5)
    assert swing(calm * np.tile([1.0, 1.06], EPOCHS // 2), diverged=False)["holds"]
    assert not swing(calm * np.tile([1.0, 1.01], EPOCHS // 2), diverged=False)["holds"]
    assert not swing(FALL[:EPOCHS], diverged=False)["holds"]
    assert not swing(calm * np.tile([1.0, 1.06], EPOCHS // 2), diverged=True)["holds"]


def test_every_fault_is_a_label():
    assert set(FAULTS) < set(world_labels(measured(), FRESH))


def test_a_rise_within_its_error_of_the_threshold_is_grey():
    rise = {"holds": True, "grey": False, "value": 0.12}
    assert unsure(rise, 0.1) == {**rise, "grey": True, "error": 0.1}
    assert unsure(rise, 0.01) == {**rise, "error": 0.01}
    excluded = {"holds": False, "grey": False, "value": 0.12}  # training did not fall meanwhile
    assert unsure(excluded, 0.1) == {**excluded, "error": 0.1}


def test_a_run_that_is_never_better_than_a_constant_on_fresh_data_is_not_healthy():
    memorised = measured(population=np.full(2 * EPOCHS, 1.1))
    labels = world_labels(memorised, FRESH)
    assert labels["no_generalization"]["holds"]
    assert not labels["no_learning"]["holds"]
    assert not labels["healthy"]["holds"]
