"""A stretch of a pack's training: the epochs between repackings, with members in fixed arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analyzer.stats.arrays import Floats
from analyzer.trainer.devices import DTYPE, accelerated
from analyzer.trainer.stacked import Updates
from analyzer.trainer.watched import Sets

if TYPE_CHECKING:
    from analyzer.trainer.pack import Members

# Examples evaluated at once: as many as fit the cache, or fill the GPU.
_EXAMPLES_AT_ONCE = {"cpu": 1 << 14, "cuda": 1 << 21}


class Stretch:
    """The members still in training; writes every epoch into the log of the pack."""

    def __init__(
        self, pack: Members, members: npt.NDArray[np.intp], flat: Tensor, updates: Updates
    ) -> None:
        self.pack, self.members, self.updates = pack, members, updates
        self.flat, self.slope = flat, torch.zeros_like(flat)
        self.layers, self.slopes = pack.shape.layers(flat), pack.shape.layers(self.slope)
        self.runs = torch.from_numpy(pack.run_of[members]).to(pack.device)
        arms = [pack.arms[member] for member in members]
        sizes = [arm.config.batch_size for arm in arms]
        size = torch.tensor(sizes, device=pack.device)[:, None]
        slots = torch.arange(pack.batch, device=pack.device)
        self.weights = ((slots < size) / size).to(DTYPE)
        runs = len(pack.configs)
        self.chosen = torch.zeros(runs, pack.batch, dtype=torch.int64, device=pack.device)
        keep = 1 - torch.tensor([arm.config.dropout for arm in arms], dtype=DTYPE)
        self.keep = keep[:, None, None].to(pack.device)
        self.uniform: list[Tensor] = []  # behind the dropout masks, the same for all arms of a run
        if (keep < 1).any():
            shape = (runs, pack.batch, pack.shape.width)
            self.uniform = [torch.zeros(shape, device=pack.device) for _ in range(2)]
        treated = [arm.config.treated for arm in arms]
        self.smoothing: Tensor | None = None
        if any(treatment.smoothing for treatment in treated):
            smoothing = torch.tensor([treatment.smoothing for treatment in treated], dtype=DTYPE)
            self.smoothing = smoothing[:, None, None].to(pack.device)
        self.scale = pack.scale_of(members)
        self.blur: Tensor | None = None
        if any(pack.variations[run].augmentation for run in pack.run_of[members].tolist()):
            self.blur = torch.zeros(runs, pack.batch, pack.shape.features, device=pack.device)
        self.loss = torch.zeros(len(members), device=pack.device)
        self.hits = torch.zeros(len(members), device=pack.device)
        self.step = self._accelerated()

    def _accelerated(self) -> Callable[[], None]:
        """Return the step, as a graph on a GPU; undo what the warm-up calls changed."""
        state = [self.flat]
        state += [value for value in vars(self.updates).values() if isinstance(value, Tensor)]
        saved = [tensor.clone() for tensor in state]
        step = accelerated(self._step, self.pack.device)
        for tensor, before in zip(state, saved, strict=True):
            tensor.copy_(before)
        return step

    def _step(self) -> None:
        shape, train = self.pack.shape, self.pack.train_set
        rows = self.chosen[..., None].expand(-1, -1, shape.features)
        inputs = train.inputs.gather(1, rows)
        if self.blur is not None:
            inputs = inputs + self.blur
        inputs = self._scaled(inputs[self.runs], slice(None))
        target = train.target.gather(1, self.chosen)[self.runs]
        masks = [(uniform[self.runs] < self.keep) / self.keep for uniform in self.uniform]
        values = shape.forward(self.layers, inputs, masks)
        self.loss.copy_((shape.losses(values[-1], target) * self.weights).sum(1))
        self.hits.copy_((shape.hits(values[-1], target) * self.weights).sum(1))
        slope = shape.slope(values[-1], target, self.weights, self.smoothing)
        shape.backward(
            self.layers, inputs=inputs, values=values, slope=slope, masks=masks, into=self.slopes
        )
        self.updates.apply(self.flat, self.slope)

    def epoch(self, epoch: int) -> None:
        """Train for an epoch (from 0), evaluate every member, and log both."""
        pack, log, members = self.pack, self.pack.log, self.members
        rates = pack.rates(members, epoch)
        on_device = torch.from_numpy(rates).to(pack.device, DTYPE)[..., None]
        order = self._order(epoch)
        noise = self._change(epoch)
        losses, hits = [], []
        for step in range(pack.steps):
            self.chosen.copy_(order[:, step])
            for uniform in self.uniform:
                uniform.copy_(pack.masking.uniform(*uniform.shape[1:]))
            if self.blur is not None:
                self.blur.copy_(pack.blurring.normal(*self.blur.shape[1:]) * noise)
            self.updates.rate.copy_(on_device[step])
            self.step()
            losses.append(self.loss.clone())
            hits.append(self.hits.clone())
        log.train_loss[members, epoch] = _numpy(losses)
        log.train_hits[members, epoch] = _numpy(hits)
        log.lr[members, epoch] = rates[-1]
        if any(variation.penalty for variation in pack.variations):
            log.norm[members, epoch] = self.flat.square().sum(1).double().cpu().numpy()
        pack.observe(self, epoch)

    def _change(self, epoch: int) -> Tensor:
        """Set the penalty of an epoch, and return the noise on the inputs ``[runs, 1, 1]``."""
        pack, places = self.pack, self.pack.places(epoch)
        changes = [
            (float(variation.penalty_at(place)), variation.augmentation_at(float(place)))
            for variation, place in zip(pack.variations, places, strict=True)
        ]
        penalty, noise = torch.tensor(changes, dtype=DTYPE, device=pack.device).T[..., None]
        self.updates.penalty.copy_(penalty[self.runs])
        return noise[..., None]

    def validate(self, epoch: int) -> None:
        """Evaluate the validation sets of members that log them or whose rate depends on them."""
        pack = self.pack
        logged = pack.is_base[self.members] & (epoch < pack.epochs[pack.run_of[self.members]])
        every = np.array([config.log.val_every for config in pack.configs])
        logged &= (epoch + 1) % every[pack.run_of[self.members]] == 0
        follows = np.array([member in pack.on_plateau for member in self.members])
        members = self.members[(logged | follows) & (epoch < pack.horizon[self.members])]
        if not len(members):
            return
        loss, hits = self.evaluate(pack.val_sets, members)
        pack.log.val_loss[members, epoch], pack.log.val_hits[members, epoch] = loss, hits
        for member, value in zip(members, loss[:, 0], strict=True):
            if member in pack.on_plateau:
                pack.on_plateau[member].update(float(value))

    def _order(self, epoch: int) -> Tensor:
        """Return the examples of each run at each step: ``[runs, steps, batch]``.

        A slot beyond the batch size of a run repeats its first example, with weight 0. While only
        half of the examples are there, each is used twice.
        """
        pack = self.pack
        keys = pack.source.uniform(pack.train_set.target.shape[1])
        weights = pack.train_set.weights[:, 0] > 0
        available = self._available(epoch)
        if available is not None:
            weights = weights & (torch.arange(keys.shape[1], device=pack.device) < available)
        order = torch.where(weights, keys, 2.0).argsort(1)
        sizes = [config.batch_size for config in pack.shared]
        size = torch.tensor(sizes, device=pack.device)[:, None, None]
        slot = torch.arange(pack.batch, device=pack.device)
        place = torch.arange(pack.steps, device=pack.device)[:, None] * size + slot
        place = torch.where(slot < size, place, 0).flatten(1)
        if available is not None:
            place = place % available
        return order.gather(1, place).unflatten(1, (pack.steps, pack.batch))

    def _available(self, epoch: int) -> Tensor | None:
        """Return how many examples each run may use ``[runs, 1]``; None if all of them."""
        pack = self.pack
        waits = [
            bool(place < variation.arrival)
            for variation, place in zip(pack.variations, pack.places(epoch), strict=True)
        ]
        if not any(waits):
            return None
        sizes = [
            max(1, config.train_examples // 2) if wait else config.train_examples
            for config, wait in zip(pack.shared, waits, strict=True)
        ]
        return torch.tensor(sizes, device=pack.device)[:, None]

    def evaluate(self, sets: Sets, members: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return mean loss and accuracy on every set, ``[members, sets]``, in evaluation mode."""
        losses, hits = [], []
        for part in self.parts(sets, np.searchsorted(self.members, members)):
            loss, hit = self.outcomes(sets, part)
            weights = sets.weights[self.runs[part]]
            losses.append(torch.bmm(weights, loss[..., None])[..., 0])
            hits.append(torch.bmm(weights, hit[..., None])[..., 0])
        return torch.cat(losses).double().cpu().numpy(), torch.cat(hits).double().cpu().numpy()

    def parts(self, sets: Sets, rows: npt.NDArray[np.intp]) -> Sequence[Tensor]:
        """Return rows of the stack in parts whose examples are evaluated at once."""
        at_once = _EXAMPLES_AT_ONCE[self.pack.device.type]
        places = torch.from_numpy(rows).to(self.pack.device)
        parts: Sequence[Tensor] = places.split(max(1, at_once // sets.inputs.shape[1]))
        return parts

    def _scaled(self, inputs: Tensor, part: Tensor | slice) -> Tensor:
        """Return inputs ``[part, n, features]`` as the members get them: not all are scaled."""
        return inputs if self.scale is None else inputs * self.scale[part]

    def outcomes(self, sets: Sets, part: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and hit of every example of some members ``[part, n]``."""
        shape, runs = self.pack.shape, self.runs[part]
        target = sets.target[runs]
        weights = self.flat if self.updates.average is None else self.updates.average
        inputs = self._scaled(sets.inputs[runs], part)
        output = shape.forward(shape.layers(weights[part]), inputs)[-1]
        return shape.losses(output, target), shape.hits(output, target)


def _numpy(columns: list[Tensor]) -> Floats:
    """Return the columns as one array on the CPU."""
    array: Floats = torch.stack(columns, 1).double().cpu().numpy()
    return array
