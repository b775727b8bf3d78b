"""What looks on while Keras fits.

It measures each epoch, hands the numbers to our writers, and sets the rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analyzer.trainer.data import Data, Rows, loss_of
from analyzer.trainer.keras_model import keras
from analyzer.trainer.logged import predictions
from analyzer.trainer.measure import Curves
from analyzer.trainer.rates import Rates
from analyzer.trainer.records import Point, Predictions
from analyzer.trainer.scenarios import Scenario
from analyzer.trainer.writers._base import Writer


def outputs_of(model: Any, rows: Rows) -> np.ndarray[Any, Any]:
    """Return what a model gives for some rows, in evaluation mode."""
    found: np.ndarray[Any, Any] = model(rows.x, training=False).detach().cpu().double().numpy()
    return found


class Watch:
    """Keeps the ends of the epochs, the predictions of the best one and the last weights."""

    def __init__(
        self, model: Any, made: Data, writers: Sequence[Writer], *, steps_to: Sequence[Writer]
    ) -> None:
        self.model, self.made, self.writers, self.steps_to = model, made, writers, steps_to
        self.ends: list[Point] = []
        self.best: Predictions | None = None
        self.lowest = np.inf
        self.weights: list[Any] = []

    def callback(self) -> Any:
        """Return this as Keras takes it."""
        return keras().callbacks.LambdaCallback(
            on_train_batch_end=self._batch, on_epoch_end=self._epoch, on_train_end=self._end
        )

    def _batch(self, batch: int, logs: Mapping[str, Any]) -> None:  # noqa: ARG002 - Keras' signature
        if self.steps_to:
            values = {f"train/{name}": float(value) for name, value in logs.items()}
            point = Point(int(self.model.optimizer.iterations), len(self.ends) + 1, "step", values)
            for writer in self.steps_to:
                writer.write(point)

    def _epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        values = {_named(name): float(value) for name, value in logs.items()}
        values["lr"] = float(self.model.optimizer.learning_rate)
        step = int(self.model.optimizer.iterations)
        point = Point(step, epoch + 1, "epoch", values, _hidden(self.model, self.made))
        self.ends.append(point)
        for writer in self.writers:
            writer.write(point)
        if values["val/loss"] < self.lowest:
            self.lowest = values["val/loss"]
            self.best = predictions(epoch + 1, self.made, outputs_of(self.model, self.made.val))

    def _end(self, logs: Mapping[str, Any]) -> None:  # noqa: ARG002 - Keras' signature
        self.weights = self.model.get_weights()  # before early stopping puts the best ones back

    def curves(self) -> Curves:
        """Return the hidden losses of the epochs."""
        hidden = [end.hidden for end in self.ends]
        return Curves(
            tuple(layer["population"] for layer in hidden),
            tuple(layer["train"] for layer in hidden),
        )


def schedule(scenario: Scenario, made: Data, model: Any) -> list[Any]:
    """Return a callback that sets the rate of every step, where it does not stay as it is."""
    if scenario.schedule == "constant":
        return []
    per_epoch = -(-len(made.train) // scenario.batch)
    rates = Rates(scenario, per_epoch, float(model.optimizer.learning_rate))

    def begin(batch: int, logs: Any) -> None:  # noqa: ARG001 - Keras' signature
        model.optimizer.learning_rate = rates.at(int(model.optimizer.iterations))

    def end(epoch: int, logs: Mapping[str, Any]) -> None:  # noqa: ARG001 - Keras' signature
        rates.told(float(logs["val_loss"]))

    return [keras().callbacks.LambdaCallback(on_train_batch_begin=begin, on_epoch_end=end)]


def _named(name: str) -> str:
    """Return Keras' name of a value as ours."""
    if name in ("learning_rate", "lr"):
        return "lr"
    return f"val/{name[4:]}" if name.startswith("val_") else f"train/{name}"


def _hidden(model: Any, made: Data) -> dict[str, float]:
    parts = {"population": made.population, "train": made.train}
    return {
        name: loss_of(outputs_of(model, rows), rows.y, made.loss) for name, rows in parts.items()
    }
