"""The data sets of the runs of a pack: train, population and validation sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analyzer.trainer.tables import Rows
from analyzer.trainer.tasks import Task


@dataclass(frozen=True, eq=False)
class Sets:
    """The examples of every run and how to average them.

    ``weights`` is ``[runs, sets, n]``; each row sums to one.
    """

    inputs: Tensor
    target: Tensor
    weights: Tensor


def draw_sets(task: Task | Rows, sizes: Sequence[Sequence[int]]) -> Sets:
    """Draw sets of these sizes, one row of sizes per run, padded to the largest total."""
    ends = np.cumsum(sizes, axis=1)
    inputs, target = task.examples(int(ends[:, -1].max()))
    weights = np.zeros((*ends.shape, inputs.shape[1]), dtype=np.float32)
    for run, row in enumerate(sizes):
        for place, size in enumerate(row):
            end = ends[run, place]
            weights[run, place, end - size : end] = 1 / size
    return Sets(inputs, target, torch.from_numpy(weights).to(inputs.device))


def trivial(train: Sets, classes: int) -> Tensor:
    """Return the train loss of the best constant: the variance, or the entropy of the classes."""
    weights = train.weights[:, 0]
    if not classes:
        mean = (weights * train.target).sum(1, keepdim=True)
        return (weights * (train.target - mean) ** 2).sum(1)
    shares = torch.zeros(len(weights), classes, device=weights.device)
    shares.scatter_add_(1, train.target, weights)
    return -torch.special.xlogy(shares, shares).sum(1)


def by_first_input(train: Sets) -> Sets:
    """Return the train set of each run in the order of the first input."""
    keys = torch.where(train.weights[:, 0] > 0, train.inputs[..., 0], torch.inf)
    order = keys.argsort(1)
    rows = order[..., None].expand_as(train.inputs)
    return Sets(train.inputs.gather(1, rows), train.target.gather(1, order), train.weights)


class Rise:
    """The error of the rise of the loss on fresh data, from its lowest epoch to the last logged.

    Both epochs are measured on the same examples, so the error is that of the mean difference.
    ``ends`` are the logged epochs of the members to follow, 0 for the others.
    """

    def __init__(self, ends: Sequence[int], examples: int, device: torch.device) -> None:
        self.ends = torch.tensor(ends, device=device)
        self.best = torch.full((len(ends),), torch.inf, device=device)
        self.at_best = torch.zeros(len(ends), examples, device=device)
        self.error = torch.zeros(len(ends), device=device)

    def observe(
        self, members: npt.NDArray[np.intp], epoch: int, mean: Tensor, each: Tensor
    ) -> None:
        """Record the losses ``[members, n]`` after an epoch (from 0) and their means."""
        at = torch.from_numpy(members).to(mean.device)
        lower = (mean < self.best[at]) & (epoch < self.ends[at])
        self.best[at[lower]], self.at_best[at[lower]] = mean[lower], each[lower]
        last = epoch + 1 == self.ends[at]
        if not last.any():
            return
        difference = each[last] - self.at_best[at[last]]
        self.error[at[last]] = difference.std(1) / each.shape[1] ** 0.5
