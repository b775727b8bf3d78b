"""The networks of the scenarios as Keras models on the torch backend."""

from __future__ import annotations

import os
from typing import Any

from analyzer.trainer.data import Data
from analyzer.trainer.scenarios import Network, Scenario

_LOSSES = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}


def import_keras() -> Any:
    """Import Keras with the torch backend, whatever backend the user has configured."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras as module

    if module.backend.backend() != "torch":
        raise ModuleNotFoundError("keras on torch", name="keras on the torch backend")
    return module


def build(scenario: Scenario, data: Data, *, seed: int, lr: float) -> Any:
    """Return a compiled model.

    The seed determines the initial weights, dropout and the order of the data.
    """
    keras = import_keras()
    keras.utils.set_random_seed(seed)
    layers = [keras.layers.Input((data.train.x.shape[1],))]
    if scenario.network.batchnorm_inputs:
        layers.append(keras.layers.BatchNormalization())
    for width in scenario.network.hidden:
        layers += _block(keras, scenario.network, width)
    model = keras.Sequential([*layers, keras.layers.Dense(max(data.classes, 1))])
    loss = _LOSSES.get(data.loss) or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=_optimizer(keras, scenario, lr), loss=loss, metrics=_metrics(data))
    return model


def _metrics(data: Data) -> list[str]:
    """Return the metrics beside the loss: none if the loss is the mean absolute error itself."""
    if data.classes:
        return ["accuracy"]
    return ["mae"] if data.loss == "mse" else []


def _block(keras: Any, network: Network, width: int) -> list[Any]:
    """Return a hidden layer with its activation, dropout and batch normalisation.

    With ``norm_last`` dropout comes before batch normalisation, as in the red-wine course.
    """
    layers = keras.layers
    dropout = [layers.Dropout(network.dropout)] if network.dropout else []
    norm = [layers.BatchNormalization()] if network.batchnorm else []
    if network.norm_last:
        return [layers.Dense(width, activation=network.activation), *dropout, *norm]
    return [layers.Dense(width), *norm, layers.Activation(network.activation), *dropout]


def _optimizer(keras: Any, scenario: Scenario, lr: float) -> Any:
    decay = scenario.weight_decay or None
    if scenario.optimizer == "adam":
        return keras.optimizers.Adam(lr, weight_decay=decay)
    return keras.optimizers.SGD(lr, momentum=scenario.momentum, weight_decay=decay)
