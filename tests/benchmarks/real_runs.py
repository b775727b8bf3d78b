"""Draw the settings of a real run, change one by a remedy, and train it in ordinary torch code."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from real_data import TASKS, Part, Split, split
from real_networks import build
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

# Powers of ten between which the rate is drawn: three decades, around what is usual for each.
_RATES = {"sgd": (-2.5, 0.5), "momentum": (-3.5, -0.5), "adam": (-4.0, -1.0), "adamw": (-4.0, -1.0)}
_AVERAGED = 0.1  # of the steps: horizon of the average of the weights
_WARMUP = 0.1  # of the steps
_STARTS = 1_000_000  # more than there are runs: no two have the same start


@dataclass(frozen=True)
class Settings:
    """The settings of a run; those after ``seed`` are set by remedies only.

    ``seed`` orders the rows; with ``start`` it draws the initial weights and the batches.
    """

    task: str
    optimizer: str
    rate: float
    batch: int
    epochs: int
    examples: int
    val_examples: int
    width: int
    layers: int
    weight_decay: float
    dropout: float
    schedule: str
    seed: int
    label_smoothing: float = 0.0
    clipping: float = 0.0
    warmup: float = 0.0
    averaging: bool = False
    start: int = 0


class Curves(NamedTuple):
    """What a run measured at the end of each epoch; errors are shares, NaN for a regression.

    The test values are never logged.
    """

    train: list[float]
    train_error: list[float]
    val: list[float]
    val_error: list[float]
    test: list[float]
    test_error: list[float]
    rate: list[float]


def task_of(number: int) -> str:
    """Return the task of the run with this number: the tasks take turns."""
    return list(TASKS)[number % len(TASKS)]


def draw(number: int, *, seed: int = 22) -> Settings:
    """Draw the settings of the run with this number."""
    name = task_of(number)
    task, rng = TASKS[name], np.random.default_rng((seed, number))
    optimizer = str(rng.choice(list(_RATES)))
    rate = 10 ** rng.uniform(*_RATES[optimizer])
    examples = _between(rng, task.examples)
    val_examples = _between(rng, task.val_examples)
    epochs = _between(rng, task.epochs)
    batch = int(rng.choice(task.batches))
    while epochs * math.ceil(examples / batch) > task.most_steps and batch < examples / 4:
        batch *= 2
    epochs = min(epochs, max(task.epochs[0], task.most_steps // math.ceil(examples / batch)))
    return Settings(
        task=name,
        optimizer=optimizer,
        rate=float(f"{rate:.3g}"),
        batch=batch,
        epochs=epochs,
        examples=examples,
        val_examples=val_examples,
        width=int(rng.choice(task.widths)),
        layers=int(rng.integers(1, 3)),
        weight_decay=float(rng.choice([0, 0, 1e-4, 1e-3, 1e-2])),
        dropout=float(rng.choice([0, 0, 0, 0.1, 0.3])),
        schedule=str(rng.choice(["constant", "constant", "cosine"])),
        seed=number,
    )


def _between(rng: np.random.Generator, bounds: tuple[int, int]) -> int:
    """Draw an integer between two bounds, evenly in its logarithm."""
    low, high = np.log(bounds)
    return round(float(np.exp(rng.uniform(low, high))))


def _times(key: str, factor: float) -> Callable[[Settings], Settings]:
    """Return the remedy that multiplies a setting; a whole number stays whole."""

    def apply(settings: Settings) -> Settings:
        value = getattr(settings, key)
        return replace(settings, **{key: type(value)(value * factor)})

    return apply


def _more_decay(settings: Settings) -> Settings:
    return replace(settings, weight_decay=10 * settings.weight_decay or 1e-4)


def _larger_batch(settings: Settings) -> Settings:
    return replace(settings, batch=min(4 * settings.batch, settings.examples))


def _more_dropout(settings: Settings) -> Settings:
    return replace(settings, dropout=max(settings.dropout, 0.3))


def _smoothing(settings: Settings) -> Settings:
    return replace(settings, label_smoothing=0.1 if TASKS[settings.task].classes else 0.0)


# Early stopping is not among them: it is read from the run itself.
REMEDIES: Mapping[str, Callable[[Settings], Settings]] = {
    "halve_rate": _times("rate", 0.5),
    "double_rate": _times("rate", 2),
    "tenth_rate": _times("rate", 0.1),
    "tenfold_rate": _times("rate", 10),
    "weight_decay": _more_decay,
    "dropout": _more_dropout,
    "label_smoothing": _smoothing,
    "narrower": _times("width", 0.5),
    "wider": _times("width", 2),
    "more_examples": _times("examples", 2),
    "larger_batch": _larger_batch,
    "smaller_batch": _times("batch", 0.25),
    "clipping": lambda settings: replace(settings, clipping=1.0),
    "cosine": lambda settings: replace(settings, schedule="cosine"),
    "warmup": lambda settings: replace(settings, warmup=_WARMUP),
    "averaging": lambda settings: replace(settings, averaging=True),
    "longer": _times("epochs", 2),
    # no remedy, but what chance alone changes
    "again": lambda settings: replace(settings, start=settings.start + 1),
}


def remedied(settings: Settings, remedy: str) -> Settings | None:
    """Return the settings with a remedy, or None if it changes nothing."""
    changed = REMEDIES[remedy](settings)
    return None if changed == settings else changed


def data_of(settings: Settings) -> Split:
    """Return the data of a run: its seed orders the rows."""
    sizes = {"examples": settings.examples, "val_examples": settings.val_examples}
    return split(TASKS[settings.task], **sizes, seed=settings.seed)


def train(settings: Settings) -> Curves:
    """Train a run; with the same seed, weights of the same shape start from the same values."""
    start = settings.seed + _STARTS * settings.start
    torch.manual_seed(start)
    data, order = data_of(settings), torch.Generator().manual_seed(start)
    network = build(
        TASKS[settings.task],
        data.train.x,
        width=settings.width,
        layers=settings.layers,
        dropout=settings.dropout,
    )
    average = Average(network, settings) if settings.averaging else None
    optimizer, factors = _optimizer(network, settings), _factors(settings)
    curves = Curves([], [], [], [], [], [], [])
    for _ in range(settings.epochs):
        steps = []
        for batch in _batches(data.train, settings.batch, order):
            optimizer.param_groups[0]["lr"] = settings.rate * next(factors)
            steps.append(_step(network, optimizer, batch, settings))
            if average is not None:
                average.update(network)
        judged = network if average is None else average.network
        weights = [step[2] for step in steps]
        train_means = (
            float(np.average([step[at] for step in steps], weights=weights)) for at in (0, 1)
        )
        values = (*train_means, *evaluate(judged, data.val), *evaluate(judged, data.test))
        for curve, value in zip(curves, (*values, optimizer.param_groups[0]["lr"]), strict=True):
            curve.append(value)
    return curves


class Average:
    """The exponential average of a network's weights over a tenth of the run."""

    def __init__(self, network: nn.Module, settings: Settings) -> None:
        self.network, self.updates = deepcopy(network), 0
        self.horizon = max(_AVERAGED * steps_of(settings), 1.0)

    def update(self, network: nn.Module) -> None:
        """Take in the weights after a step; before the horizon all count alike."""
        self.updates += 1
        share = 1 / min(self.updates, self.horizon)
        pairs = zip(self.network.parameters(), network.parameters(), strict=True)
        with torch.no_grad():
            for mean, now in pairs:
                mean.lerp_(now, share)


