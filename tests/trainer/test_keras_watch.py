"""What the callbacks record during a Keras fit, and the rate they set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer.trainer.records import Point, Record
from analyzer.trainer.scenarios import SCENARIOS, Network, Scenario

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import data
from analyzer.trainer.data import Data, loss_of
from analyzer.trainer.keras_model import build
from analyzer.trainer.keras_session import fit
from analyzer.trainer.keras_watch import Watch, outputs_of

pytestmark = [
    pytest.mark.usefixtures("keras"),
    # Keras' variables do not accept numpy's "copy" yet.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
SMALL = replace(
    SCENARIOS["schedule-cosine"],
    train_rows=40,
    val_rows=20,
    batch=10,
    epochs=3,
    network=Network((8,)),
)


class Kept:
    """A writer that keeps the records."""

    first_epoch = 1

    def __init__(self) -> None:
        self.points: list[Point] = []

    def write(self, record: Record) -> None:
        assert isinstance(record, Point)
        self.points.append(record)

    def close(self) -> None:
        """Nothing is open."""


def fitted(scenario: Scenario = SMALL) -> tuple[Watch, Kept, Any, Data]:
    sets = data.make(scenario, 0)
    model = build(scenario, sets, seed=0, lr=scenario.lr)
    kept = Kept()
    watch = Watch(model, sets, [kept], step_writers=[kept])
    fit(model, scenario, sets, callbacks=[watch.callback()])
    return watch, kept, model, sets


def test_every_step_and_every_epoch_is_written() -> None:
    watch, kept, _, _ = fitted()
    steps = [point for point in kept.points if point.grain == "step"]
    assert [point.step for point in steps] == list(range(1, 13))
    assert [point.epoch for point in steps] == [1] * 4 + [2] * 4 + [3] * 4
    assert [point.step for point in watch.ends] == [4, 8, 12]
    assert set(watch.ends[0].values) == {"train/loss", "val/loss", "train/mae", "val/mae", "lr"}


def test_hidden_losses_are_measured_in_evaluation_mode() -> None:
    watch, _, model, sets = fitted()
    expected = loss_of(outputs_of(model, sets.population), sets.population.y, "mse")
    assert watch.ends[-1].hidden["population"] == pytest.approx(expected)


def test_the_predictions_are_those_of_the_lowest_validation_loss() -> None:
    watch, _, _, sets = fitted()
    assert watch.best is not None
    losses = [point.values["val/loss"] for point in watch.ends]
    assert watch.best.epoch == 1 + int(np.argmin(losses))
    error = np.square(watch.best.prediction - sets.val.y[:, 0]).mean()
    assert error == pytest.approx(min(losses), rel=1e-4)


def test_the_schedule_sets_the_rate_of_the_last_step() -> None:
    watch, _, _, _ = fitted()
    places = np.array([4, 8, 12]) / 12
    expected = SMALL.lr * 0.5 * (1 + np.cos(np.pi * places))
    rates = [point.values["lr"] for point in watch.ends]
    np.testing.assert_allclose(rates, expected, atol=1e-8)
