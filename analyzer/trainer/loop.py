"""The training loop in plain torch: step, epoch, evaluation; reproducible on a CPU."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from analyzer.trainer import networks
from analyzer.trainer.data import Data, Rows, loss_of, metric_of
from analyzer.trainer.devices import DTYPE
from analyzer.trainer.rates import Rates
from analyzer.trainer.records import Point
from analyzer.trainer.scenarios import Scenario


class Trainee:
    """A network in training; the same seed gives the same initial weights and order of the data.

    ``rate`` multiplies the scenario's learning rate.
    """

    def __init__(
        self, scenario: Scenario, data: Data, *, device: torch.device, seed: int, rate: float = 1.0
    ) -> None:
        torch.manual_seed(seed)
        self.scenario, self.data, self.device = scenario, data, device
        inputs, outputs = data.train.x.shape[1], max(data.classes, 1)
        self.model = networks.build(scenario.network, inputs, outputs).to(device, DTYPE)
        self.x = torch.from_numpy(data.train.x).to(device)
        self.y = torch.from_numpy(data.train.y).to(device)
        self.optimizer = _optimizer(scenario, self.model, rate * scenario.lr)
        self.order = torch.Generator().manual_seed(seed)
        self.per_epoch = -(-len(data.train) // scenario.batch)
        self.rates = Rates(scenario, self.per_epoch, rate * scenario.lr)
        self.step = 0

    def epoch(self, number: int, *, until: float = 1.0) -> Iterator[Point]:
        """Train for an epoch, or the share ``until`` of it, and yield a point for each step."""
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
        norm = _norm(weights.grad for weights in self.model.parameters())
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
        """Return the network's outputs for some rows, in evaluation mode."""
        self.model.eval()
        with torch.no_grad():
            tensor = self.model(torch.from_numpy(rows.x).to(self.device))
        outputs: np.ndarray[Any, Any] = tensor.cpu().numpy()
        return outputs

    def loss(self, rows: Rows) -> float:
        """Return the loss on some rows, in evaluation mode."""
        return loss_of(self.outputs(rows), rows.y, self.data.loss)

    def weight_norm(self) -> float:
        """Return the L2 norm of all weights."""
        return _norm(self.model.parameters())

    def save(self) -> tuple[Any, ...]:
        """Return a checkpoint in memory."""
        return copy.deepcopy((self.model.state_dict(), self.optimizer.state_dict(), self.step))

    def restore(self, checkpoint: tuple[Any, ...]) -> None:
        """Return to a checkpoint; the order of the data continues, as in a new process."""
        model, optimizer, self.step = copy.deepcopy(checkpoint)
        self.model.load_state_dict(model)
        self.optimizer.load_state_dict(optimizer)


def metric_name(data: Data) -> str:
    """Return the name of the metric beside the loss."""
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
        # Without decay this equals Adam bit for bit.
        return torch.optim.AdamW(model.parameters(), lr, weight_decay=decay)
    return torch.optim.SGD(model.parameters(), lr, momentum=scenario.momentum, weight_decay=decay)


def _norm(tensors: Iterable[torch.Tensor | None]) -> float:
    """Return the L2 norm of all tensors together; None counts as zero."""
    squares = [tensor.detach().square().sum() for tensor in tensors if tensor is not None]
    return float(torch.stack(squares).sum().sqrt())
