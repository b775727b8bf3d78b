"""What is true of a run.

It is trained on beyond its log, and beside it at a tenth and at ten times its rate.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from analyzer.trainer.data import Data, trivial_loss
from analyzer.trainer.labels import Counterfactual, Measured, label
from analyzer.trainer.loop import Trainee
from analyzer.trainer.records import Point
from analyzer.trainer.scenarios import Scenario

_WIDE = (64, 64)  # room for every teacher here


@dataclass(frozen=True)
class Curves:
    """Population and full train loss in evaluation mode, one value an epoch."""

    population: tuple[float, ...]
    train: tuple[float, ...]

    def arrays(self) -> Counterfactual:
        """Return them as the labels take them."""
        return Counterfactual(np.array(self.population), np.array(self.train))

    def then(self, more: Curves) -> Curves:
        """Return these epochs with later ones behind them."""
        return Curves(self.population + more.population, self.train + more.train)


def curves_of(ends: Iterable[Point]) -> Curves:
    """Return the hidden losses of logged epochs.

    An epoch that was trained again counts once, the last time.
    """
    by_epoch = {end.epoch: end.hidden for end in ends}
    found = [by_epoch[epoch] for epoch in sorted(by_epoch)]
    return Curves(
        tuple(item["population"] for item in found), tuple(item["train"] for item in found)
    )


def follow(trainee: Trainee, epochs: int, done: int = 0) -> Curves:
    """Train on for some epochs that no log shows."""
    population, train = [], []
    for number in range(done + 1, done + epochs + 1):
        for _ in trainee.epoch(number):
            pass
        population.append(trainee.loss(trainee.data.population))
        train.append(trainee.loss(trainee.data.train))
        trainee.rates.told(trainee.loss(trainee.data.val))
    return Curves(tuple(population), tuple(train))


def against_wider(
    scenario: Scenario, data: Data, *, device: torch.device, seed: int
) -> dict[str, float]:
    """Return the train loss that a wider network reaches.

    For a scenario whose network is too small to learn.
    """
    if scenario.network.hidden:
        return {}
    wide = replace(scenario, network=replace(scenario.network, hidden=_WIDE))
    reached = follow(Trainee(wide, data, device=device, seed=seed), scenario.epochs)
    return {"wider_network_train_loss": float(f"{min(reached.train):.5g}")}


def labels_of(
    logged: Curves, data: Data, *, later: Curves, tenth: Curves, tenfold: Curves
) -> dict[str, Any]:
    """Return the labels of a run."""
    whole = logged.then(later).arrays()
    sides = (rate.arrays() for rate in (tenth, tenfold))
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # a run that diverged holds stretches of nothing but NaN
        return label(
            Measured(whole.population, whole.train, len(logged.train), trivial_loss(data), *sides)
        )


def measured_labels(
    trainee: Trainee, logged: Curves, again: Callable[[float], Trainee]
) -> dict[str, Any]:
    """Train the unlogged half and the two other rates, and return the labels.

    ``again`` makes a run at another rate.
    """
    epochs = len(logged.train)
    trainee.scenario = replace(trainee.scenario, kill=None)
    later = follow(trainee, epochs, epochs)
    tenth, tenfold = (follow(again(rate), epochs) for rate in (0.1, 10.0))
    return labels_of(logged, trainee.data, later=later, tenth=tenth, tenfold=tenfold)
