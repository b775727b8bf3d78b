"""The learning rate of each step of a scenario.

A schedule, one of our own, or what the validation loss asks for.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyzer.trainer import schedules
from analyzer.trainer.scenarios import Scenario

_GROWTH = 1.12  # an epoch: thirty epochs of it make a rate thirty times as high
_DROP_AT, _DROP = 0.5, 0.01  # the late drop: where in the run, and to which share of the rate


class Rates:
    """Gives the rate of a step; after the schedule's end the last factor stays."""

    def __init__(self, scenario: Scenario, per_epoch: int, base: float) -> None:
        self.base = base
        self.factors = _factors(scenario, per_epoch)
        self.on_plateau = (
            schedules.ReduceOnPlateau() if scenario.schedule == schedules.ON_PLATEAU else None
        )

    def at(self, step: int) -> float:
        """Return the rate of a step; steps count from 0."""
        factor = (
            self.on_plateau.factor
            if self.on_plateau
            else self.factors[min(step, len(self.factors) - 1)]
        )
        return float(self.base * factor)

    def told(self, val_loss: float) -> None:
        """Take the validation loss at the end of an epoch."""
        if self.on_plateau:
            self.on_plateau.update(val_loss)


def _factors(scenario: Scenario, per_epoch: int) -> npt.NDArray[np.float64]:
    steps = np.arange(scenario.epochs * per_epoch)
    if scenario.schedule == "growing":
        return np.asarray(_GROWTH ** (steps // per_epoch), dtype=np.float64)
    if scenario.schedule == "late_drop":
        return np.where(steps < _DROP_AT * len(steps), 1.0, _DROP)
    return schedules.multipliers(scenario.schedule, scenario.epochs, per_epoch)
