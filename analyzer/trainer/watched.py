"""The sets on which the runs of a pack are watched: train, population, validation sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from analyzer.trainer.tasks import Task


@dataclass(frozen=True, eq=False)
class Watched:
    """Examples of every run and how they are averaged.

    ``weights`` is ``[runs, sets, n]``, each row summing to one.
    """

    inputs: Tensor
    target: Tensor
    weights: Tensor


def watch(task: Task, sizes: Sequence[Sequence[int]]) -> Watched:
    """Draw examples for sets of these sizes.

    The sets of a run lie side by side, padded to the largest sum.
    """
    ends = np.cumsum(sizes, axis=1)
    inputs, target = task.examples(int(ends[:, -1].max()))
    weights = np.zeros((*ends.shape, inputs.shape[1]), dtype=np.float32)
    for run, row in enumerate(sizes):
        for at, size in enumerate(row):
            weights[run, at, ends[run, at] - size : ends[run, at]] = 1 / size
    return Watched(inputs, target, torch.from_numpy(weights).to(inputs.device))


def trivial(train: Watched, classes: int) -> Tensor:
    """Return the train loss of the best constant prediction.

    The variance, or the entropy of the class shares.
    """
    weights = train.weights[:, 0]
    if not classes:
        mean = (weights * train.target).sum(1, keepdim=True)
        return (weights * (train.target - mean) ** 2).sum(1)
    shares = torch.zeros(len(weights), classes, device=weights.device).scatter_add_(
        1, train.target, weights
    )
    return -torch.special.xlogy(shares, shares).sum(1)
