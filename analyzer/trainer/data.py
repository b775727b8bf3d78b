"""The data of the scenarios: scikit-learn's bundled sets and our own teachers; no downloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.trainer.scenarios import Scenario

Array = npt.NDArray[Any]

_POPULATION = 4096  # rows: the sampling error of a mean loss is then under 2 % of its spread
_TEACHER = 16  # hidden units of a teacher: too many for a linear model, learnable from 1,000 rows
_TASK = 11  # the seed of the teachers; an arbitrary number
_NOISE = 0.5  # in standard deviations of the clean target: a fifth of the variance is not learnable


@dataclass(frozen=True, eq=False)
class Rows:
    """Inputs (rows x features, float32) and targets: class indices, or numbers (rows x 1)."""

    x: Array
    y: Array

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: Array) -> Rows:
        """Return the rows at these indices."""
        return Rows(self.x[rows], self.y[rows])


@dataclass(frozen=True, eq=False)
class Data:
    """Three sets of rows; ``population`` is never logged. ``classes`` is 0 for a regression."""

    train: Rows
    val: Rows
    population: Rows
    classes: int
    loss: str
    picture: tuple[int, int] | None = None


def make(scenario: Scenario, seed: int) -> Data:
    """Return the data of a scenario. The seed determines the rows, the split and the noise."""
    rng = np.random.default_rng(seed)
    draw = _TEACHERS.get(scenario.data, _bundled)
    data = draw(scenario, rng)
    if scenario.label_noise:
        data = replace(
            data,
            train=_noisy(data, data.train, scenario, rng),
            val=_noisy(data, data.val, scenario, rng),
        )
    if scenario.majority:
        data = replace(data, val=_unbalanced(data.val, scenario.majority))
    if scenario.leak:
        data = replace(data, val=_leaked(data, scenario.leak, rng))
    return data


def _bundled(scenario: Scenario, rng: np.random.Generator) -> Data:
    """Return one of scikit-learn's sets.

    A third is the population; 70 % of the rest is for training.
    """
    from sklearn import datasets

    source = getattr(datasets, f"load_{scenario.data}")()
    x, target = source.data, source.target
    if scenario.data == "diabetes":
        classes, loss = 0, "mse"
        y = (target / target.std())[:, None].astype(np.float32)
    else:
        classes, loss = len(source.target_names), "cross_entropy"
        y = target.astype(np.int64)
    order = rng.permutation(len(x))
    hidden, seen = np.split(order, [len(x) // 3])
    train, val = np.split(seen, [round(0.7 * len(seen))])
    train = train[: scenario.train_rows]
    spread = x[train].std(axis=0)
    scaled = ((x - x[train].mean(axis=0)) / np.where(spread > 0, spread, 1)).astype(np.float32)
    rows = Rows(scaled, y)
    return Data(
        train=rows.take(train),
        val=rows.take(val[: scenario.val_rows]),
        population=rows.take(hidden),
        classes=classes,
        loss=loss,
        picture=source.images.shape[1:] if "images" in source else None,
    )


def _teacher(inputs: int, outputs: int) -> Callable[[Array], Array]:
    """Return a random network with one hidden layer, the same for every seed of a scenario."""
    rng = np.random.default_rng(_TASK)
    first = rng.normal(0, 2 / np.sqrt(inputs), (inputs, _TEACHER))
    second = rng.normal(0, 1, (_TEACHER, outputs))
    return lambda x: np.tanh(x @ first) @ second


def _regression(scenario: Scenario, rng: np.random.Generator) -> Data:
    teacher = _teacher(6, 1)
    clean = teacher(rng.normal(size=(_POPULATION, 6)))

    def rows(count: int) -> Rows:
        x = rng.normal(size=(count, 6))
        y = (teacher(x) - clean.mean()) / clean.std() + _NOISE * rng.normal(size=(count, 1))
        return Rows(x.astype(np.float32), y.astype(np.float32))

    return Data(
        train=rows(scenario.train_rows),
        val=rows(scenario.val_rows),
        population=rows(_POPULATION),
        classes=0,
        loss="mse",
    )


def _classes(scenario: Scenario, rng: np.random.Generator) -> Data:
    """Return rows of four classes; noise on the scores makes them overlap, as real classes do."""
    teacher = _teacher(8, 4)
    scale = teacher(rng.normal(size=(_POPULATION, 8))).std()

    def rows(count: int) -> Rows:
        x = rng.normal(size=(count, 8))
        scores = teacher(x) / scale + _NOISE * rng.normal(size=(count, 4))
        return Rows(x.astype(np.float32), scores.argmax(axis=1).astype(np.int64))

    return Data(
        train=rows(scenario.train_rows),
        val=rows(scenario.val_rows),
        population=rows(_POPULATION),
        classes=4,
        loss="cross_entropy",
    )


_TEACHERS: dict[str, Callable[[Scenario, np.random.Generator], Data]] = {
    "teacher-regression": _regression,
    "teacher-classes": _classes,
}


def _noisy(data: Data, rows: Rows, scenario: Scenario, rng: np.random.Generator) -> Rows:
    """Give a random share of the rows a wrong class."""
    wrong = rng.random(len(rows)) < scenario.label_noise
    other = (rows.y + rng.integers(1, data.classes, len(rows))) % data.classes
    return Rows(rows.x, np.where(wrong, other, rows.y))


def _unbalanced(rows: Rows, majority: float) -> Rows:
    """Leave out rows of all classes but the first, until that has a share of ``majority``."""
    first, others = np.flatnonzero(rows.y == 0), np.flatnonzero(rows.y != 0)
    count = round(len(first) * (1 - majority) / majority)
    return rows.take(np.sort(np.concatenate([first, others[:count]])))


def _leaked(data: Data, share: float, rng: np.random.Generator) -> Rows:
    """Replace a share of the validation rows by training rows."""
    count = round(share * len(data.val))
    copied = data.train.take(rng.choice(len(data.train), count, replace=count > len(data.train)))
    kept = data.val.take(np.arange(len(data.val) - count))
    order = rng.permutation(len(data.val))
    return Rows(
        np.concatenate([copied.x, kept.x])[order], np.concatenate([copied.y, kept.y])[order]
    )


def trivial_loss(data: Data) -> float:
    """Return the train loss of the best constant prediction."""
    y = data.train.y
    if data.loss == "mae":
        return float(np.abs(y - np.median(y)).mean())
    if data.loss == "mse":
        return float(np.var(y))
    shares = np.bincount(y, minlength=data.classes) / len(y)
    return float(-(shares * np.log(np.maximum(shares, 1e-12))).sum())


def loss_of(outputs: Array, y: Array, kind: str) -> float:
    """Return the mean loss in double precision.

    ``outputs`` are class scores before the softmax, or the predictions of a regression.
    """
    outputs = outputs.astype(np.float64)
    if kind == "cross_entropy":
        top = outputs.max(axis=1, keepdims=True)
        total = np.log(np.exp(outputs - top).sum(axis=1)) + top[:, 0]
        return float((total - outputs[np.arange(len(y)), y]).mean())
    error = outputs - y
    if kind == "mae":
        return float(np.abs(error).mean())
    return float(np.square(error).mean())


def metric_of(outputs: Array, y: Array, classes: int) -> float:
    """Return the accuracy, or for a regression the mean absolute error."""
    if classes:
        return float((outputs.argmax(axis=1) == y).mean())
    return float(np.abs(outputs.astype(np.float64) - y).mean())


def shares_of(outputs: Array) -> Array:
    """Return the softmax of class scores."""
    powers: Array = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares
