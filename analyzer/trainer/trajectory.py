"""What is recorded of a run of a fleet: the curves of its log, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.stats.arrays import Floats
from analyzer.trainer.labels import Counterfactual
from analyzer.trainer.sampling import Config


@dataclass(frozen=True, eq=False)
class Logged:
    """The curves that the log of a run shows. Arrays are ``[epochs]`` unless stated otherwise.

    ``val_loss`` and ``val_accuracy`` are ``[epochs, sets]``: the two sets of the configuration
    first. ``train_loss`` and ``train_accuracy`` are as logged: means over the epoch while the
    weights move, or one value per batch ``[epochs * steps]``. ``penalty`` is the term of the
    weights in the logged losses, at the end of each epoch.
    """

    config: Config
    train_loss: Floats
    train_accuracy: Floats
    val_loss: Floats
    val_accuracy: Floats
    lr: Floats
    penalty: Floats


@dataclass(frozen=True, eq=False)
class Trajectory(Logged):
    """The record of one run of the fleet; its validation sets are followed by ``EXTRA_SETS``.

    ``population`` and ``full_train`` are ``[2 * epochs]``, in evaluation mode. ``tenth`` and
    ``tenfold`` are the same run at other rates. ``trivial`` is the train loss of the best constant.
    ``rise_error`` is the standard error of the rise of the population loss from its lowest epoch to
    the last logged one, and ``fresh_trivial`` the loss of the best constant on the population, of
    ``fresh`` examples.
    """

    population: Floats
    full_train: Floats
    tenth: Counterfactual
    tenfold: Counterfactual
    trivial: float
    rise_error: float
    fresh_trivial: float
    fresh: int
