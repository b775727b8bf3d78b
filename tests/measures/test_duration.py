"""What a run took: last minus first, and what the log says was trained before its first point."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.measures.duration import before_first, length, seconds, seconds_after
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats

HOUR = 3600.0


def curve(step: Floats, epoch: Floats | None = None, times: Floats | None = None) -> Curve:
    unknown = np.full(len(step), np.nan)
    return Curve(
        metric="loss",
        split="val",
        tag="val_loss",
        step=step.astype(np.int64),
        epoch=unknown if epoch is None else epoch.astype(float),
        wall_time=unknown if times is None else times,
        value=np.linspace(2, 1, len(step)),
    )


@pytest.mark.parametrize("first", [0, 1])
def test_twenty_epochs_of_an_hour_take_twenty_hours(first: int) -> None:
    epochs = np.arange(first, first + 20)
    made = curve(epochs, epochs, HOUR * np.arange(20))
    assert length(made) == 20
    assert seconds(made) == 20 * HOUR


def test_an_evaluation_before_training_took_no_time() -> None:
    made = curve(np.arange(0, 2001, 100), times=HOUR * np.arange(21))
    assert (length(made), seconds(made)) == (2000, 20 * HOUR)
    fractions = curve(np.arange(0, 2001, 100), np.arange(21) / 2, HOUR * np.arange(21))
    assert (length(fractions), seconds(fractions)) == (10, 20 * HOUR)
    whole = curve(np.arange(0, 2001, 100), np.arange(21), HOUR * np.arange(21))
    assert (length(whole), seconds(whole)) == (20, 20 * HOUR)


def test_steps_up_to_the_first_evaluation_count() -> None:
    made = curve(np.arange(100, 2001, 100), times=HOUR * np.arange(20))
    assert (length(made), seconds(made)) == (2000, 20 * HOUR)
    early = curve(np.array([10, 100, 200, 300]), times=HOUR * np.array([0, 0.9, 1.9, 2.9]))
    assert before_first(early) == pytest.approx(0.1)
    assert length(early) == pytest.approx(300)


def test_a_run_that_was_taken_up_again_has_one_interval_before_its_first_point() -> None:
    made = curve(np.arange(50_000, 51_001, 100), times=HOUR * np.arange(11))
    assert (length(made), seconds(made)) == (1100, 11 * HOUR)


def test_a_night_between_two_sessions_is_one_interval() -> None:
    times = HOUR * np.arange(20)
    times[15:] += 100 * HOUR
    made = curve(np.arange(1, 21), np.arange(1, 21), times)
    assert seconds(made) == 20 * HOUR
    assert seconds_after(made, 9) == 10 * HOUR


@pytest.mark.parametrize("every", [3, 20])
def test_regular_evaluations_are_no_pauses(every: int) -> None:
    spent = np.ones(199)
    spent[every - 1 :: every] = np.random.default_rng(1).uniform(
        55, 65, len(spent[every - 1 :: every])
    )
    run = curve(np.arange(1, 201), times=np.concatenate([[0], np.cumsum(spent)]))
    assert seconds(run) == pytest.approx(spent.sum() + 1)
    assert seconds_after(run, 170) == pytest.approx(spent[170:].sum())
    night = spent.copy()
    night[50] = 8 * HOUR
    run = curve(np.arange(1, 201), times=np.concatenate([[0], np.cumsum(night)]))
    assert seconds(run) == pytest.approx(spent.sum() - spent[50] + 2)


def test_nights_at_irregular_places_are_pauses() -> None:
    spent = np.full(59, HOUR)
    spent[[7, 18, 31, 40]] = np.array([14, 20, 11, 70]) * HOUR
    run = curve(np.arange(1, 61), times=np.concatenate([[0], np.cumsum(spent)]))
    assert seconds(run) == pytest.approx(60 * HOUR)


def test_without_times_or_with_one_place_nothing_is_known() -> None:
    assert seconds(curve(np.arange(5))) is None
    assert seconds(curve(np.arange(5), times=np.full(5, 7.0))) is None
    assert seconds_after(curve(np.arange(5)), 2) is None
    assert length(curve(np.zeros(4))) is None
    assert length(curve(np.zeros(1))) is None
    assert before_first(curve(np.zeros(4))) == 0
