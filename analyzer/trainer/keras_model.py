"""The networks of the scenarios as Keras models on the torch backend."""

from __future__ import annotations

import os
from typing import Any

from analyzer.trainer.data import Data
from analyzer.trainer.scenarios import MOMENTUM, Network, Scenario

_LOSSES = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}


def keras() -> Any:
    """Import Keras on torch, whatever backend the user has set: the trainer needs no other."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras as module

    if module.backend.backend() != "torch":
        raise ModuleNotFoundError("keras on torch", name="keras on the torch backend")
    return module


def build(scenario: Scenario, data: Data, *, seed: int, lr: float) -> Any:
    """Return a compiled model.

    The seed draws the first weights, dropout and the order of the data.
    """
    k = keras()
    k.utils.set_random_seed(seed)
    layers = [k.layers.Input((data.train.x.shape[1],))]
    if scenario.network.batchnorm_inputs:
        layers.append(k.layers.BatchNormalization())
    for width in scenario.network.hidden:
        layers += _block(k, scenario.network, width)
    model = k.Sequential([*layers, k.layers.Dense(max(data.classes, 1))])
    loss = _LOSSES.get(data.loss) or k.losses.SparseCategoricalCrossentropy(from_logits=True)
    metrics = ["accuracy"] if data.classes else (["mae"] if data.loss == "mse" else [])
    model.compile(optimizer=_optimizer(k, scenario, lr), loss=loss, metrics=metrics)
    return model


def _block(k: Any, network: Network, width: int) -> list[Any]:
    """Return a hidden layer with what belongs to it.

    The course puts dropout before batch normalisation.
    """
    layers = k.layers
    dropout = [layers.Dropout(network.dropout)] if network.dropout else []
    norm = [layers.BatchNormalization()] if network.batchnorm else []
    if network.norm_last:
        return [layers.Dense(width, activation=network.activation), *dropout, *norm]
    return [layers.Dense(width), *norm, layers.Activation(network.activation), *dropout]


def _optimizer(k: Any, scenario: Scenario, lr: float) -> Any:
    decay = scenario.weight_decay or None
    if scenario.optimizer == "adam":
        return k.optimizers.Adam(lr, weight_decay=decay)
    return k.optimizers.SGD(
        lr, momentum=MOMENTUM if scenario.optimizer == "momentum" else 0.0, weight_decay=decay
    )
