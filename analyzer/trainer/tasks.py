"""The tasks of a fleet: teachers with known distributions, so fresh examples never run out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Source:
    """Random numbers for one pack: ``runs`` parallel streams on the device that uses them."""

    generator: torch.Generator
    device: torch.device
    runs: int

    def normal(self, *shape: int) -> Tensor:
        """Return standard normal numbers ``[runs, *shape]``."""
        return torch.randn(self.runs, *shape, generator=self.generator, device=self.device)

    def uniform(self, *shape: int) -> Tensor:
        """Return numbers from 0 to 1 ``[runs, *shape]``."""
        return torch.rand(self.runs, *shape, generator=self.generator, device=self.device)

    def choice(self, among: int, *shape: int) -> Tensor:
        """Return whole numbers below ``among`` ``[runs, *shape]``."""
        return torch.randint(
            among, (self.runs, *shape), generator=self.generator, device=self.device
        )

    def order(self, length: int) -> Tensor:
        """Return a permutation of ``length`` items for each run."""
        return self.uniform(length).argsort(1)


# From inputs [runs, n, features] to targets [runs, n] or logits [runs, n, classes].
Teacher = Callable[[Tensor], Tensor]
Inputs = Callable[[Source, int], Tensor]


@dataclass(frozen=True)
class Family:
    """One kind of task. ``classes`` is 0 for a regression; ``half`` is its half of the corpus."""

    name: str
    half: str
    features: int
    classes: int
    activation: str  # of the network that learns it
    inputs: Inputs
    teacher: Callable[[Source], Teacher]


class Task:
    """A family with one teacher drawn for each run of a pack.

    ``noise`` is, for each run, the standard deviation of the noise on a regression's standardised
    target, or the share of labels that are redrawn from all classes. It is the same in every set,
    including the population.
    """

    _PILOT = 4096  # examples that set the scale of a regression's target

    def __init__(self, family: Family, source: Source, noise: Tensor) -> None:
        self.family, self.source, self.noise = family, source, noise
        self.teacher = family.teacher(source)
        if not family.classes:
            pilot = self.teacher(family.inputs(source, self._PILOT))
            self.centre, self.scale = pilot.mean(1, keepdim=True), pilot.std(1, keepdim=True)

    @property
    def training(self) -> Task:
        """Return where rows to train on come from: fresh examples never run out."""
        return self

    pretraining = validation = population = training

    def examples(self, count: int) -> tuple[Tensor, Tensor]:
        """Return fresh inputs ``[runs, count, features]`` and targets ``[runs, count]``.

        Classes are int64.
        """
        inputs = self.family.inputs(self.source, count)
        clean = self.teacher(inputs)
        noise = self.noise[:, None]
        if not self.family.classes:
            target = (clean - self.centre) / self.scale
            return inputs, target + noise * self.source.normal(count)
        other = self.source.choice(self.family.classes, count)
        return inputs, torch.where(self.source.uniform(count) < noise, other, clean.argmax(-1))


def _gaussian(features: int) -> Inputs:
    return lambda source, count: source.normal(count, features)


def _network(outputs: int) -> Callable[[Source], Teacher]:
    """Return a function that draws a teacher network with one hidden layer of 16 steep units."""

    def draw(source: Source) -> Teacher:
        first, second = source.normal(10, 16) * 0.8, source.normal(16, outputs)
        shift = source.normal(1, 16)

        def teach(inputs: Tensor) -> Tensor:
            targets = torch.bmm(torch.tanh(torch.bmm(inputs, first) + shift), second)
            return targets if outputs > 1 else targets[..., 0]

        return teach

    return draw


def _friedman(source: Source) -> Teacher:
    """Draw Friedman #1 on ten uniform inputs, five of them unused.

    Friedman, J. H. (1991), doi:10.1214/aos/1176347963.
    """
    order = source.order(10)

    def teach(inputs: Tensor) -> Tensor:
        uniform = inputs / math.sqrt(12) + 0.5
        a, b, c, d, e, *_ = uniform.gather(2, order[:, None].expand_as(uniform)).unbind(-1)
        return 10 * torch.sin(math.pi * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e

    return teach


def _uniform(source: Source, count: int) -> Tensor:
    return math.sqrt(12) * (source.uniform(count, 10) - 0.5)


def _clusters(source: Source) -> Teacher:
    """Draw twelve centres of four classes; an example belongs to the nearest."""
    centres = source.normal(12, 8)

    def teach(inputs: Tensor) -> Tensor:
        distance = torch.cdist(inputs, centres)
        return -distance.unflatten(2, (3, 4)).amin(2)

    return teach


def _polynomial(source: Source) -> Teacher:
    """Draw eight monomials of degree three or less on ten inputs; index 10 is the constant 1."""
    places, weights = source.choice(11, 8, 3), source.normal(1, 8)

    def teach(inputs: Tensor) -> Tensor:
        padded = torch.cat([inputs, torch.ones_like(inputs[..., :1])], -1)

        def factor(index: int) -> Tensor:
            return padded.gather(2, places[:, None, :, index].expand(-1, inputs.shape[1], -1))

        return (weights * factor(0) * factor(1) * factor(2)).sum(-1)

    return teach


def _waves(source: Source) -> Teacher:
    """Draw six sines along random directions of four inputs, from slow to fast."""
    directions = source.normal(4, 6) * torch.linspace(0.4, 1.6, 6, device=source.device)
    phases, weights = 6.3 * source.uniform(1, 6), source.normal(1, 6)
    return lambda inputs: (weights * torch.sin(torch.bmm(inputs, directions) + phases)).sum(-1)


def _spirals(source: Source) -> Teacher:
    """Draw three spiral arms in a random plane of six inputs."""
    plane = torch.linalg.qr(source.normal(6, 2))[0]
    turns = 0.6 + 0.9 * source.uniform(1)

    def teach(inputs: Tensor) -> Tensor:
        x, y = torch.bmm(inputs, plane).unbind(-1)
        angle = torch.atan2(y, x) - 2 * math.pi * turns * torch.hypot(x, y)
        arms = 2 * math.pi / 3 * torch.arange(3, device=inputs.device)
        return torch.cos(angle[..., None] - arms)

    return teach


def _parity(source: Source) -> Teacher:
    """Draw two of eight bits, three in a quarter of the runs; the class is the product's sign."""
    order, three = source.order(8), source.uniform(1) < 0.25

    def teach(inputs: Tensor) -> Tensor:
        a, b, c, *_ = inputs.gather(2, order[:, None].expand_as(inputs)).unbind(-1)
        sign = a * b * torch.where(three, c, 1.0)
        return torch.stack([sign, -sign], -1)

    return teach


