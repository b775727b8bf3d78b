"""The networks as Keras models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer.trainer.scenarios import SCENARIOS, Network

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import data
from analyzer.trainer.keras_model import build

pytestmark = [
    pytest.mark.usefixtures("keras"),
    # Keras' variables do not accept numpy's "copy" yet.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
SMALL = replace(SCENARIOS["healthy"], train_rows=40, val_rows=20, network=Network((8,)))


def layers(model: Any) -> list[str]:
    return [type(layer).__name__ for layer in model.layers]


def test_the_same_seed_gives_the_same_initial_weights() -> None:
    sets = data.make(SMALL, 0)
    first, same, other = (build(SMALL, sets, seed=seed, lr=0.1) for seed in (1, 1, 2))
    assert np.array_equal(first.get_weights()[0], same.get_weights()[0])
    assert not np.array_equal(first.get_weights()[0], other.get_weights()[0])


def test_batch_normalisation_comes_last_only_in_the_course() -> None:
    sets = data.make(SMALL, 0)
    usual = Network((8,), dropout=0.5, batchnorm=True)
    course = replace(usual, norm_last=True, batchnorm_inputs=True)
    model = build(replace(SMALL, network=usual), sets, seed=0, lr=0.1)
    assert layers(model) == ["Dense", "BatchNormalization", "Activation", "Dropout", "Dense"]
    model = build(replace(SMALL, network=course), sets, seed=0, lr=0.1)
    assert layers(model) == [
        "BatchNormalization",
        "Dense",
        "Dropout",
        "BatchNormalization",
        "Dense",
    ]


def test_the_optimizer_has_the_settings_of_the_scenario() -> None:
    scenario = replace(SMALL, optimizer="momentum", weight_decay=0.01)
    optimizer = build(scenario, data.make(SMALL, 0), seed=0, lr=0.25).optimizer
    assert (type(optimizer).__name__, optimizer.momentum) == ("SGD", 0.9)
    assert optimizer.weight_decay == 0.01
    assert float(optimizer.learning_rate) == 0.25
