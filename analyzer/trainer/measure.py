"""The truth about a run: trained beyond its log, and at a tenth and ten times its rate."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from analyzer.trainer.data import Data, trivial_loss
from analyzer.trainer.digits import significant
from analyzer.trainer.labels import Counterfactual, Measured, label
from analyzer.trainer.loop import Trainee
from analyzer.trainer.records import Point
from analyzer.trainer.scenarios import Scenario

_WIDE = (64, 64)  # hidden layers with enough capacity for every teacher


@dataclass(frozen=True)
class Curves:
    """Population and full train loss in evaluation mode, one value per epoch."""

    population: tuple[float, ...]
    train: tuple[float, ...]

    def arrays(self) -> Counterfactual:
        """Return the curves as arrays, for the labels."""
        return Counterfactual(np.array(self.population), np.array(self.train))

    def then(self, more: Curves) -> Curves:
        """Return these epochs followed by later ones."""
        return Curves(self.population + more.population, self.train + more.train)


def curves_of(ends: Iterable[Point]) -> Curves:
    """Return the unlogged losses of logged epochs.

    An epoch that was trained twice, because of a restart, counts once: the last time.
    """
    by_epoch = {point.epoch: point.hidden for point in ends}
    losses = [by_epoch[epoch] for epoch in sorted(by_epoch)]
    return Curves(
        population=tuple(hidden["population"] for hidden in losses),
        train=tuple(hidden["train"] for hidden in losses),
    )


def follow(trainee: Trainee, epochs: int, done: int = 0) -> Curves:
    """Train for ``epochs`` unlogged epochs, after ``done`` earlier ones."""
    population, train = [], []
    for number in range(done + 1, done + epochs + 1):
        for _ in trainee.epoch(number):
            pass
        population.append(trainee.loss(trainee.data.population))
        train.append(trainee.loss(trainee.data.train))
        trainee.rates.observe(trainee.loss(trainee.data.val))
    return Curves(tuple(population), tuple(train))


def against_wider(
    scenario: Scenario, data: Data, *, device: torch.device, seed: int
) -> dict[str, float]:
    """Return the train loss that a wider network reaches, if the scenario's network is linear."""
    if scenario.network.hidden:
        return {}
    wide = replace(scenario, network=replace(scenario.network, hidden=_WIDE))
    reached = follow(Trainee(wide, data, device=device, seed=seed), scenario.epochs)
    return {"wider_network_train_loss": significant(min(reached.train), 5)}


def labels_of(
    logged: Curves, data: Data, *, later: Curves, tenth: Curves, tenfold: Curves
) -> dict[str, Any]:
    """Return the labels of a run from its logged epochs and the unlogged trainings."""
    whole = logged.then(later).arrays()
    measured = Measured(
        population=whole.population,
        train=whole.train,
        epochs=len(logged.train),
        trivial=trivial_loss(data),
        tenth=tenth.arrays(),
        tenfold=tenfold.arrays(),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # stretches of NaN in a diverged run
        return label(measured)


def measured_labels(
    trainee: Trainee, logged: Curves, again: Callable[[float], Trainee]
) -> dict[str, Any]:
    """Train the unlogged second half and the two other rates, and return the labels.

    ``again`` returns the same run, untrained, with its rate multiplied by a factor.
    """
    epochs = len(logged.train)
    trainee.scenario = replace(trainee.scenario, kill=None)
    later = follow(trainee, epochs, epochs)
    tenth = follow(again(0.1), epochs)
    tenfold = follow(again(10.0), epochs)
    return labels_of(logged, trainee.data, later=later, tenth=tenth, tenfold=tenfold)
