"""What can differ between runs beside task and settings: start, loss, data, rate, and the log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.stats.arrays import Bools, Floats

PRINTED = ("digits", "decimals", "float32")  # five significant digits, four decimals, nine digits


@dataclass(frozen=True)
class Variation:
    """How a run starts, what its loss contains, and what changes on the way.

    Places such as ``closed_at`` are shares of the run. ``likelihood`` trains a regression on the
    Gaussian negative log likelihood with a learned variance. ``start_scale`` multiplies the initial
    weights (0: all zero); ``pretrained`` trains them on other rows first. ``penalty`` times half
    the squared norm of the weights is part of every logged loss; its weight rises from 0 over the
    share ``ramp``. ``augmentation`` is the standard deviation of noise on the training inputs,
    which ends at ``closed_at`` (1: never). Before ``arrival`` only the half of the training rows
    with the lowest first input is used. The rate is multiplied by ``surge`` from ``surge_at`` on,
    over the share ``surge_for``.
    """

    likelihood: bool = False
    start_scale: float = 1.0
    pretrained: bool = False
    penalty: float = 0.0
    ramp: float = 0.0
    augmentation: float = 0.0
    closed_at: float = 1.0
    arrival: float = 0.0
    surge: float = 1.0
    surge_at: float = 1.0
    surge_for: float = 1.0

    def penalty_at(self, place: Floats) -> Floats:
        """Return the weight of the penalty at places of the run; the last one stays."""
        rise = np.clip(place / self.ramp, 0, 1) if self.ramp else np.ones_like(place)
        weights: Floats = self.penalty * rise
        return weights

    def augmentation_at(self, place: float) -> float:
        """Return the noise on the training inputs at a place of the run."""
        is_open = self.closed_at >= 1 or place < self.closed_at
        return self.augmentation if is_open else 0.0

    def surges(self, steps: int) -> Floats:
        """Return the factor of the surge on the rate for each step of the run."""
        place = (np.arange(steps) + 1) / steps
        inside = (place > self.surge_at) & (place <= self.surge_at + self.surge_for)
        return np.where(inside, self.surge, 1.0)


@dataclass(frozen=True)
class Shown:
    """What of a run its log shows: every how many epochs and steps, and how it is printed.

    Without ``accuracy`` only losses are logged. With ``holes`` the epochs without validation are
    NaN in the log; otherwise they have no row.
    """

    val_every: int = 1
    train_every: int = 1
    accuracy: bool = True
    holes: bool = False
    printed: str = PRINTED[0]

    def evaluated(self, epochs: int) -> Bools:
        """Return for each epoch whether validation is logged: every k-th epoch."""
        shown: Bools = np.arange(1, epochs + 1) % self.val_every == 0
        return shown

    def print(self, values: Floats) -> list[float | None]:
        """Return values as the log has them; a number that is not finite becomes None."""
        return [self._printed(value) if np.isfinite(value) else None for value in values.tolist()]

    def _printed(self, value: float) -> float:
        if self.printed == "decimals":
            return round(value, 4)
        digits = 5 if self.printed == "digits" else 9
        return float(f"{value:.{digits}g}")


PLAIN, EVERYTHING = Variation(), Shown()


def comparable(likelihood: Floats) -> Floats:
    """Turn Gaussian negative log likelihoods into the squared error of the same likelihood.

    With the best constant variance the two are equal: exp(2 nll - 1) = squared error. So losses
    below zero get the same labels as squared errors. Finite values stay finite: at most 1e12.
    """
    exponent = 2 * np.asarray(likelihood, dtype=np.float64) - 1
    squared: Floats = np.exp(np.where(np.isfinite(exponent), np.minimum(exponent, 27), exponent))
    return squared
