"""The optimizer of a run, as the settings of usual libraries name it."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.measures.optimizer import optimizer_family, optimizer_of


@pytest.mark.parametrize(
    ("config", "name", "family"),
    [
        ({"optim": "adamw_torch_fused"}, "adamw_torch_fused", "adaptive"),
        ({"opt": "sgd"}, "sgd", "sgd"),
        ({"optimizer": "<class 'torch.optim.sgd.SGD'>"}, "<class 'torch.optim.sgd.SGD'>", "sgd"),
        ({"optimizer": {"class_name": "RMSprop", "config": {"rho": 0.9}}}, "RMSprop", "adaptive"),
        ({"optim_wrapper": {"optimizer": {"type": "SGD", "lr": 0.1}}}, "SGD", "sgd"),
        ({"optimizer": {"_target_": "torch.optim.AdamW"}}, "torch.optim.AdamW", "adaptive"),
        ({"optimizer": {"value": "lion"}}, "lion", "adaptive"),
        ({"optimizer/type": "SGD"}, "SGD", "sgd"),
        ({"Optimizer.Name": "Adam"}, "Adam", "adaptive"),
        ({"optimizer": "lion_8bit"}, "lion_8bit", "adaptive"),
        ({"optimizer": "million_steps"}, "million_steps", None),
        ({"optimizer": "lambda_sgd"}, "lambda_sgd", "sgd"),
        ({"optimizer": "auto"}, "auto", None),
        ({"optimizer": {"lr": 0.1}}, None, None),
        ({"model": {"name": "adamnet"}}, None, None),
        ({}, None, None),
    ],
)
def test_the_optimizer_is_named(
    config: dict[str, Any], name: str | None, family: str | None
) -> None:
    assert optimizer_of(config) == name
    assert optimizer_family(config) == family


def test_the_optimizer_nearest_to_the_top_counts() -> None:
    config = {"discriminator": {"optimizer": "sgd"}, "optimizer": "adam"}
    assert optimizer_of(config) == "adam"
