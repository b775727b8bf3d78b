"""Many small networks as one.

Their weights lie in one array, and one batched product moves them all.

The gradient is written out by hand, so that a step is a fixed list of operations on fixed arrays (a
CUDA graph needs that) and no graph is built at every step; a test compares it with automatic
differentiation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

Layers = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Shape:
    """The network that every member of a stack has: two hidden layers of ``width``."""

    features: int
    width: int
    classes: int  # 0: a regression with one output
    activation: str

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Inputs, the two hidden layers, outputs."""
        return self.features, self.width, self.width, max(self.classes, 1)

    @property
    def parameters(self) -> int:
        """How many numbers a member has."""
        return sum((before + 1) * after for before, after in pairwise(self.sizes))

    def layers(self, flat: Tensor) -> Layers:
        """Return weights and biases as views of ``flat``.

        Their shapes are ``[members, in, out]`` and ``[members, 1, out]``.
        """
        found, at = [], 0
        for before, after in pairwise(self.sizes):
            end = at + before * after
            found.append(
                (flat[:, at:end].unflatten(1, (before, after)), flat[:, None, end : end + after])
            )
            at = end + after
        return found

    def start(self, uniform: Tensor) -> Tensor:
        """Return first parameters from uniform numbers.

        Within 1 / sqrt(fan in), as torch's linear layers start.
        """
        flat = 2 * uniform - 1
        for (weights, biases), before in zip(self.layers(flat), self.sizes[:-1], strict=True):
            weights *= before**-0.5
            biases *= before**-0.5
        return flat

    def forward(self, layers: Layers, inputs: Tensor, masks: Sequence[Tensor] = ()) -> list[Tensor]:
        """Return the values after each layer, before dropout ``[members, n, out]``.

        ``masks`` are scaled.
        """
        values: list[Tensor] = []
        for depth, (weights, biases) in enumerate(layers):
            made = torch.baddbmm(
                biases, _dropped(values, depth - 1, masks) if depth else inputs, weights
            )
            if depth < 2:
                made = made.relu_() if self.activation == "relu" else made.tanh_()
            values.append(made)
        return values

    def losses(self, output: Tensor, target: Tensor) -> Tensor:
        """Return the loss of every example ``[members, n]``: squared error or cross entropy."""
        if not self.classes:
            return (output[..., 0] - target) ** 2
        return functional.cross_entropy(
            output.flatten(0, 1), target.flatten(), reduction="none"
        ).view_as(target)

    def hits(self, output: Tensor, target: Tensor) -> Tensor:
        """Return 1.0 where the class of an example is the predicted one; zeros for a regression."""
        return (
            (output.argmax(-1) == target).to(output.dtype)
            if self.classes
            else torch.zeros_like(output[..., 0])
        )

    def slope(self, output: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        """Return the gradient of the weighted loss on the output, ``[members, n, out]``."""
        if not self.classes:
            return (2 * weights * (output[..., 0] - target))[..., None]
        made = output.softmax(-1)
        made.scatter_add_(2, target[..., None], torch.full_like(made[..., :1], -1.0))
        return made * weights[..., None]

    def backward(
        self,
        layers: Layers,
        inputs: Tensor,
        values: list[Tensor],
        slope: Tensor,
        masks: Sequence[Tensor],
        into: Layers,
    ) -> None:
        """Write the gradient on every weight and bias into the views ``into``."""
        for depth in (2, 1, 0):
            before = _dropped(values, depth - 1, masks) if depth else inputs
            into[depth][0].copy_(torch.bmm(before.mT, slope))
            into[depth][1].copy_(slope.sum(1, keepdim=True))
            if depth:
                slope = torch.bmm(slope, layers[depth][0].mT)
                if masks:
                    slope *= masks[depth - 1]
                after = values[depth - 1]
                slope *= after > 0 if self.activation == "relu" else 1 - after * after


def _dropped(values: list[Tensor], depth: int, masks: Sequence[Tensor]) -> Tensor:
    return values[depth] * masks[depth] if masks else values[depth]


# Coefficients of the one update that covers them all:
#   m = keep_m m + take_m g;  v = keep_v v + (1 - keep_v) g^2;  w -= rate (m / c_m) / (sqrt(v / c_v)
# + 1e-8) where the division by the root is there for adaptive ones, and the corrections c for those
# that correct the start. SGD, momentum and RMSprop as torch has them; Adam: Kingma & Ba (2015),
# arXiv:1412.6980; AdamW: Loshchilov & Hutter (2019), arXiv:1711.05101.
_UPDATES = {
    #           keep_m take_m keep_v adaptive corrected decoupled
    "sgd": (0.0, 1.0, 0.0, False, False, False),
    "momentum": (0.9, 1.0, 0.0, False, False, False),
    "rmsprop": (0.0, 1.0, 0.99, True, False, False),
    "adam": (0.9, 0.1, 0.999, True, True, False),
    "adamw": (0.9, 0.1, 0.999, True, True, True),
}
OPTIMIZERS = tuple(_UPDATES)


class Updates:
    """The optimizers of a stack, one for each member, with their memory.

    ``rate`` is set before every step.
    """

    def __init__(self, kinds: Sequence[str], decay: Tensor, flat: Tensor) -> None:
        rows = torch.tensor(
            [_UPDATES[kind] for kind in kinds], dtype=flat.dtype, device=flat.device
        )
        keep_m, take_m, keep_v, adaptive, corrected, decoupled = rows.T[:, :, None]
        self.keep_m, self.take_m, self.keep_v = keep_m, take_m, keep_v
        self.adaptive, self.corrected = adaptive > 0, corrected > 0
        self.coupled, self.decoupled = decay[:, None] * (1 - decoupled), decay[:, None] * decoupled
        self.rate = torch.zeros_like(keep_m)
        self.m, self.v = torch.zeros_like(flat), torch.zeros_like(flat)
        self.steps = torch.zeros_like(keep_m)

    def keep(self, rows: Tensor) -> None:
        """Drop every member but ``rows``."""
        for name, value in vars(self).items():
            setattr(self, name, value[rows].clone())

    def apply(self, flat: Tensor, slope: Tensor) -> None:
        """Move ``flat`` in place by one step down ``slope``, which is used up."""
        self.steps += 1
        slope.addcmul_(flat, self.coupled)
        flat.mul_(1 - self.rate * self.decoupled)
        self.m.mul_(self.keep_m).addcmul_(slope, self.take_m)
        self.v.mul_(self.keep_v).addcmul_(slope * slope, 1 - self.keep_v)
        ones = torch.ones_like(self.rate)
        for_m = torch.where(self.corrected, 1 - self.keep_m**self.steps, ones)
        for_v = torch.where(self.corrected, 1 - self.keep_v**self.steps, ones)
        root = torch.where(self.adaptive, (self.v / for_v).sqrt_().add_(1e-8), ones)
        flat.addcdiv_(self.m * (-self.rate / for_m), root)
