"""Seeded learning curves with known truth, for tests, docs and examples.

The noise is like that of real validation curves, made simple: a fast jitter, most of it real movement of the weights,
and a sampling error that wanders slowly (Brownian in log time, variance 0.3 / n per unit for n validation examples; on
the corpus it goes with the path of the loss instead, docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.model.meta import RunMeta
from analyzer.model.run import Run, Series
from analyzer.stats.arrays import Floats

_SLOW_NOISE = 0.3


@dataclass(frozen=True, eq=False)
class Synthetic:
    """A run and what is true of it.

    ``truth`` holds the population loss, its trend (without the jitter of the weights) and the epoch of the event.
    """

    run: Run
    truth: Mapping[str, Any]


def healthy(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run that learns to its end: training and validation fall together, with a small gap."""
    rng = np.random.default_rng([1, seed])
    epochs = epochs or int(rng.integers(40, 160))
    population, train = _falling(rng, epochs)
    return _run(rng, population, train, examples, {})


def overfitting(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run whose population loss turns up well before the end while the training loss goes on falling."""
    rng = np.random.default_rng([2, seed])
    epochs = epochs or int(rng.integers(40, 160))
    population, train = _falling(rng, epochs)
    turn = rng.uniform(0.15, 0.45) * epochs
    time = np.arange(1, epochs + 1)
    turning = (
        np.logaddexp(0, 6 * (time / turn - 1)) / 6
    )  # 0 before the turn, a straight line after it
    population = population * np.exp(rng.uniform(0.8, 1.4) * np.log1p(turning))
    train = train * np.exp(-rng.uniform(1.0, 2.0) * np.clip(time / epochs - 0.1, 0, None))
    made = _run(rng, population, train, examples, {})
    return Synthetic(made.run, {**made.truth, "onset": int(np.argmin(made.truth["population"]))})


def plateau(seed: int, *, epochs: int | None = None, examples: int = 10_000) -> Synthetic:
    """Return a run that falls fast and is flat from well before the middle to its end.

    Its jitter is 0.2 %: where the loss of a real network stays flat, its rate has fallen and the weights hardly move.
    """
    rng = np.random.default_rng([3, seed])
    epochs = epochs or int(rng.integers(60, 200))
    time = np.arange(1, epochs + 1)
    floor, start = rng.uniform(0.3, 0.6), rng.uniform(1.8, 3.0)
    population = floor + (start - floor) * np.exp(-time / (rng.uniform(0.03, 0.06) * epochs))
    flat = int(np.argmax(np.log(population / floor) < 0.01 * np.log(start / floor)))
    return _run(rng, population, 0.97 * population, examples, {"onset": flat}, jitter=0.002)


def non_finite(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a healthy run whose losses turn NaN and stay so."""
    rng = np.random.default_rng([4, seed])
    made = healthy(seed, epochs=epochs, examples=examples)
    length = len(made.run.series[0])
    first = int(rng.integers(length // 4, length))
    series = tuple(_broken(one, first) for one in made.run.series)
    return Synthetic(
        Run(made.run.name, series, made.run.config, made.run.meta), {**made.truth, "onset": first}
    )


def exploding(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run whose losses shoot up by orders of magnitude within its first half and only creep down again."""
    rng = np.random.default_rng([5, seed])
    epochs = epochs or int(rng.integers(30, 120))
    population, train = _falling(rng, epochs)
    first = int(rng.integers(1, epochs // 2))
    since = np.arange(epochs - first)
    factor = (
        population[0]
        / population[first]
        * 10 ** rng.uniform(2, 5)
        * (1 + since) ** -rng.uniform(0.02, 0.1)
    )
    population[first:] *= factor
    train[first:] *= factor
    return _run(rng, population, train, examples, {"onset": first})


def oscillating(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run whose losses fall early and then swing by a tenth or more to the end: even seeds with a period."""
    rng = np.random.default_rng([6, seed])
    epochs = epochs or int(rng.integers(50, 160))
    time = np.arange(epochs)
    trend = 0.5 + 1.5 * np.exp(-time / (0.1 * epochs))
    size = rng.uniform(0.12, 0.3)
    period = rng.uniform(3.0, 7.0)
    wave = (
        np.sqrt(2) * np.sin(2 * np.pi * time / period)
        if seed % 2 == 0
        else rng.standard_normal(epochs)
    )
    population = trend * np.exp(size * wave * np.clip(time / (0.1 * epochs), 0, 1))
    truth = {"period": period if seed % 2 == 0 else None}
    return _run(rng, population, population * 0.97, examples, truth)


def gap(seed: int, *, epochs: int | None = None, examples: int = 20_000) -> Synthetic:
    """Return a run whose population loss goes flat at a high level while the training loss falls far below it."""
    rng = np.random.default_rng([7, seed])
    epochs = epochs or int(rng.integers(60, 160))
    time = np.arange(1, epochs + 1)
    start, share = rng.uniform(1.5, 3.0), rng.uniform(0.5, 0.65)
    population = start * (share + (1 - share) * np.exp(-time / (0.06 * epochs)))
    train = start * np.exp(-rng.uniform(3.0, 4.0) * time / epochs)
    return _run(
        rng, population, np.minimum(train, population), examples, {"share": share}, jitter=0.002
    )


def stuck(seed: int, *, epochs: int | None = None, examples: int = 1200) -> Synthetic:
    """Return a run whose losses stay at ln(classes) and whose accuracies stay at guessing."""
    rng = np.random.default_rng([8, seed])
    epochs = epochs or int(rng.integers(20, 120))
    classes = int(rng.integers(2, 20))
    level = np.full(epochs, np.log(classes))
    shake = {split: np.exp(0.004 * rng.standard_normal(epochs)) for split in ("train", "val")}
    right = {
        split: rng.binomial(examples, 1 / classes, epochs) / examples for split in ("train", "val")
    }
    curves = {(split, "loss"): level * shake[split] for split in ("train", "val")}
    curves.update({(split, "accuracy"): right[split] for split in ("train", "val")})
    return Synthetic(of_curves("synthetic", curves), {"classes": classes})


def underfit(seed: int, *, epochs: int | None = None, examples: int = 5000) -> Synthetic:
    """Return a run that falls slowly and steadily, by less than half, with validation beside training."""
    rng = np.random.default_rng([9, seed])
    epochs = epochs or int(rng.integers(30, 120))
    time = np.arange(epochs)
    population = rng.uniform(1.5, 3.0) * np.exp(-rng.uniform(0.5, 0.65) * time / epochs)
    return _run(rng, population, population * 0.99, examples, {})


def of_curves(
    name: str, curves: Mapping[tuple[str, str], Floats], *, config: Mapping[str, Any] | None = None
) -> Run:
    """Return a run from values by (split, metric), one point an epoch, counted from 0."""
    series = []
    for (split, metric), value in curves.items():
        step = np.arange(len(value), dtype=np.int64)
        tag = f"{split}/{metric}" if split else metric
        nothing = np.zeros(len(value), dtype=bool)
        unknown = np.full(len(value), np.nan)
        value = np.asarray(value, dtype=np.float64)
        series.append(
            Series(tag, split, metric, "", step, step.astype(np.float64), unknown, value, nothing)
        )
    meta = RunMeta(format="synthetic", files=(name,))
    return Run(name, tuple(series), config or {}, meta)


def _falling(rng: np.random.Generator, epochs: int) -> tuple[Floats, Floats]:
    """Return a population and a training loss that fall as a power law towards a floor.

    The last third brings some 3 % of the gain (more than a plateau), and as many epochs again would bring some 3 % of
    the loss (less than an undertrained run).
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
    """Watch a population loss through a validation set of ``examples``, and add accuracies with their grain.

    The jitter moves the population loss itself (``truth["population"]``); only the wander is an error of measurement.
    """
    epochs = len(population)
    trend = population
    u = np.log(np.arange(1, epochs + 1) + 0.005 * epochs)
    wander = np.cumsum(
        rng.standard_normal(epochs) * np.sqrt(_SLOW_NOISE / examples * np.diff(u, prepend=u[0]))
    )
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
    return Synthetic(
        of_curves("synthetic", curves), {**truth, "population": population, "trend": trend}
    )


def _broken(series: Series, first: int) -> Series:
    value = series.value.copy()
    if series.metric == "loss":
        value[first:] = np.nan
    return Series(
        series.tag,
        series.split,
        series.metric,
        series.grain,
        series.step,
        series.epoch,
        series.wall_time,
        value,
        series.superseded,
    )
