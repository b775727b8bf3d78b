"""The run that is logged.

Epoch after epoch, with what is measured beside it, a kill and a restart where one is due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from analyzer.trainer import rich
from analyzer.trainer.data import Data, loss_of, metric_of, shares_of
from analyzer.trainer.loop import Trainee, metric_name
from analyzer.trainer.records import Point, Predictions, Record, Restart

_RICH_EPOCHS = 5  # with histograms and pictures, spread over the run


def logged(trainee: Trainee, *, is_rich: bool, per_step: bool) -> Iterator[Record]:
    """Train the scenario to its end and yield everything that its log shows.

    Predictions are yielded whenever the val loss is lowest.
    """
    scenario = trainee.scenario
    shown = rich_epochs(scenario.epochs) if is_rich else set()
    watch, kill, checkpoint = Watch(scenario.patience), scenario.kill, trainee.save()
    number = 0
    while number < scenario.epochs and not watch.is_over:
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
        yield from _end(trainee, number, steps, watch)
        if number in shown:
            yield from rich.records(trainee, number)
        if kill and number == kill.checkpoint:
            checkpoint = trainee.save()


def _shown(points: Iterator[Point] | Sequence[Point], per_step: bool) -> Iterator[Point]:
    """Take every step, and yield it where steps are logged."""
    for point in points:
        if per_step:
            yield point


def _end(trainee: Trainee, number: int, steps: Sequence[Point], watch: Watch) -> Iterator[Record]:
    """Measure at the end of an epoch.

    The train values are means over its steps, as most loops log them.
    """
    data, metric = trainee.data, metric_name(trainee.data)
    outputs = trainee.outputs(data.val)
    val = loss_of(outputs, data.val.y, data.loss)
    means = {
        name: float(np.mean([step.values[name] for step in steps]))
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
    yield Point(steps[-1].step, number, "epoch", values, hidden)
    trainee.rates.told(val)
    if watch.sees(val):
        yield predictions(number, data, outputs)


class Watch:
    """The lowest validation loss so far, and how long ago it was."""

    def __init__(self, patience: int | None) -> None:
        self.patience, self.best, self.waited = patience, float("inf"), 0

    def sees(self, val_loss: float) -> bool:
        """Take the loss of an epoch and say whether it is the lowest yet."""
        is_best = val_loss < self.best
        self.best, self.waited = (val_loss, 0) if is_best else (self.best, self.waited + 1)
        return is_best

    @property
    def is_over(self) -> bool:
        """Say whether the patience has run out."""
        return self.patience is not None and self.waited >= self.patience


def rich_epochs(epochs: int) -> set[int]:
    """Return the epochs with histograms and pictures: five from the first to the last."""
    return set(np.linspace(1, epochs, min(epochs, _RICH_EPOCHS)).round().astype(int).tolist())


def predictions(number: int, data: Data, outputs: np.ndarray[Any, Any]) -> Predictions:
    """Return what the outputs say of the validation set."""
    if not data.classes:
        return Predictions(number, data.val.y[:, 0], outputs[:, 0], None)
    return Predictions(
        number, data.val.y, outputs.argmax(axis=1), shares_of(outputs.astype(np.float64))
    )
