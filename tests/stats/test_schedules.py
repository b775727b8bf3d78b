"""Schedules named from their values alone."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.stats.schedules import schedule_of
from analyzer.trainer.schedules import multipliers

T = np.arange(1, 101, dtype=float)
PLACE = (T - 1) / 99


def kind_of(value: np.ndarray, t: np.ndarray | None = None) -> str:
    found = schedule_of(np.arange(len(value), dtype=float) if t is None else t, value)
    assert found is not None
    return found.kind


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("constant", "constant"),
        ("step", "step"),
        ("exponential", "exponential"),
        ("cosine", "cosine"),
        ("warmup_cosine", "cosine"),
        ("one_cycle", "one_cycle"),
        ("triangular", "cyclic"),
        ("warm_restarts", "warm_restarts"),
    ],
)
@pytest.mark.parametrize(("epochs", "per_epoch"), [(40, 1), (30, 12), (150, 1)])
def test_each_schedule_of_the_trainer(kind: str, named: str, epochs: int, per_epoch: int) -> None:
    steps = 0.02 * multipliers(kind, epochs, per_epoch)
    assert kind_of(steps) == named
    assert kind_of(steps[per_epoch - 1 :: per_epoch]) == named  # the rate at the end of each epoch


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (0.1 * (1 - PLACE), "linear"),
        (0.1 - 0.08 * PLACE, "linear"),
        (0.01 / np.sqrt(T), "inverse_sqrt"),
        (0.1 * (1 - PLACE) ** 2 + 1e-4, "polynomial"),
        (1e-4 + 0.1 * (1 + np.cos(np.pi * PLACE)), "cosine"),
        (0.1 * (1 + np.cos(np.pi * PLACE / 2)), "cosine"),  # cut in the middle
        (0.1 * 0.96**T, "exponential"),
        (np.array([0.1] * 50 + [0.05] * 50), "step"),
        (0.1 + np.abs((T % 20) - 10), "cyclic"),
    ],
)
def test_other_schedules(value: np.ndarray, named: str) -> None:
    assert kind_of(value) == named
    rounded = np.array([float(f"{number:.4g}") for number in value])
    assert kind_of(rounded) == named


def test_a_schedule_by_epochs_is_the_same_in_a_log_of_steps() -> None:
    assert kind_of(np.repeat(0.1 * 0.9 ** np.arange(20), 50)) == "exponential"
    assert kind_of(np.repeat(1 + np.cos(np.pi * np.arange(20) / 20), 50)) == "cosine"
    assert kind_of(np.repeat(0.1 * 0.5 ** np.arange(6), 50)) == "step"


def test_the_parameters_of_stairs() -> None:
    found = schedule_of(T, np.repeat([0.1, 0.02, 0.004], [50, 30, 20]))
    assert found is not None
    assert found.factor == pytest.approx(0.2)
    assert found.drops == (50, 80)


def test_the_parameters_of_an_exponential_fall_and_a_cycle() -> None:
    fall = schedule_of(T, 0.1 * 0.96**T)
    assert fall is not None
    assert fall.factor == pytest.approx(0.96)
    cycle = schedule_of(T, 0.1 * multipliers("triangular", 100, 1))
    assert cycle is not None
    assert (cycle.period, cycle.cycles) == (25, 4)


def test_the_warm_up_ends_at_the_highest_rate() -> None:
    value = np.concatenate([np.linspace(0.01, 0.1, 11), 0.1 * (1 - np.arange(1, 90) / 90)])
    found = schedule_of(T, value)
    assert found is not None
    assert (found.kind, found.warmup) == ("linear", 10)


def test_a_warm_up_may_creep_to_its_top_before_the_stairs() -> None:
    rise = 0.1 * np.append(np.linspace(0.02, 0.98, 49), 0.9995)
    found = schedule_of(T, np.concatenate([rise, np.full(20, 0.1), np.full(30, 0.005)]))
    assert found is not None
    assert (found.kind, found.drops) == ("step", (70,))
    assert found.warmup > 40


def test_a_rate_raised_by_hand_has_no_name() -> None:
    assert kind_of(np.repeat([0.02, 0.8, 0.02], [60, 10, 30])) in ("other", "step")
    assert kind_of(np.repeat([0.02, 0.8], [60, 30])) == "other"


@pytest.mark.parametrize(
    "value",
    [[0.1], [0.0, 0.0], [np.nan, 0.1], [-0.1, 0.1]],
    ids=["short", "zero", "nan", "negative"],
)
def test_what_is_no_rate_has_no_schedule(value: list[float]) -> None:
    assert schedule_of(np.arange(len(value), dtype=float), np.array(value)) is None


def test_a_long_series_is_thinned() -> None:
    value = 0.1 * multipliers("warmup_cosine", 100, 10_000)
    found = schedule_of(np.arange(len(value), dtype=float), value)
    assert found is not None
    assert found.warmup == pytest.approx(100_000, abs=500)
