"""Axes of a table are found by name and by content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from analyzer.parsers._axes import axes_of, clock_of
from analyzer.parsers._column import Column


def columns(cells: Mapping[str, Sequence[Any]]) -> list[Column]:
    """Return columns in which strings are text cells."""
    found = []
    for name, values in cells.items():
        present = np.array([not isinstance(value, str) for value in values])
        numbers = [np.nan if isinstance(value, str) else float(value) for value in values]
        text = {row: value for row, value in enumerate(values) if isinstance(value, str)}
        found.append(Column(name, np.array(numbers), present, text))
    return found


@pytest.mark.parametrize(
    ("cells", "axes"),
    [
        ({"epoch": [0, 1], "loss": [2, 1]}, {"epoch": "epoch"}),
        ({"step": [0, 1], "epoch": [0, 0]}, {"step": "step", "epoch": "epoch"}),
        ({"step": [0, 1, 0, 1], "epoch": [0, 0, 1, 1]}, {"epoch": "epoch"}),
        (
            {"step": [0, 1, 0, 1, 0, 1], "epoch": [0, 0, 1, 1, 1, 1]},
            {"step": "step", "epoch": "epoch"},
        ),
        ({"step": [0, 1, 0, 1, 0, 1, 0], "epoch": [0, 0, 1, 1, 1, 1, 2]}, {"epoch": "epoch"}),
        ({"step": [0, 1, 0, 1, 0, 1, 0], "epoch": [0, 0, 1, 1, 0, 0, 1]}, {"epoch": "epoch"}),
        ({"step": [9, 9], "epoch": [0, 1]}, {"epoch": "epoch"}),
        ({"": [0, 1], "loss": [2, 1]}, {"epoch": ""}),
        ({"ep": [0, 1], "loss": [2, 1]}, {"epoch": "ep"}),
        ({"it": [0, 10], "val_loss": [2, 1]}, {"step": "it"}),
        ({"ep": [0, 1], "reward": [2, 1], "loss": [2, 1]}, {}),
        ({"ep": [0, 1], "price": [2, 1]}, {}),
        ({"it": [1, 0], "loss": [2, 1]}, {}),
        ({"": [0, 1], "train-logloss": [2, 1]}, {"step": ""}),
        ({"": [0, 1], "validation_0-rmse": [2, 1]}, {"step": ""}),
        ({"": range(1001), "loss": [1.0] * 1001}, {"step": ""}),
        ({"": [0, 2], "loss": [2, 1]}, {}),
        ({"timestamp": [1.7e9, 1.8e9]}, {"wall_time": "timestamp"}),
        ({"timestamp": [1, 2]}, {}),
        ({"TimestepsSoFar": [1024, 2048], "EpRewMean": [1, 2]}, {"step": "TimestepsSoFar"}),
        ({"gen": [0, 1], "mean_reward": [1, 2]}, {"step": "gen"}),
        ({"Generation": [0, 1], "BestFitness": [1, 2]}, {"step": "Generation"}),
        ({"generation": [0, 1], "price": [1, 2]}, {}),
        ({"total_steps": [10, 20], "loss": [2, 1]}, {"step": "total_steps"}),
        ({"total_steps": [90, 90], "loss": [2, 1]}, {}),
    ],
)
def test_axes_are_found(cells: Mapping[str, Sequence[float]], axes: Mapping[str, str]) -> None:
    assert axes_of(columns(cells)) == axes


@pytest.mark.parametrize(
    ("batch", "axes"),
    [
        ([0, 1, 2, 0, 1, 0, 1, 2, 0, 1], {"epoch": "epoch"}),
        ([0, 1, 2, 0, 0, 0, 1, 2, 0, 0], {"epoch": "epoch"}),
        ([2, 2, 2, 1, 1, 2, 2, 2, 1, 1], {"step": "batch", "epoch": "epoch"}),
        ([1, 2, 3, 1, 3, 4, 5, 6, 4, 6], {"step": "batch", "epoch": "epoch"}),
    ],
)
def test_the_first_batch_of_the_validation_ends_no_epoch(
    batch: Sequence[int], axes: Mapping[str, str]
) -> None:
    epoch, step, loss = columns({"epoch": [0] * 5 + [1] * 5, "batch": batch, "loss": range(10)})
    is_train = np.array([True, True, True, False, False] * 2)
    losses = [loss.masked("train/loss", is_train), loss.masked("val/loss", ~is_train)]
    assert axes_of([epoch, step, *losses]) == axes


def test_dates_are_a_clock_in_utc_unless_they_name_a_zone() -> None:
    dates = ["1970-01-01T00:01:00", "1970-01-01T01:00:00+01:00"]
    assert clock_of(columns({"date": dates}), {}, 2).tolist() == [60, 0]


def test_text_that_is_not_a_date_gives_no_clock() -> None:
    found = columns({"date": ["yesterday", "1970-01-01"]})
    assert np.isnan(clock_of(found, {}, 2)).all()


def test_a_clock_in_milliseconds_is_one_in_seconds() -> None:
    found = columns({"timestamp": [1.7e12, 1.7e12 + 500]})
    assert clock_of(found, {"wall_time": "timestamp"}, 2).tolist() == [1.7e9, 1.7e9 + 0.5]
