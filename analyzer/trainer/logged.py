"""The logged run: epochs with their measurements, and a kill and restart if scheduled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from analyzer.trainer import rich
from analyzer.trainer.data import Data, loss_of, metric_of, shares_of
from analyzer.trainer.loop import Trainee, metric_name
from analyzer.trainer.records import Point, Predictions, Record, Restart

_RICH_EPOCHS = 5  # epochs with histograms and images, spread over the run


def logged(trainee: Trainee, *, is_rich: bool, per_step: bool) -> Iterator[Record]:
    """Train to the end; yield everything to log, and predictions at each new lowest val loss."""
    scenario = trainee.scenario
    with_rich = rich_epochs(scenario.epochs) if is_rich else set()
    stopping, kill, checkpoint = EarlyStopping(scenario.patience), scenario.kill, trainee.save()
    number = 0
    while number < scenario.epochs and not stopping.is_over:
        number += 1
        if kill and number == kill.at:
            yield from _shown(trainee.epoch(number, until=0.5), per_step)
            trainee.restore(checkpoint)
            yield Restart()
            number, kill = kill.checkpoint, None
            continue
        steps = []
        for point in trainee.epoch(number):
            steps.append(point)
            yield from _shown((point,), per_step)
        yield from _end(trainee, number, steps, stopping)
        if number in with_rich:
            yield from rich.records(trainee, number)
        if kill and number == kill.checkpoint:
            checkpoint = trainee.save()


def _shown(points: Iterator[Point] | Sequence[Point], per_step: bool) -> Iterator[Point]:
    """Run every step, and yield its point if steps are logged."""
    for point in points:
        if per_step:
            yield point


def _end(
    trainee: Trainee, number: int, steps: Sequence[Point], stopping: EarlyStopping
) -> Iterator[Record]:
    """Measure at the end of an epoch; train values are means over its steps, as is usual."""
    data, metric = trainee.data, metric_name(trainee.data)
    outputs = trainee.outputs(data.val)
    val = loss_of(outputs, data.val.y, data.loss)
    means = {
        name: float(np.mean([point.values[name] for point in steps]))
        for name in steps[0].values
        if name != "lr"
    }
    values = {
        "train/loss": means["train/loss"],
        "val/loss": val,
        f"train/{metric}": means[f"train/{metric}"],
        f"val/{metric}": metric_of(outputs, data.val.y, data.classes),
        "lr": steps[-1].values["lr"],
        "grad_norm": means["grad_norm"],
        "weight_norm": trainee.weight_norm(),
    }
    hidden = {"population": trainee.loss(data.population), "train": trainee.loss(data.train)}
    yield Point(step=steps[-1].step, epoch=number, grain="epoch", values=values, hidden=hidden)
    trainee.rates.observe(val)
    if stopping.observe(val):
        yield predictions(number, data, outputs)


class EarlyStopping:
    """The lowest validation loss so far and the number of epochs since; None never stops."""

    def __init__(self, patience: int | None) -> None:
        self.patience, self.best, self.waited = patience, float("inf"), 0

    def observe(self, val_loss: float) -> bool:
        """Record the loss of an epoch; return whether it is the lowest so far."""
        if val_loss < self.best:
            self.best, self.waited = val_loss, 0
            return True
        self.waited += 1
        return False

    @property
    def is_over(self) -> bool:
        """Return whether the patience has run out."""
        return self.patience is not None and self.waited >= self.patience


def rich_epochs(epochs: int) -> set[int]:
    """Return the epochs with histograms and images: at most five, evenly spaced."""
    return set(np.linspace(1, epochs, min(epochs, _RICH_EPOCHS)).round().astype(int).tolist())


def predictions(number: int, data: Data, outputs: np.ndarray[Any, Any]) -> Predictions:
    """Return the predictions that the outputs mean for the validation set."""
    if not data.classes:
        return Predictions(number, data.val.y[:, 0], outputs[:, 0], None)
    scores = shares_of(outputs.astype(np.float64))
    return Predictions(number, data.val.y, outputs.argmax(axis=1), scores)
