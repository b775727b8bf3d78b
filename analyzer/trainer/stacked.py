"""Many small networks as one: their weights share one array, updated by batched products.

The gradient is written out by hand, so that a step is a fixed list of operations on fixed arrays
(as a CUDA graph requires) and no autograd graph is built at every step; a test compares it with
automatic differentiation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

Layers = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Shape:
    """The network of every member of a stack: two hidden layers of ``width`` units.

    With ``likelihood`` a regression predicts a mean and the logarithm of a variance, and its loss
    is the Gaussian negative log likelihood without its constant.
    """

    features: int
    width: int
    classes: int  # 0: a regression with one output
    activation: str
    likelihood: bool = False

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Return the widths of the inputs, the two hidden layers and the outputs."""
        return self.features, self.width, self.width, self.classes or 1 + self.likelihood

    @property
    def parameters(self) -> int:
        """Return the number of parameters of a member."""
        return sum((before + 1) * after for before, after in pairwise(self.sizes))

    def layers(self, flat: Tensor) -> Layers:
        """Return weights ``[members, in, out]`` and biases ``[members, 1, out]``: views."""
        layers, start = [], 0
        for before, after in pairwise(self.sizes):
            end = start + before * after
            weights = flat[:, start:end].unflatten(1, (before, after))
            biases = flat[:, None, end : end + after]
            layers.append((weights, biases))
            start = end + after
        return layers

    def start(self, uniform: Tensor) -> Tensor:
        """Turn uniform numbers into initial parameters: within 1 / sqrt(fan in), as in torch."""
        flat = 2 * uniform - 1
        for (weights, biases), before in zip(self.layers(flat), self.sizes[:-1], strict=True):
            weights *= before**-0.5
            biases *= before**-0.5
        return flat

    def forward(self, layers: Layers, inputs: Tensor, masks: Sequence[Tensor] = ()) -> list[Tensor]:
        """Return the values after each layer, before dropout: ``[members, n, out]``.

        ``masks`` are the dropout masks of the hidden layers, scaled.
        """
        values: list[Tensor] = []
        for depth, (weights, biases) in enumerate(layers):
            before = _input_of(depth, inputs, values, masks)
            value = torch.baddbmm(biases, before, weights)
            if depth < 2:
                value = value.relu_() if self.activation == "relu" else value.tanh_()
            values.append(value)
        return values

    def losses(self, output: Tensor, target: Tensor) -> Tensor:
        """Return the loss of every example ``[members, n]``."""
        if self.likelihood:
            mean, log_variance = output.unbind(-1)
            return 0.5 * (log_variance + (target - mean) ** 2 * (-log_variance).exp())
        if not self.classes:
            return (output[..., 0] - target) ** 2
        return functional.cross_entropy(
            output.flatten(0, 1), target.flatten(), reduction="none"
        ).view_as(target)

    def hits(self, output: Tensor, target: Tensor) -> Tensor:
        """Return 1.0 for each example whose class is predicted; zeros for a regression."""
        if not self.classes:
            return torch.zeros_like(output[..., 0])
        return (output.argmax(-1) == target).to(output.dtype)

    def slope(
        self, output: Tensor, target: Tensor, weights: Tensor, smoothing: Tensor | None = None
    ) -> Tensor:
        """Return the gradient of the weighted loss with respect to the output, in its shape.

        ``smoothing`` of the labels is ``[members, 1, 1]``; it changes the loss of classes alone.
        """
        if self.likelihood:
            mean, log_variance = output.unbind(-1)
            scaled = (mean - target) * (-log_variance).exp()
            pulls = torch.stack([scaled, 0.5 * (1 - scaled * (mean - target))], -1)
            return pulls * weights[..., None]
        if not self.classes:
            return (2 * weights * (output[..., 0] - target))[..., None]
        slope = output.softmax(-1)
        hit = torch.full_like(slope[..., :1], -1.0)
        if smoothing is not None:
            slope, hit = slope - smoothing / self.classes, hit + smoothing
        slope.scatter_add_(2, target[..., None], hit)
        return slope * weights[..., None]

    def backward(
        self,
        layers: Layers,
        *,
        inputs: Tensor,
        values: list[Tensor],
        slope: Tensor,
        masks: Sequence[Tensor],
        into: Layers,
    ) -> None:
        """Write the gradient for every weight and bias into the views ``into``."""
        for depth in (2, 1, 0):
            before = _input_of(depth, inputs, values, masks)
            into[depth][0].copy_(torch.bmm(before.mT, slope))
            into[depth][1].copy_(slope.sum(1, keepdim=True))
            if depth:
                slope = torch.bmm(slope, layers[depth][0].mT)
                if masks:
                    slope *= masks[depth - 1]
                after = values[depth - 1]
                slope *= after > 0 if self.activation == "relu" else 1 - after * after


