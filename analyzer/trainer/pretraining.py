"""Starts from trained weights: a short training on rows that the run itself does not use."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from analyzer.trainer.stacked import Shape, Updates
from analyzer.trainer.tables import Table
from analyzer.trainer.tasks import Family
from analyzer.trainer.watched import Sets

_STEPS, _RATE = 150, 0.004  # of Adam on all rows at once: well trained, not to the end
_ROWS = 400


def rows_of(family: Family | Table) -> int:
    """Return how many rows pretraining uses: of a table, a quarter of a run's own."""
    return family.rows // 8 if isinstance(family, Table) else _ROWS


def train(shape: Shape, flat: Tensor, rows: Sets, flags: Sequence[bool]) -> None:
    """Train the runs whose flag is set, in place; the others stay as they are."""
    slope = torch.zeros_like(flat)
    layers, slopes = shape.layers(flat), shape.layers(slope)
    updates = Updates(["adam"] * len(flat), torch.zeros(len(flat), device=flat.device), flat)
    updates.rate.fill_(_RATE)
    before, weights = flat.clone(), rows.weights[:, 0]
    for _ in range(_STEPS):
        values = shape.forward(layers, rows.inputs)
        shape.backward(
            layers,
            inputs=rows.inputs,
            values=values,
            slope=shape.slope(values[-1], rows.target, weights),
            masks=(),
            into=slopes,
        )
        updates.apply(flat, slope)
    trained = torch.tensor(flags, device=flat.device)[:, None]
    flat.copy_(torch.where(trained, flat, before))