def _bits(source: Source, count: int) -> Tensor:
    return 2.0 * source.choice(2, count, 8) - 1


FAMILIES = {
    family.name: family
    for family in (
        Family(
            name="network",
            half="calibration",
            features=10,
            classes=0,
            activation="tanh",
            inputs=_gaussian(10),
            teacher=_network(1),
        ),
        Family(
            name="network_classes",
            half="calibration",
            features=10,
            classes=3,
            activation="relu",
            inputs=_gaussian(10),
            teacher=_network(3),
        ),
        Family(
            name="friedman",
            half="calibration",
            features=10,
            classes=0,
            activation="relu",
            inputs=_uniform,
            teacher=_friedman,
        ),
        Family(
            name="clusters",
            half="calibration",
            features=8,
            classes=4,
            activation="relu",
            inputs=_gaussian(8),
            teacher=_clusters,
        ),
        Family(
            name="polynomial",
            half="test",
            features=10,
            classes=0,
            activation="relu",
            inputs=_gaussian(10),
            teacher=_polynomial,
        ),
        Family(
            name="waves",
            half="test",
            features=4,
            classes=0,
            activation="tanh",
            inputs=_gaussian(4),
            teacher=_waves,
        ),
        Family(
            name="spirals",
            half="test",
            features=6,
            classes=3,
            activation="relu",
            inputs=_gaussian(6),
            teacher=_spirals,
        ),
        Family(
            name="parity",
            half="test",
            features=8,
            classes=2,
            activation="relu",
            inputs=_bits,
            teacher=_parity,
        ),
    )
}
