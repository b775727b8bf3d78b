"""The runs of the world fleet: axes drawn independently, so that they meet in every combination.

Each axis is what the logs of strangers have and the teachers' runs lack: real data, rates that
cycle or surge, other starts and losses, data that changes on the way, and logs that show less.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from analyzer.trainer.digits import significant
from analyzer.trainer.sampling import Config
from analyzer.trainer.schedules import CYCLIC, KINDS
from analyzer.trainer.stacked import OPTIMIZERS
from analyzer.trainer.tables import TABLES, Table
from analyzer.trainer.tasks import Family
from analyzer.trainer.variations import PRINTED, Shown, Variation
from analyzer.trainer.world_tasks import SYNTHETIC, WORLD

_STREAM = 18  # so that no run of the world shares its random numbers with a teacher's
_USUAL_RATE = {"sgd": 0.1, "momentum": 0.02, "rmsprop": 0.002, "adam": 0.003, "adamw": 0.003}
_SHARES = {"sgd": 0.15, "momentum": 0.2, "rmsprop": 0.05, "adam": 0.3, "adamw": 0.3}
_DIGITS = 3  # significant digits of a setting
_WIDTH = 48  # of the hidden layers
_STEPS = (1, 4, 16, 48)  # per epoch: few different ones, so that many runs share a stack
_LEAST_ROWS = 20  # of a validation set


class _Cadence(NamedTuple):
    """How a run is cut into steps, epochs and evaluations."""

    steps: int
    epochs: int
    per_step: bool
    val_every: int
    train_every: int


def draw(seed: int, index: int) -> Config:
    """Return the configuration of run ``index``; calibration and test families alternate."""
    rng = np.random.default_rng((seed, index, _STREAM))
    half = ("calibration", "test")[index % 2]
    is_real = bool(rng.random() < 0.5)
    families: Mapping[str, Family | Table] = TABLES if is_real else SYNTHETIC
    names = [family.name for family in families.values() if family.half == half]
    family = WORLD[str(rng.choice(names))]
    cadence, variation = _cadence(rng), _variation(rng, regression=not family.classes)
    optimizer = str(rng.choice(OPTIMIZERS, p=[_SHARES[name] for name in OPTIMIZERS]))
    rows, val = _sizes(rng, family, variation)
    steps = max(count for count in _STEPS if count <= max(1, min(cadence.steps, rows // 2)))
    shown = Shown(
        val_every=cadence.val_every,
        train_every=cadence.train_every,
        accuracy=bool(rng.random() < 0.6),
        holes=bool(rng.random() < 0.4),
        printed=str(rng.choice(PRINTED, p=[0.5, 0.25, 0.25])),
    )
    return Config(
        family=family.name,
        width=_WIDTH,
        optimizer=optimizer,
        lr=significant(_USUAL_RATE[optimizer] * 10 ** _decades(rng), _DIGITS),
        schedule=_schedule(rng),
        weight_decay=_sometimes(rng, 0.4, 1e-4, 0.1),
        dropout=significant(rng.uniform(0.1, 0.5), _DIGITS) if rng.random() < 0.35 else 0.0,
        noise=_noise(rng, 0.3 if family.classes or variation.likelihood else 0.8, is_real=is_real),
        train_examples=rows // steps * steps,
        batch_size=rows // steps,
        epochs=cadence.epochs,
        val_examples=val,
        per_step=cadence.per_step,
        variation=variation,
        shown=shown,
    )


def _cadence(rng: np.random.Generator) -> _Cadence:
    """Return epochs with their mean loss, every batch, or few evaluations beside many steps."""
    kind = rng.random()
    if kind < 0.5:
        every = 1 if rng.random() < 0.75 else int(rng.integers(2, 11))
        epochs = max(10, round(_log_uniform(rng, 15, 250) / every)) * every
        return _Cadence(int(rng.choice([1, 4, 16])), epochs, False, every, 1)
    if kind < 0.75:
        every = 1 if rng.random() < 0.75 else int(rng.integers(2, 6))
        epochs = round(_log_uniform(rng, 15, 80) / every) * every
        return _Cadence(int(rng.choice([4, 16])), epochs, True, every, 1)
    evaluations = int(rng.integers(3, 13))
    every = round(_log_uniform(rng, 24, 60) / evaluations)
    steps, shown = int(rng.choice([16, 48])), int(rng.choice([1, 5, 10]))
    return _Cadence(steps, every * evaluations, True, every, shown)


def _sizes(
    rng: np.random.Generator, family: object, variation: Variation
) -> tuple[int, tuple[int, int]]:
    """Return the number of rows to train on and the sizes of both validation sets."""
    if not isinstance(family, Table):
        most = 10_000 if rng.random() < 0.7 else 500
        rows = round(_log_uniform(rng, 60, 6000))
        return rows, (round(_log_uniform(rng, 50, most)), round(_log_uniform(rng, 20, 1000)))
    own = family.rows // 2
    first = round(_log_uniform(rng, _LEAST_ROWS, max(0.35 * own, _LEAST_ROWS + 5)))
    second = round(_log_uniform(rng, _LEAST_ROWS, max(0.2 * own, _LEAST_ROWS + 1)))
    rest = own - first - second - (family.rows // 8 if variation.pretrained else 0)
    return round(_log_uniform(rng, min(max(20, rest / 4), rest), rest)), (first, second)


def _variation(rng: np.random.Generator, *, regression: bool) -> Variation:
    """Return the start, the loss and the changes of a run; each axis is plain in most runs."""
    plain = Variation(likelihood=bool(regression and rng.random() < 0.5))
    for change in (_start, _penalty, _augmentation, _arrival, _surge):
        plain = change(rng, plain)
    return plain


def _start(rng: np.random.Generator, run: Variation) -> Variation:
    kind = rng.random()
    if kind < 0.2:
        return dataclasses.replace(run, pretrained=True)
    if kind < 0.32:
        scale = significant(_log_uniform(rng, 1.5, 8), _DIGITS)
        return dataclasses.replace(run, start_scale=scale)
    return dataclasses.replace(run, start_scale=0.0) if kind < 0.39 else run


def _penalty(rng: np.random.Generator, run: Variation) -> Variation:
    if rng.random() < 0.8:
        return run
    ramp = significant(rng.uniform(0.2, 0.9), _DIGITS) if rng.random() < 0.7 else 0.0
    penalty = significant(_log_uniform(rng, 1e-4, 1e-2), _DIGITS)
    return dataclasses.replace(run, penalty=penalty, ramp=ramp)


def _augmentation(rng: np.random.Generator, run: Variation) -> Variation:
    if rng.random() < 0.8:
        return run
    closed = significant(rng.uniform(0.5, 0.9), _DIGITS) if rng.random() < 0.7 else 1.0
    noise = significant(rng.uniform(0.3, 1.2), _DIGITS)
    return dataclasses.replace(run, augmentation=noise, closed_at=closed)


def _arrival(rng: np.random.Generator, run: Variation) -> Variation:
    if rng.random() < 0.92:
        return run
    return dataclasses.replace(run, arrival=significant(rng.uniform(0.3, 0.7), _DIGITS))


def _surge(rng: np.random.Generator, run: Variation) -> Variation:
    if rng.random() < 0.85:
        return run
    return dataclasses.replace(
        run,
        surge=significant(_log_uniform(rng, 3, 100), _DIGITS),
        surge_at=significant(rng.uniform(0.2, 0.9), _DIGITS),
        surge_for=1.0 if rng.random() < 0.6 else 0.1,
    )


def _schedule(rng: np.random.Generator) -> str:
    kind = rng.random()
    if kind < 0.4:
        return "constant"
    return str(rng.choice(CYCLIC)) if kind < 0.52 else str(rng.choice(KINDS))


def _noise(rng: np.random.Generator, most: float, *, is_real: bool) -> float:
    """Return label noise: in most teachers' runs, in one of five runs on real data."""
    most = most / 2 if is_real else most
    likely = 0.2 if is_real else 0.8
    return significant(rng.uniform(0.02, most), _DIGITS) if rng.random() < likely else 0.0


def _decades(rng: np.random.Generator) -> float:
    """Return how far the rate is from the usual one, in powers of ten; two thirds are close."""
    kind = rng.random()
    if kind < 0.66:
        return float(rng.normal(0.1, 0.35))
    return float(rng.uniform(-2, -0.3)) if kind < 0.8 else float(rng.uniform(0.3, 1.8))


def _sometimes(rng: np.random.Generator, share: float, low: float, high: float) -> float:
    """Return a number, uniform on a log scale, in this share of the runs, else zero."""
    return significant(_log_uniform(rng, low, high), _DIGITS) if rng.random() < share else 0.0


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
