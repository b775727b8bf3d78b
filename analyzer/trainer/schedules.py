"""Learning-rate schedules as factors on the base rate, one per optimizer step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analyzer.stats.arrays import Floats

_DROPS = (1 / 2, 3 / 4)  # of the step schedule, as shares of the run
_WARM_UP = 0.1  # share of the run
_PEAK = 0.3  # share of a one-cycle run; Smith, L. N. (2018), arXiv:1803.09820, and torch's default


def _constant(place: Floats) -> Floats:
    return np.ones_like(place)


def _step(place: Floats) -> Floats:
    factor: Floats = np.prod([np.where(place >= drop, 0.1, 1.0) for drop in _DROPS], axis=0)
    return factor


def _exponential(place: Floats) -> Floats:
    return 100.0**-place


def _cosine(place: Floats) -> Floats:
    return 0.5 * (1 + np.cos(np.pi * place))


def _warmup_cosine(place: Floats) -> Floats:
    return np.where(
        place < _WARM_UP, place / _WARM_UP, _cosine((place - _WARM_UP) / (1 - _WARM_UP))
    )


def _one_cycle(place: Floats) -> Floats:
    up = 0.04 + 0.96 * _cosine(1 - place / _PEAK)
    down = 1e-4 + (1 - 1e-4) * _cosine((place - _PEAK) / (1 - _PEAK))
    return np.where(place < _PEAK, up, down)


_SHAPES: dict[str, Callable[[Floats], Floats]] = {
    "constant": _constant,
    "step": _step,
    "exponential": _exponential,
    "cosine": _cosine,
    "warmup_cosine": _warmup_cosine,
    "one_cycle": _one_cycle,
}
_CYCLES = 4  # of a cyclic schedule


def _triangular(place: Floats) -> Floats:
    """Smith, L. N. (2017), arXiv:1506.01186: from a tenth to the full rate and back."""
    phase = _CYCLES * np.nextafter(place, 0) % 1
    factor: Floats = 0.1 + 0.9 * (1 - np.abs(2 * phase - 1))
    return factor


def _warm_restarts(place: Floats) -> Floats:
    """Loshchilov, I. & Hutter, F. (2017), arXiv:1608.03983: a cosine in each cycle."""
    return _cosine(_CYCLES * np.nextafter(place, 0) % 1)


_CYCLIC: dict[str, Callable[[Floats], Floats]] = {
    "triangular": _triangular,
    "warm_restarts": _warm_restarts,
}
CYCLIC = tuple(_CYCLIC)
ON_PLATEAU = "reduce_on_plateau"  # depends on the validation loss: see ReduceOnPlateau
KINDS = (*_SHAPES, ON_PLATEAU)
STARTS_SLOWLY = ("warmup_cosine", "one_cycle", "triangular")


def multipliers(kind: str, epochs: int, per_epoch: int) -> Floats:
    """Return the factor on the learning rate for each of ``epochs * per_epoch`` steps.

    For ``reduce_on_plateau``, whose factor depends on the validation loss, every factor is 1.
    """
    steps = epochs * per_epoch
    place = (np.arange(steps) + 1) / steps
    return (_SHAPES | _CYCLIC).get(kind, _constant)(place)


def warm_up(share: float, steps: int) -> Floats:
    """Return the factors of a linear warm-up over this share of the steps; of no share: ones."""
    place = (np.arange(steps) + 1) / steps
    return np.minimum(place / share, 1.0) if share else np.ones(steps)


class ReduceOnPlateau:
    """A factor that is reduced if the validation loss has not fallen for ``patience`` epochs.

    ``patience`` and ``min_fall`` are torch's defaults; the reduction is the one in Keras' example.
    """

    def __init__(self, patience: int = 10, reduction: float = 0.2, min_fall: float = 1e-4) -> None:
        self.patience, self.reduction, self.min_fall = patience, reduction, min_fall
        self.factor, self.best, self.waited = 1.0, float("inf"), 0

    def update(self, value: float) -> float:
        """Record the validation loss of an epoch and return the factor for the next epoch."""
        if value < self.best * (1 - self.min_fall):
            self.best, self.waited = value, 0
        else:
            self.waited += 1
        if self.waited > self.patience:
            self.factor, self.waited = self.factor * self.reduction, 0
        return self.factor