def _input_of(depth: int, inputs: Tensor, values: list[Tensor], masks: Sequence[Tensor]) -> Tensor:
    """Return the input of a layer: the examples, or the previous layer's values after dropout."""
    if depth == 0:
        return inputs
    previous = values[depth - 1]
    return previous * masks[depth - 1] if masks else previous


class _Rule(NamedTuple):
    """The coefficients of an optimizer in one update that covers all of them.

    m = keep_m m + take_m g;  v = keep_v v + (1 - keep_v) g^2
    w -= rate (m / c_m) / (sqrt(v / c_v) + 1e-8)

    Only adaptive optimizers divide by the root, and only corrected ones have bias corrections c.
    Decoupled weight decay acts on w directly instead of through g.
    """

    keep_m: float = 0.0
    take_m: float = 1.0
    keep_v: float = 0.0
    adaptive: bool = False
    corrected: bool = False
    decoupled: bool = False


# SGD, momentum and RMSprop as in torch; Adam: Kingma & Ba (2015), arXiv:1412.6980;
# AdamW: Loshchilov & Hutter (2019), arXiv:1711.05101.
_ADAM = _Rule(keep_m=0.9, take_m=0.1, keep_v=0.999, adaptive=True, corrected=True)
_RULES = {
    "sgd": _Rule(),
    "momentum": _Rule(keep_m=0.9),
    "rmsprop": _Rule(keep_v=0.99, adaptive=True),
    "adam": _ADAM,
    "adamw": _ADAM._replace(decoupled=True),
}
OPTIMIZERS = tuple(_RULES)


class Changes(NamedTuple):
    """What changes the gradient and the weights beside the optimizer; each is ``[members, 1]``.

    ``clip`` is the largest norm of the gradient (infinite: any); ``kept`` is 1 where gradients add
    up because nobody clears them; ``averaged`` is the share of the new weights in the average that
    is evaluated (1: none of the old ones).
    """

    clip: Tensor | None = None
    kept: Tensor | None = None
    averaged: Tensor | None = None


class Updates:
    """The optimizers of a stack, one per member; set ``rate`` before every step.

    ``penalty`` is the weight of half the squared norm of the weights in the loss. ``changes``
    come between the gradient and the update; after it, ``average`` has the weights to evaluate
    where any member averages them.
    """

    def __init__(
        self, kinds: Sequence[str], decay: Tensor, flat: Tensor, changes: Changes | None = None
    ) -> None:
        rules = [_RULES[kind] for kind in kinds]
        rows = torch.tensor(rules, dtype=flat.dtype, device=flat.device)
        keep_m, take_m, keep_v, adaptive, corrected, decoupled = rows.T[:, :, None]
        self.keep_m, self.take_m, self.keep_v = keep_m, take_m, keep_v
        self.adaptive, self.corrected = adaptive > 0, corrected > 0
        self.coupled, self.decoupled = decay[:, None] * (1 - decoupled), decay[:, None] * decoupled
        self.rate, self.penalty = torch.zeros_like(keep_m), torch.zeros_like(keep_m)
        self.m, self.v = torch.zeros_like(flat), torch.zeros_like(flat)
        self.steps = torch.zeros_like(keep_m)
        changes = changes or Changes()
        self.clip, self.kept, self.averaged = changes
        self.gradient = None if self.kept is None else torch.zeros_like(flat)
        self.average = None if self.averaged is None else flat.clone()

    def keep(self, rows: Tensor) -> None:
        """Keep only the members ``rows``."""
        for name, value in vars(self).items():
            if value is not None:
                setattr(self, name, value[rows].clone())

    def apply(self, flat: Tensor, slope: Tensor) -> None:
        """Update ``flat`` in place by one step along ``slope``, which is overwritten."""
        self.steps += 1
        if self.kept is not None and self.gradient is not None:
            slope.copy_(self.gradient.mul_(self.kept).add_(slope))
        if self.clip is not None:
            slope.mul_((self.clip / slope.norm(dim=1, keepdim=True)).clamp_(max=1))
        slope.addcmul_(flat, self.coupled + self.penalty)
        flat.mul_(1 - self.rate * self.decoupled)
        self.m.mul_(self.keep_m).addcmul_(slope, self.take_m)
        self.v.mul_(self.keep_v).addcmul_(slope * slope, 1 - self.keep_v)
        ones = torch.ones_like(self.rate)
        for_m = torch.where(self.corrected, 1 - self.keep_m**self.steps, ones)
        for_v = torch.where(self.corrected, 1 - self.keep_v**self.steps, ones)
        root = torch.where(self.adaptive, (self.v / for_v).sqrt_().add_(1e-8), ones)
        flat.addcdiv_(self.m * (-self.rate / for_m), root)
        if self.average is not None and self.averaged is not None:
            self.average.lerp_(flat, torch.maximum(self.averaged, 1 / self.steps))
