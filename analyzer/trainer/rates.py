"""The learning rate of each step of a scenario."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.trainer import schedules
from analyzer.trainer.scenarios import Scenario

_GROWTH = 1.12  # factor per epoch: after thirty epochs the rate is thirty times as high
_DROP_AT, _DROP = 0.5, 0.01  # the late drop: at which share of the run, to which share of the rate


class Rates:
    """The rate of each step; after the end of the schedule the last rate stays."""

    def __init__(self, scenario: Scenario, per_epoch: int, base: float) -> None:
        self.base = base
        self.factors = _factors(scenario, per_epoch)
        self.on_plateau: schedules.ReduceOnPlateau | None = None
        if scenario.schedule == schedules.ON_PLATEAU:
            self.on_plateau = schedules.ReduceOnPlateau()

    def at(self, step: int) -> float:
        """Return the rate of a step; steps count from 0."""
        if self.on_plateau:
            return self.base * self.on_plateau.factor
        return float(self.base * self.factors[min(step, len(self.factors) - 1)])

    def observe(self, val_loss: float) -> None:
        """Record the validation loss at the end of an epoch."""
        if self.on_plateau:
            self.on_plateau.update(val_loss)


def _factors(scenario: Scenario, per_epoch: int) -> Floats:
    steps = np.arange(scenario.epochs * per_epoch)
    if scenario.schedule == "growing":
        return np.asarray(_GROWTH ** (steps // per_epoch), dtype=np.float64)
    if scenario.schedule == "late_drop":
        return np.where(steps < _DROP_AT * len(steps), 1.0, _DROP)
    return schedules.multipliers(scenario.schedule, scenario.epochs, per_epoch)
