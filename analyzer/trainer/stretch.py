"""A stretch of a pack's training.

The epochs between two repackings, with fixed members in fixed arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analyzer.stats.arrays import Floats
from analyzer.trainer.devices import DTYPE, accelerated
from analyzer.trainer.stacked import Updates
from analyzer.trainer.watched import Watched

if TYPE_CHECKING:
    from analyzer.trainer.pack import Pack


_TOGETHER = {
    "cpu": 1 << 14,
    "cuda": 1 << 21,
}  # examples evaluated at once: what fits the cache, or fills the GPU


class Stretch:
    """The members that still train; every epoch is written into the log of the pack."""

    def __init__(
        self, pack: Pack, members: npt.NDArray[np.intp], flat: Tensor, updates: Updates
    ) -> None:
        self.pack, self.members, self.updates = pack, members, updates
        self.flat, self.slope = flat, torch.zeros_like(flat)
        self.layers, self.slopes = pack.shape.layers(flat), pack.shape.layers(self.slope)
        self.runs = torch.from_numpy(pack.run_of[members]).to(pack.device)
        size = torch.tensor(
            [pack.configs[run].batch_size for run in pack.run_of[members]], device=pack.device
        )
        self.weights = (
            (torch.arange(pack.batch, device=pack.device) < size[:, None]) / size[:, None]
        ).to(DTYPE)
        self.chosen = torch.zeros(
            len(pack.configs), pack.batch, dtype=torch.int64, device=pack.device
        )
        self.drop = pack.per_run("dropout")
        shape = (len(pack.configs), pack.batch, pack.shape.width)
        dropping = bool((self.drop[self.runs] > 0).any())
        self.masks = [torch.ones(shape, device=pack.device) for _ in range(2)] if dropping else []
        self.loss, self.hits = (torch.zeros(len(members), device=pack.device) for _ in range(2))
        self.step = self._accelerated()

    def _accelerated(self) -> Callable[[], None]:
        """Return the step, as a graph where the device has graphs.

        What the trial calls changed is put back.
        """
        state = [
            self.flat,
            *(update for update in vars(self.updates).values() if isinstance(update, Tensor)),
        ]
        kept = [tensor.clone() for tensor in state]
        step = accelerated(self._step, self.pack.device)
        for tensor, before in zip(state, kept, strict=True):
            tensor.copy_(before)
        return step

    def _step(self) -> None:
        shape, train = self.pack.shape, self.pack.train_set
        at = self.chosen[..., None].expand(-1, -1, shape.features)
        inputs, target = (
            train.inputs.gather(1, at)[self.runs],
            train.target.gather(1, self.chosen)[self.runs],
        )
        masks = [mask[self.runs] for mask in self.masks]
        values = shape.forward(self.layers, inputs, masks)
        self.loss.copy_((shape.losses(values[-1], target) * self.weights).sum(1))
        self.hits.copy_((shape.hits(values[-1], target) * self.weights).sum(1))
        slope = shape.slope(values[-1], target, self.weights)
        shape.backward(self.layers, inputs, values, slope, masks, self.slopes)
        self.updates.apply(self.flat, self.slope)

    def epoch(self, epoch: int) -> None:
        """Train for an epoch (from 0), evaluate every member, and write both down."""
        pack, log, members = self.pack, self.pack.log, self.members
        rates = pack.rates(members, epoch)
        on_device = torch.from_numpy(rates).to(pack.device, DTYPE)[..., None]
        order = self._order()
        losses, hits = [], []
        for step in range(pack.steps):
            self.chosen.copy_(order[:, step])
            for mask in self.masks:
                keep = 1 - self.drop[:, None, None]
                mask.copy_((pack.source.uniform(*mask.shape[1:]) < keep) / keep)
            self.updates.rate.copy_(on_device[step])
            self.step()
            losses.append(self.loss.clone())
            hits.append(self.hits.clone())
        log.train_loss[members, epoch], log.train_hits[members, epoch] = (
            _numpy(losses),
            _numpy(hits),
        )
        log.lr[members, epoch] = rates[-1]
        log.population[members, epoch] = self._evaluate(pack.population, members)[0][:, 0]
        log.full_train[members, epoch] = self._evaluate(pack.train_set, members)[0][:, 0]
        self._watch(epoch)

    def _watch(self, epoch: int) -> None:
        """Evaluate the validation sets of the members that log them or whose rate depends on them."""
        pack = self.pack
        logged = (pack.rate_of[self.members] == 1) & (
            epoch < pack.epochs[pack.run_of[self.members]]
        )
        follows = np.array([at in pack.on_plateau for at in self.members])
        members = self.members[(logged | follows) & (epoch < pack.horizon[self.members])]
        if not len(members):
            return
        loss, hits = self._evaluate(pack.pool, members)
        pack.log.val_loss[members, epoch], pack.log.val_hits[members, epoch] = loss, hits
        for at, value in zip(members, loss[:, 0], strict=True):
            if at in pack.on_plateau:
                pack.on_plateau[at].update(float(value))

    def _order(self) -> Tensor:
        """Return which examples each run takes at each step, ``[runs, steps, batch]``.

        Padding takes example 0.
        """
        pack = self.pack
        here = pack.source.uniform(pack.train_set.target.shape[1])
        here = torch.where(pack.train_set.weights[:, 0] > 0, here, 2.0).argsort(1)
        size = torch.tensor([config.batch_size for config in pack.configs], device=pack.device)[
            :, None, None
        ]
        slot = torch.arange(pack.batch, device=pack.device)
        place = torch.arange(pack.steps, device=pack.device)[:, None] * size + slot
        place = torch.where(slot < size, place, 0).flatten(1)
        return here.gather(1, place).unflatten(1, (pack.steps, pack.batch))

    def _evaluate(self, watched: Watched, members: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return mean loss and accuracy over every set, ``[members, sets]``, in evaluation mode."""
        rows = torch.from_numpy(np.searchsorted(self.members, members)).to(self.pack.device)
        together = max(1, _TOGETHER[self.pack.device.type] // watched.inputs.shape[1])
        losses, hits = [], []
        for some in rows.split(together):
            runs = self.runs[some]
            target, weights = watched.target[runs], watched.weights[runs]
            output = self.pack.shape.forward(
                self.pack.shape.layers(self.flat[some]), watched.inputs[runs]
            )[-1]
            losses.append(
                torch.bmm(weights, self.pack.shape.losses(output, target)[..., None])[..., 0]
            )
            hits.append(torch.bmm(weights, self.pack.shape.hits(output, target)[..., None])[..., 0])
        return torch.cat(losses).double().cpu().numpy(), torch.cat(hits).double().cpu().numpy()


def _numpy(columns: list[Tensor]) -> Floats:
    made: Floats = torch.stack(columns, 1).double().cpu().numpy()
    return made
