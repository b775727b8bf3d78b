"""The tasks of the world fleet: real tables, and teachers shaped like the tables of industry."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from analyzer.trainer.tables import TABLES, Table, TableTask
from analyzer.trainer.tasks import FAMILIES, Family, Source, Task, Teacher

_NUMBERS, _KINDS = 8, 6  # columns of numbers, and of one category as zeros and ones


def _mixed(source: Source, count: int) -> Tensor:
    """Return numbers, one in four with a long tail, and a category as zeros and ones (scaled)."""
    numbers = source.normal(count, _NUMBERS)
    long = numbers[..., ::4].sign() * numbers[..., ::4].abs() ** 1.5
    numbers = torch.cat([long, numbers[..., 1::4], numbers[..., 2::4], numbers[..., 3::4]], -1)
    kind = source.choice(_KINDS, count)
    category = torch.nn.functional.one_hot(kind, _KINDS) * _KINDS**0.5
    return torch.cat([numbers, category.to(numbers.dtype)], -1)


def _regions(shares: Sequence[float]) -> Callable[[Source], Teacher]:
    """Return a function that draws classes: regions around centres, by category.

    As in the cover types of a forest: ``shares`` are how frequent the classes are, roughly.
    """

    def draw(source: Source) -> Teacher:
        classes = len(shares)
        centres = source.normal(3 * classes, _NUMBERS)
        leaning = source.normal(_KINDS, classes)
        bias = torch.tensor(shares, device=source.device).log()

        def teach(inputs: Tensor) -> Tensor:
            numbers, category = inputs.split([_NUMBERS, _KINDS], dim=-1)
            distance = torch.cdist(numbers, centres).unflatten(2, (classes, 3)).amin(3)
            return bias - 2 * distance + torch.bmm(category / _KINDS**0.5, leaning)

        return teach

    return draw


def _prices(source: Source) -> Teacher:
    """Draw a price: steps and slopes of the numbers, multiplied by a factor of the category."""
    slopes, steps = source.normal(_NUMBERS, 1), source.normal(_NUMBERS, 1)
    edges, factors = source.normal(1, _NUMBERS), 0.5 * source.normal(_KINDS, 1)

    def teach(inputs: Tensor) -> Tensor:
        numbers, category = inputs.split([_NUMBERS, _KINDS], dim=-1)
        level = torch.bmm(torch.tanh(numbers), slopes)
        level = level + torch.bmm((numbers > edges).to(numbers.dtype), steps)
        return (level * torch.bmm(category / _KINDS**0.5, factors).exp())[..., 0]

    return teach


def _tides(source: Source) -> Teacher:
    """Draw a sum of four waves of a clock and a trend of five other inputs."""
    speeds, phases = 0.5 + 2 * source.uniform(1, 4), 6.3 * source.uniform(1, 4)
    heights, trend = source.normal(4, 1), 0.5 * source.normal(5, 1)

    def teach(inputs: Tensor) -> Tensor:
        waves = torch.sin(inputs[..., :1] * speeds + phases)
        return (torch.bmm(waves, heights) + torch.bmm(inputs[..., 1:], trend))[..., 0]

    return teach


def _mixed_family(
    name: str, half: str, *, classes: int, teacher: Callable[[Source], Teacher]
) -> Family:
    """Return a family whose inputs are numbers and a category, as in the tables of industry."""
    return Family(
        name=name,
        half=half,
        features=_NUMBERS + _KINDS,
        classes=classes,
        activation="relu",
        inputs=_mixed,
        teacher=teacher,
    )


_FOREST = (0.36, 0.4, 0.1, 0.04, 0.04, 0.03, 0.03)
_TERRAIN = (0.5, 0.2, 0.15, 0.1, 0.05)
SYNTHETIC = {
    family.name: family
    for family in (
        _mixed_family("forest", "calibration", classes=7, teacher=_regions(_FOREST)),
        _mixed_family("prices", "calibration", classes=0, teacher=_prices),
        _mixed_family("credit", "calibration", classes=2, teacher=_regions([0.5, 0.5])),
        _mixed_family("terrain", "test", classes=5, teacher=_regions(_TERRAIN)),
        _mixed_family("churn", "test", classes=2, teacher=_regions([0.5, 0.5])),
        Family(
            name="tides",
            half="test",
            features=6,
            classes=0,
            activation="tanh",
            inputs=lambda source, count: source.normal(count, 6),
            teacher=_tides,
        ),
    )
}
WORLD: dict[str, Family | Table] = {**TABLES, **SYNTHETIC}


def family_of(name: str) -> Family | Table:
    """Return a family of the teachers or of the world."""
    return FAMILIES[name] if name in FAMILIES else WORLD[name]


def task_of(
    family: Family | Table,
    source: Source,
    noise: Tensor,
    *,
    train: Sequence[int],
    held: Sequence[int],
) -> Task | TableTask:
    """Return the task of each run of a pack; the sizes say which rows of a table are whose."""
    if isinstance(family, Table):
        return TableTask(family, source, noise, train=train, held=held)
    return Task(family, source, noise)
