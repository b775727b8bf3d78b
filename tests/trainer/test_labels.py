"""Each definition of docs/corpus.md, on curves drawn to meet it and on curves drawn to miss it."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.trainer.labels import (
    RISE,
    Counterfactual,
    Measured,
    label,
    movement,
    running_median,
    stretch,
)

EPOCHS = 60
T = np.arange(1, 2 * EPOCHS + 1)
FALLING = 0.2 + 0.8 * np.exp(-T / 12)
TRAIN = 0.1 + 0.9 * np.exp(-T / 12)


def measured(population=FALLING, train=TRAIN, tenth=None, tenfold=None):
    return Measured(np.asarray(population), np.asarray(train), EPOCHS, 1.0, tenth, tenfold)


def held(run):
    return {name for name, value in label(run).items() if value.get("holds")}


def other(population, train=TRAIN[:EPOCHS]):
    return Counterfactual(np.asarray(population)[:EPOCHS], np.asarray(train)[:EPOCHS])


def test_a_run_that_ends_as_it_settles_is_healthy():
    assert held(measured()) == {"healthy"}


def test_overfitting_begins_at_the_lowest_population_loss():
    population = 0.4 + 0.0008 * (T - 20.0) ** 2
    found = label(measured(population))["overfitting"]
    assert found["holds"]
    assert not found["grey"]
    assert found["onset"] == 20
    assert found["stretch"] == [18, 22]  # 0.0008 x 2 squared is under 1 % of 0.4, 3 squared over
    assert found["value"] == pytest.approx(0.0008 * 39**2 / 0.4, rel=0.01)


def test_a_population_loss_that_rises_with_the_train_loss_is_no_overfitting():
    population = np.where(T <= 20, 1 - 0.03 * T, 0.4 + 0.005 * (T - 20))
    assert not label(measured(population, train=population))["overfitting"]["holds"]


def test_the_grey_zone_lies_around_the_threshold():
    for rise, grey in ((0.02, False), (0.045, True), (0.055, True), (0.1, False)):
        population = np.where(T <= 20, 1 - 0.03 * T, np.where(T <= 30, 0.4, 0.4 * (1 + rise)))
        found = label(measured(population))["overfitting"]
        assert (found["holds"], found["grey"]) == (rise >= RISE.at, grey)


def test_the_stretch_ends_where_the_loss_leaves_one_percent():
    loss = np.array([1.0, 0.5, 0.401, 0.4, 0.403, 0.41, 0.402])
    assert stretch(loss, 3) == (2, 4)


@pytest.mark.parametrize("train", [np.where(T < 30, TRAIN, np.nan), np.where(T < 30, TRAIN, 1e6)])
def test_a_train_loss_that_runs_away_has_diverged_and_is_nothing_else(train):
    assert held(measured(train, train)) == {"diverged"}


def test_a_diverged_run_whose_tenth_of_the_rate_learns_has_too_high_a_rate():
    lost = np.full(2 * EPOCHS, np.nan)
    assert held(measured(lost, lost, tenth=other(FALLING))) == {
        "diverged",
        "learning_rate_too_high",
    }


def test_a_train_loss_at_the_level_of_a_constant_has_learnt_nothing():
    assert held(measured(np.full(len(T), 1.02), np.full(len(T), 0.99))) == {"no_learning"}


def test_a_run_that_its_second_half_improves_is_undertrained():
    slow = 1 / np.sqrt(T)
    assert "undertrained" in held(measured(slow, slow))
    assert label(measured(slow, slow))["undertrained"]["value"] == pytest.approx(
        1 - 0.5**0.5, abs=0.01
    )


def test_the_rate_is_wrong_where_another_is_better():
    assert "learning_rate_too_low" in held(measured(tenfold=other(0.8 * FALLING)))
    assert "learning_rate_too_high" in held(measured(tenth=other(0.8 * FALLING)))
    assert held(measured(tenth=other(1.1 * FALLING), tenfold=other(np.full(EPOCHS, np.nan)))) == {
        "healthy"
    }


def test_oscillation_is_movement_that_a_tenth_of_the_rate_does_not_have():
    moving = TRAIN * np.exp(0.2 * (-1.0) ** T)
    assert "oscillation" in held(measured(train=moving, tenth=other(FALLING, TRAIN)))
    assert "oscillation" not in held(measured(train=moving, tenth=other(FALLING, moving)))
    assert "oscillation" not in held(measured(train=TRAIN, tenth=other(FALLING, TRAIN)))


def test_movement_is_the_mean_change_and_the_progress_of_the_last_half():
    move, progress = movement(np.exp(-0.1 * T[:EPOCHS]))
    assert move == pytest.approx(0.1)
    assert progress == pytest.approx(
        0.1 * 27
    )  # from the middle of the first three of 30 to that of the last three


def test_a_loss_that_stands_still_for_the_last_third_is_a_plateau():
    flat = np.maximum(0.3, 1 - 0.05 * T)
    found = label(measured(flat, flat))["plateau"]
    assert found["holds"]
    assert found["onset"] == 14  # 1 - 0.05 x 14 = 0.3


def test_the_gap_is_population_minus_train():
    found = label(measured())["gap"]
    end = slice(EPOCHS - 3, EPOCHS)
    assert found["end"] == pytest.approx(np.median(FALLING[end]) - np.median(TRAIN[end]), rel=1e-4)
    assert found["at_best"] == pytest.approx(FALLING[EPOCHS - 1] - TRAIN[EPOCHS - 1], rel=1e-4)


def test_units_change_no_label():
    rng = np.random.default_rng(4)
    for _ in range(20):
        population = np.exp(np.cumsum(0.05 * rng.standard_normal(2 * EPOCHS)))
        train = population * np.exp(-0.01 * T)
        run = measured(population, train, other(population * 0.95), other(population * 1.05))
        more = Measured(
            1000 * population,
            1000 * train,
            EPOCHS,
            1000.0,
            other(950 * population, 1000 * TRAIN),
            other(1050 * population),
        )
        assert held(run) == held(more)


def test_the_running_median_is_that_of_the_neighbours():
    values = np.random.default_rng(2).random(17)
    expected = [np.median(values[max(0, at - 2) : at + 3]) for at in range(17)]
    np.testing.assert_allclose(running_median(values, 4), expected)
