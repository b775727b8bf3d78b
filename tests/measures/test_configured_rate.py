"""A learning rate is found in the settings under any usual name, at any depth."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.measures.configured_rate import configured_rates


@pytest.mark.parametrize(
    "config",
    [
        {"learning_rate": 0.01},
        {"hyperparams": {"lr": 0.01, "momentum": 0.9}},
        {"optimizer": {"params": {"learningRate": "1e-2"}}},
        {"optim_wrapper": {"optimizer": {"lr": 0.01}}, "param_scheduler": [{"lr": 5}]},
        {"lr": {"value": 0.01}},
        {"tasa_de_aprendizaje": 0.01},
        {"learning_rate_init": 0.01},
    ],
)
def test_a_rate_is_found(config: dict[str, Any]) -> None:
    assert [setting.value for setting in configured_rates(config)] == [0.01]


def test_the_nearest_to_the_top_comes_first() -> None:
    config = {"groups": {"head": {"lr": 0.1}}, "lr": 0.01}
    assert [setting.value for setting in configured_rates(config)] == [0.01, 0.1]


@pytest.mark.parametrize(
    "config",
    [{}, {"lr": None}, {"lr": "auto"}, {"lr": True}, {"lr": 0}, {"lrf": 0.01}, {"min_lr": 1e-6}],
)
def test_what_is_no_rate_is_left_out(config: dict[str, Any]) -> None:
    assert configured_rates(config) == []
