"""Seeded learning curves with known truth, for tests, docs and examples.

The noise is a simple version of that of real validation curves: a fast jitter, most of it real
movement of the weights, and a sampling error that wanders slowly. The error is Brownian in log
time, with a variance of 0.3 / n per unit for n validation examples; on the corpus it goes with the
path of the loss instead (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analyzer.model.meta import RunMeta
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.stats.arrays import Floats

_SLOW_NOISE = 0.3  # variance per unit of log time, times the number of validation examples


@dataclass(frozen=True, eq=False)
class Synthetic:
    """A run and the truth about it.

    ``truth`` contains the population loss, its trend (without the jitter of the weights), and, if
    there is an event, its epoch as "onset". Some runs add keys of their own.
    """

    run: Run
    truth: Mapping[str, Any]


def healthy(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run that learns to its end: both curves fall together, with a small gap."""
    rng = np.random.default_rng([1, seed])
    epochs = epochs or int(rng.integers(40, 160))
    population, train = _falling(rng, epochs)
    return _run(rng, population, train, examples, {})


def overfitting(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run whose population loss turns up early while the training loss keeps falling."""
    rng = np.random.default_rng([2, seed])
    epochs = epochs or int(rng.integers(40, 160))
    population, train = _falling(rng, epochs)
    turn = rng.uniform(0.15, 0.45) * epochs
    time = np.arange(1, epochs + 1)
    turning = np.logaddexp(0, 6 * (time / turn - 1)) / 6  # 0 before the turn, then a straight line
    population = population * np.exp(rng.uniform(0.8, 1.4) * np.log1p(turning))
    train = train * np.exp(-rng.uniform(1.0, 2.0) * np.clip(time / epochs - 0.1, 0, None))
    made = _run(rng, population, train, examples, {})
    return Synthetic(made.run, {**made.truth, "onset": int(np.argmin(made.truth["population"]))})


def plateau(seed: int, *, epochs: int | None = None, examples: int = 40_000) -> Synthetic:
    """Return a run that falls fast and is flat from well before the middle to its end.

    Its training loss falls on by a quarter: what it still learns does not carry over. Its jitter is
    0.1 %: when the loss of a real network stays flat, its learning rate has fallen and the weights
    hardly move.
    """
    rng = np.random.default_rng([3, seed])
    epochs = epochs or int(rng.integers(60, 200))
    time = np.arange(1, epochs + 1)
    floor, start = rng.uniform(0.3, 0.6), rng.uniform(1.8, 3.0)
    population = floor + (start - floor) * np.exp(-time / (rng.uniform(0.03, 0.05) * epochs))
    flat = int(np.argmax(np.log(population / floor) < 0.01 * np.log(start / floor)))
    train = 0.97 * population * np.exp(-0.3 * np.clip(time - flat, 0, None) / (epochs - flat))
    return _run(rng, population, train, examples, {"onset": flat}, jitter=0.001)


def non_finite(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a healthy run whose losses become NaN and stay NaN."""
    rng = np.random.default_rng([4, seed])
    made = healthy(seed, epochs=epochs, examples=examples)
    length = len(made.run.series[0])
    first = int(rng.integers(length // 4, length))
    series = tuple(_nan_from(series, first) for series in made.run.series)
    return Synthetic(replace(made.run, series=series), {**made.truth, "onset": first})


def exploding(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run whose losses jump by orders of magnitude early and barely recover."""
    rng = np.random.default_rng([5, seed])
    epochs = epochs or int(rng.integers(30, 120))
    population, train = _falling(rng, epochs)
    first = int(rng.integers(1, epochs // 2))
    since = np.arange(epochs - first)
    height = population[0] / population[first] * 10 ** rng.uniform(2, 5)
    factor = height * (1 + since) ** -rng.uniform(0.02, 0.1)
    population[first:] *= factor
    train[first:] *= factor
    return _run(rng, population, train, examples, {"onset": first})


def oscillating(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run whose losses fall early, then swing by a fifth or more to the end.

    Even seeds swing with a period (``truth["period"]``, in epochs), odd seeds without.
    """
    rng = np.random.default_rng([6, seed])
    epochs = epochs or int(rng.integers(50, 160))
    time = np.arange(epochs)
    trend = 0.5 + 1.5 * np.exp(-time / (0.1 * epochs))
    size = rng.uniform(0.2, 0.4)
    period = rng.uniform(3.0, 7.0)
    is_periodic = seed % 2 == 0
    if is_periodic:
        wave = np.sqrt(2) * np.sin(2 * np.pi * time / period)
    else:
        wave = rng.standard_normal(epochs)
    population = trend * np.exp(size * wave * np.clip(time / (0.1 * epochs), 0, 1))
    truth = {"period": period if is_periodic else None}
    return _run(rng, population, population * 0.97, examples, truth)


def gap(seed: int, *, epochs: int | None = None, examples: int = 20_000) -> Synthetic:
    """Return a run whose population loss goes flat far above a training loss that keeps falling."""
    rng = np.random.default_rng([7, seed])
    epochs = epochs or int(rng.integers(60, 160))
    time = np.arange(1, epochs + 1)
    start, share = rng.uniform(1.5, 3.0), rng.uniform(0.5, 0.65)
    population = start * (share + (1 - share) * np.exp(-time / (0.06 * epochs)))
    train = start * np.exp(-rng.uniform(3.0, 4.0) * time / epochs)
    train = np.minimum(train, population)
    return _run(rng, population, train, examples, {"share": share}, jitter=0.002)


def stuck(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run that never learns: losses at ln(classes), accuracies at chance."""
    rng = np.random.default_rng([8, seed])
    epochs = epochs or int(rng.integers(20, 120))
    classes = int(rng.integers(2, 20))
    level = np.full(epochs, np.log(classes))
    curves: dict[tuple[str, str], Floats] = {}
    for split in ("train", "val"):
        curves[split, "loss"] = level * np.exp(0.004 * rng.standard_normal(epochs))
    for split in ("train", "val"):
        curves[split, "accuracy"] = rng.binomial(examples, 1 / classes, epochs) / examples
    return Synthetic(of_curves("synthetic", curves), {"classes": classes})


def underfit(seed: int, *, epochs: int | None = None, examples: int = 5000) -> Synthetic:
    """Return a run whose curves fall slowly, together, and by less than half."""
    rng = np.random.default_rng([9, seed])
    epochs = epochs or int(rng.integers(30, 120))
    time = np.arange(epochs)
    population = rng.uniform(1.5, 3.0) * np.exp(-rng.uniform(0.5, 0.65) * time / epochs)
    return _run(rng, population, population * 0.99, examples, {})


def reward_collapse(seed: int, *, points: int | None = None) -> Synthetic:
    """Return a run of reinforcement learning whose reward rises and then falls back for good.

    ``truth["reward"]`` is the reward without its noise. Every third run has negative rewards, as
    Pendulum; the value loss beside it rises, which is not a fault.
    """
    rng = np.random.default_rng([10, seed])
    points = points or int(rng.integers(120, 600))
    time = np.arange(points) / points
    low, high = ((0.0, 500.0), (-1200.0, -200.0), (-20.0, 20.0))[seed % 3]
    share = 1 - np.exp(-time / rng.uniform(0.05, 0.15))
    turn, width = rng.uniform(0.5, 0.75), rng.uniform(0.01, 0.04)
    share *= 1 - rng.uniform(0.75, 1.0) / (1 + np.exp((turn - time) / width))
    reward = low + (high - low) * share
    logged = reward + rng.uniform(0.02, 0.15) * (high - low) * rng.standard_normal(points)
    value_loss = (1 + 9 * share) * np.exp(0.3 * rng.standard_normal(points))
    curves = {("", "reward"): logged, ("", "value_loss"): value_loss}
    return Synthetic(of_curves("synthetic", curves), {"reward": reward})


def of_curves(
    name: str, curves: Mapping[tuple[str, str], Floats], *, config: Mapping[str, Any] | None = None
) -> Run:
    """Return a run from values by (split, metric), with one point per epoch from epoch 0."""
    series = []
    for (split, metric), value in curves.items():
        step = np.arange(len(value), dtype=np.int64)
        series.append(
            Series(
                tag=f"{split}/{metric}" if split else metric,
                split=split,
                metric=metric,
                grain="",
                step=step,
                epoch=step.astype(np.float64),
                wall_time=np.full(len(value), np.nan),
                value=np.asarray(value, dtype=np.float64),
                superseded=np.zeros(len(value), dtype=bool),
            )
        )
    meta = RunMeta(format="synthetic", files=(name,))
    return Run(name, tuple(series), config or {}, meta)


def _falling(rng: np.random.Generator, epochs: int) -> tuple[Floats, Floats]:
    """Return a population and a training loss that fall towards a floor as a power law.

    The last third adds some 3 % of the gain (more than a plateau), and as many epochs again would
    lower the loss by some 3 % (less than in an undertrained run).
    """
    time = np.arange(1, epochs + 1)
    start, floor, power = rng.uniform(1.5, 3.0), rng.uniform(0.3, 0.4), rng.uniform(0.9, 1.2)
    population = start * (floor + (1 - floor) * (1 + time / (0.055 * epochs)) ** -power)
    return population, population * (0.97 - 0.06 * time / epochs)


def _run(
    rng: np.random.Generator,
    population: Floats,
    train: Floats,
    examples: int,
    truth: Mapping[str, Any],
    *,
    jitter: float = 0.012,
) -> Synthetic:
    """Observe a population loss through a validation set of ``examples``, and add accuracies.

    The jitter moves the population loss itself (``truth["population"]``); only the wander is a
    measurement error. Validation accuracies have the grain of the set.
    """
    epochs = len(population)
    trend = population
    u = np.log(np.arange(1, epochs + 1) + 0.005 * epochs)
    size = np.sqrt(_SLOW_NOISE / examples * np.diff(u, prepend=u[0]))
    wander = np.cumsum(rng.standard_normal(epochs) * size)
    population = population * np.exp(jitter * rng.standard_normal(epochs))
    val = population * np.exp(wander)
    train = train * np.exp(jitter / 1.5 * rng.standard_normal(epochs))
    chance = population.max() * 1.1
    right = np.clip(1 - 0.6 * val / chance, 0, 1)
    curves = {
        ("train", "loss"): train,
        ("val", "loss"): val,
        ("train", "accuracy"): np.clip(1 - 0.6 * train / chance, 0, 1),
        ("val", "accuracy"): np.round(right * examples) / examples,
    }
    truth = {**truth, "population": population, "trend": trend}
    return Synthetic(of_curves("synthetic", curves), truth)


def _nan_from(series: Series, first: int) -> Series:
    """Return the series of a loss with NaN from an index on; any other series unchanged."""
    if series.metric != "loss":
        return series
    value = series.value.copy()
    value[first:] = np.nan
    return replace(series, value=value)
