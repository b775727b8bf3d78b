"""Which kinds of settings a log holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analyzer import synthetic
from analyzer.measures.described import describes_data, describes_layers, describes_training
from analyzer.model.run import Run

PLAN = {"num_train_epochs": 3, "max_steps": 900, "eval_steps": 50, "train_batch_size": 8}


def with_settings(config: dict[str, Any]) -> Run:
    return replace(synthetic.healthy(1).run, config=config)


@pytest.mark.parametrize("config", [{}, PLAN, {"largest_logged": {"learning_rate": 1e-4}}])
def test_a_plan_describes_neither_network_nor_training(config: dict[str, Any]) -> None:
    run = with_settings(config)
    assert not describes_layers(run)
    assert not describes_data(run)
    assert not describes_training(run)


@pytest.mark.parametrize("name", ["n_layer", "hidden_size", "model.numHeads", "use_bn", "layers2"])
def test_layers_are_told_by_any_of_their_words(name: str) -> None:
    assert describes_layers(with_settings({**PLAN, name: 4}))


@pytest.mark.parametrize("name", ["max_grad_norm", "clip_norm", "arch", "model_name"])
def test_clipping_and_the_name_of_a_network_describe_no_layer(name: str) -> None:
    assert not describes_layers(with_settings({name: 1}))


def test_data_and_training_are_kinds_of_their_own() -> None:
    assert describes_data(with_settings({"random_crop": 32}))
    assert not describes_data(with_settings({"hidden_size": 32}))
    assert describes_training(with_settings({"optim": {"learning_rate": 0.1}}))