def steps_of(settings: Settings) -> int:
    """Return the number of optimizer steps of a run."""
    return settings.epochs * math.ceil(settings.examples / settings.batch)


def _factors(settings: Settings) -> Iterator[float]:
    """Yield the factor of the schedule on the rate for each step."""
    steps = steps_of(settings)
    for step in range(steps):
        factor = 1.0
        if settings.schedule == "cosine":
            factor = 0.5 * (1 + math.cos(math.pi * step / steps))
        if settings.warmup:
            factor *= min(1.0, (step + 1) / (settings.warmup * steps))
        yield factor


def _optimizer(network: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    weights = network.parameters()
    options: dict[str, Any] = {"lr": settings.rate, "weight_decay": settings.weight_decay}
    if settings.optimizer == "adam":
        return torch.optim.Adam(weights, **options)
    if settings.optimizer == "adamw":
        return torch.optim.AdamW(weights, **options)
    return torch.optim.SGD(
        weights, **options, momentum=0.9 if settings.optimizer == "momentum" else 0.0
    )


def _batches(part: Part, size: int, order: torch.Generator) -> Iterator[Part]:
    for rows in torch.randperm(len(part), generator=order).split(size):
        yield Part(part.x[rows], part.y[rows])


def _step(
    network: nn.Module, optimizer: torch.optim.Optimizer, batch: Part, settings: Settings
) -> tuple[float, float, int]:
    """Take one step; return loss and error of the batch before it, and its size."""
    network.train()
    outputs = network(batch.x)
    loss = loss_of(outputs, batch.y, settings.label_smoothing)
    optimizer.zero_grad()
    loss.backward()
    if settings.clipping:
        nn.utils.clip_grad_norm_(network.parameters(), settings.clipping)
    optimizer.step()
    return float(loss.detach()), error_of(outputs, batch.y), len(batch)


@torch.no_grad()
def evaluate(network: nn.Module, part: Part) -> tuple[float, float]:
    """Return loss and error on a part of the data, without dropout."""
    network.eval()
    outputs = network(part.x)
    return float(loss_of(outputs, part.y)), error_of(outputs, part.y)


def loss_of(outputs: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return the squared error of numbers, or the cross-entropy of classes."""
    if targets.is_floating_point():
        return mse_loss(outputs, targets)
    return cross_entropy(outputs.flatten(0, -2), targets.flatten(), label_smoothing=smoothing)


def error_of(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of wrong classes, NaN for a regression."""
    if targets.is_floating_point():
        return math.nan
    return float((outputs.argmax(-1) != targets).float().mean())
