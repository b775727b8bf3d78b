"""Callbacks for a Keras fit: measure each epoch, feed our writers, and set the learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analyzer.trainer.data import Data, Rows, loss_of
from analyzer.trainer.keras_model import import_keras
from analyzer.trainer.logged import predictions
from analyzer.trainer.rates import Rates
from analyzer.trainer.records import Point, Predictions
from analyzer.trainer.scenarios import Scenario
from analyzer.trainer.writers._base import Writer


def outputs_of(model: Any, rows: Rows) -> np.ndarray[Any, Any]:
    """Return the outputs of a model for some rows, in evaluation mode."""
    outputs: np.ndarray[Any, Any] = model(rows.x, training=False).detach().cpu().double().numpy()
    return outputs


class Watch:
    """Keeps the end of each epoch, the predictions of the best epoch and the last weights.

    ``step_writers`` also receive a point for every batch.
    """

    def __init__(
        self, model: Any, sets: Data, writers: Sequence[Writer], *, step_writers: Sequence[Writer]
    ) -> None:
        self.model, self.sets = model, sets
        self.writers, self.step_writers = writers, step_writers
        self.ends: list[Point] = []
        self.best: Predictions | None = None
        self.lowest = np.inf
        self.weights: list[Any] = []

    def callback(self) -> Any:
        """Return a callback for ``fit``."""
        return import_keras().callbacks.LambdaCallback(
            on_train_batch_end=self._batch, on_epoch_end=self._epoch, on_train_end=self._end
        )

    def _batch(self, batch: int, logs: Mapping[str, Any]) -> None:  # noqa: ARG002 - Keras' signature
        if self.step_writers:
            values = {f"train/{name}": float(value) for name, value in logs.items()}
            point = Point(int(self.model.optimizer.iterations), len(self.ends) + 1, "step", values)
            for writer in self.step_writers:
                writer.write(point)

    def _epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        values = {_tag(name): float(value) for name, value in logs.items()}
        values["lr"] = float(self.model.optimizer.learning_rate)
        step = int(self.model.optimizer.iterations)
        point = Point(
            step=step,
            epoch=epoch + 1,
            grain="epoch",
            values=values,
            hidden=_hidden(self.model, self.sets),
        )
        self.ends.append(point)
        for writer in self.writers:
            writer.write(point)
        if values["val/loss"] < self.lowest:
            self.lowest = values["val/loss"]
            self.best = predictions(epoch + 1, self.sets, outputs_of(self.model, self.sets.val))

    def _end(self, logs: Mapping[str, Any]) -> None:  # noqa: ARG002 - Keras' signature
        self.weights = self.model.get_weights()  # before early stopping restores the best ones


def schedule(scenario: Scenario, sets: Data, model: Any) -> list[Any]:
    """Return a callback that sets the rate of every step, or none for a constant rate."""
    if scenario.schedule == "constant":
        return []
    per_epoch = -(-len(sets.train) // scenario.batch)
    rates = Rates(scenario, per_epoch, float(model.optimizer.learning_rate))

    def begin(batch: int, logs: Any) -> None:  # noqa: ARG001 - Keras' signature
        model.optimizer.learning_rate = rates.at(int(model.optimizer.iterations))

    def end(epoch: int, logs: Mapping[str, Any]) -> None:  # noqa: ARG001 - Keras' signature
        rates.observe(float(logs["val_loss"]))

    return [import_keras().callbacks.LambdaCallback(on_train_batch_begin=begin, on_epoch_end=end)]


def _tag(name: str) -> str:
    """Return our tag for a name in Keras' logs."""
    if name in ("learning_rate", "lr"):
        return "lr"
    return f"val/{name[4:]}" if name.startswith("val_") else f"train/{name}"


def _hidden(model: Any, sets: Data) -> dict[str, float]:
    """Return the losses that no log shows, in evaluation mode."""
    return {
        "population": loss_of(outputs_of(model, sets.population), sets.population.y, sets.loss),
        "train": loss_of(outputs_of(model, sets.train), sets.train.y, sets.loss),
    }
