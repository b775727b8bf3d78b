"""The training loop in plain torch: one step, one epoch, one evaluation.

Seeded, and the same every time on a CPU.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from analyzer.trainer import networks
from analyzer.trainer.data import Data, Rows, loss_of, metric_of
from analyzer.trainer.devices import DTYPE
from analyzer.trainer.rates import Rates
from analyzer.trainer.records import Point
from analyzer.trainer.scenarios import MOMENTUM, Scenario


class Trainee:
    """A network in training.

    ``rate`` multiplies the scenario's learning rate; the same seed gives the same start.
    """

    def __init__(
        self, scenario: Scenario, data: Data, *, device: torch.device, seed: int, rate: float = 1.0
    ) -> None:
        torch.manual_seed(seed)
        self.scenario, self.data, self.device = scenario, data, device
        self.model = networks.build(
            scenario.network, data.train.x.shape[1], max(data.classes, 1)
        ).to(device, DTYPE)
        self.x, self.y = (
            torch.from_numpy(array).to(device) for array in (data.train.x, data.train.y)
        )
        self.optimizer = _optimizer(scenario, self.model, rate * scenario.lr)
        self.order = torch.Generator().manual_seed(seed)
        self.per_epoch = -(-len(data.train) // scenario.batch)
        self.rates = Rates(scenario, self.per_epoch, rate * scenario.lr)
        self.step = 0

    def epoch(self, number: int, *, until: float = 1.0) -> Iterator[Point]:
        """Train for an epoch, or for a share of it, and yield a point for each step."""
        rows = torch.randperm(len(self.x), generator=self.order)
        self.model.train()
        for batch in rows.split(self.scenario.batch)[: round(until * self.per_epoch)]:
            batch = batch.to(self.device)
            yield Point(self.step + 1, number, "step", self._step(self.x[batch], self.y[batch]))

    def _step(self, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
        lr = self.rates.at(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        outputs = self.model(x)
        loss = _loss(self.data, outputs, y)
        if self.scenario.zero_grad:
            self.optimizer.zero_grad()
        loss.backward()
        norm = _norm(parameter.grad for parameter in self.model.parameters())
        self.optimizer.step()
        self.step += 1
        metric = metric_of(outputs.detach().cpu().numpy(), y.cpu().numpy(), self.data.classes)
        return {
            "train/loss": float(loss.detach()),
            f"train/{metric_name(self.data)}": metric,
            "lr": lr,
            "grad_norm": norm,
        }

    def outputs(self, rows: Rows) -> np.ndarray[Any, Any]:
        """Return what the network gives for some rows, in evaluation mode."""
        self.model.eval()
        with torch.no_grad():
            found: np.ndarray[Any, Any] = (
                self.model(torch.from_numpy(rows.x).to(self.device)).cpu().numpy()
            )
        return found

    def loss(self, rows: Rows) -> float:
        """Return the loss on some rows, in evaluation mode."""
        return loss_of(self.outputs(rows), rows.y, self.data.loss)

    def weight_norm(self) -> float:
        """Return the root of the sum of squares of all weights."""
        return _norm(self.model.parameters())

    def save(self) -> tuple[Any, ...]:
        """Return a checkpoint, kept in memory."""
        return copy.deepcopy((self.model.state_dict(), self.optimizer.state_dict(), self.step))

    def restore(self, checkpoint: tuple[Any, ...]) -> None:
        """Go back to a checkpoint; the order of the data goes on, as in a new process."""
        model, optimizer, self.step = copy.deepcopy(checkpoint)
        self.model.load_state_dict(model)
        self.optimizer.load_state_dict(optimizer)


def metric_name(data: Data) -> str:
    """Return the name of what is measured beside the loss."""
    return "accuracy" if data.classes else "mae"


def _loss(data: Data, outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    kinds = {
        "cross_entropy": nn.functional.cross_entropy,
        "mse": nn.functional.mse_loss,
        "mae": nn.functional.l1_loss,
    }
    return kinds[data.loss](outputs, y)


def _optimizer(scenario: Scenario, model: nn.Module, lr: float) -> torch.optim.Optimizer:
    decay = scenario.weight_decay
    if scenario.optimizer == "adam":
        return torch.optim.AdamW(
            model.parameters(), lr, weight_decay=decay
        )  # Adam to the bit where decay is 0
    momentum = MOMENTUM if scenario.optimizer == "momentum" else 0.0
    return torch.optim.SGD(model.parameters(), lr, momentum=momentum, weight_decay=decay)


def _norm(tensors: Any) -> float:
    squares = [tensor.detach().square().sum() for tensor in tensors if tensor is not None]
    return float(torch.stack(squares).sum().sqrt())
