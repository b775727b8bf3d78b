"""The training loop: reproducible, resumable, and with the optimizers it names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.trainer.choices import changed
from analyzer.trainer.scenarios import SCENARIOS, Network, Scenario

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import data  # noqa: E402 - needs torch
from analyzer.trainer.loop import Trainee  # noqa: E402 - needs torch

SMALL = replace(
    SCENARIOS["overfitting"], train_rows=70, val_rows=20, batch=20, network=Network((8,))
)


def trainee(scenario: Scenario = SMALL, *, seed: int = 0, rate: float = 1.0) -> Trainee:
    sets = data.make(scenario, 0)
    return Trainee(scenario, sets, device=torch.device("cpu"), seed=seed, rate=rate)


def test_the_same_seed_trains_the_same_way() -> None:
    first, same, other = (list(trainee(seed=seed).epoch(1)) for seed in (3, 3, 4))
    assert first == same
    assert first != other


def test_an_epoch_has_a_point_for_every_batch_and_a_share_of_it_fewer() -> None:
    network = trainee()
    assert [point.step for point in network.epoch(1)] == [1, 2, 3, 4]
    assert [point.step for point in network.epoch(2, until=0.5)] == [5, 6]


def test_a_checkpoint_restores_weights_optimizer_and_step() -> None:
    network = trainee()
    list(network.epoch(1))
    checkpoint, loss = network.save(), network.loss(network.data.val)
    list(network.epoch(2))
    assert network.loss(network.data.val) != loss
    network.restore(checkpoint)
    assert (network.step, network.loss(network.data.val)) == (4, loss)


def test_the_rate_multiplies_the_scenario_s() -> None:
    (first, *_) = trainee(rate=0.1).epoch(1)
    assert first.values["lr"] == pytest.approx(0.1 * SMALL.lr)


def test_without_zero_grad_gradients_add_up() -> None:
    sgd = replace(SMALL, optimizer="sgd", lr=1e-9)
    (usual, kept) = (list(trainee(replace(sgd, zero_grad=zero)).epoch(1)) for zero in (True, False))
    assert kept[0].values["grad_norm"] == usual[0].values["grad_norm"]
    assert kept[3].values["grad_norm"] > 1.5 * usual[3].values["grad_norm"]


def test_the_weight_norm_is_the_root_of_the_sum_of_squares() -> None:
    network = trainee()
    squares = [float(weights.detach().square().sum()) for weights in network.model.parameters()]
    assert network.weight_norm() == pytest.approx(sum(squares) ** 0.5)


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "momentum"])
def test_weight_decay_makes_the_weights_small(optimizer: str) -> None:
    def norm(decay: float) -> float:
        settings = [f"optimizer={optimizer}", f"weight_decay={decay}"]
        network = trainee(changed(SCENARIOS["overfitting"], settings))
        for epoch in range(3):
            list(network.epoch(epoch + 1))
        return network.weight_norm()

    assert norm(0.1) < 0.995 * norm(0.0)
