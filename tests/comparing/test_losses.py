"""The loss that the settings of a run name, and which runs it tells apart."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.comparing.losses import UNNAMED, loss_named, losses_of


@pytest.mark.parametrize(
    ("settings", "loss"),
    [
        ({"loss": "mse"}, "mse"),
        ({"criterion": "nn.MSELoss()"}, "mse"),
        ({"criterion": "torch.nn.CrossEntropyLoss(label_smoothing=0.1)"}, "cross_entropy"),
        ({"compile.loss": "sparse_categorical_crossentropy"}, "cross_entropy"),
        ({"loss_fn": "BCEWithLogitsLoss"}, "binary_cross_entropy"),
        ({"objective": "reg:squarederror"}, "mse"),
        ({"loss.name": "Focal", "loss.gamma": "2"}, "focal"),
        ({"model.criterion._target_": "torch.nn.HuberLoss"}, "huber"),
        ({"loss": 0.31, "lr": 0.1}, None),
        ({"loss": "0.31"}, None),
        ({"loss": "none", "name": "mse"}, None),
        ({}, None),
    ],
)
def test_a_loss_has_one_name_however_it_is_written(
    settings: dict[str, Any], loss: str | None
) -> None:
    assert loss_named(settings) == loss


def test_runs_with_different_losses_are_told_apart() -> None:
    runs = [{"loss": "mse"}, {"loss": "L2"}, {"criterion": "ce"}, {"lr": 0.1}]
    assert losses_of(runs, ["loss"] * 4) == ["mse", "mse", "cross_entropy", UNNAMED]


def test_one_loss_beside_runs_that_name_none_tells_nothing_apart() -> None:
    assert losses_of([{"loss": "mse"}, {}], ["loss", "loss"]) == [None, None]


def test_a_curve_with_a_name_of_its_own_does_not_depend_on_the_loss() -> None:
    runs = [{"loss": "mse"}, {"loss": "huber"}, {"loss": "mse"}]
    assert losses_of(runs, ["mae", "mae", None]) == [None, None, None]
    assert losses_of(runs, ["accuracy"] * 3) == [None, None, None]
