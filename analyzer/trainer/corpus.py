"""The labelled corpus: one JSON line per run, with its log and the truth (docs/corpus.md)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.trainer.digits import significant
from analyzer.trainer.health import Fresh, world_labels
from analyzer.trainer.labels import TINY, Counterfactual, Measured, gap, label
from analyzer.trainer.variations import comparable

if TYPE_CHECKING:
    from analyzer.trainer.trajectory import Logged, Trajectory

FILE = "corpus.jsonl.gz"
_DIGITS = 5  # significant digits, as many as a log has


def record(
    name: str, *, half: str, classes: int, run: Trajectory, extra_sets: Sequence[int]
) -> dict[str, Any]:
    """Return the record of one run. A number that is not finite becomes None."""
    config, epochs = run.config, run.config.epochs
    sizes = [*config.val_examples, *extra_sets]
    return {
        "id": name,
        "family": config.family,
        "half": half,
        "config": {**config.to_dict(), "classes": classes, "steps_per_epoch": config.steps},
        "curves": curves_of(run, classes),
        "labels": _labels(run),
        "population": {
            "loss": _rounded(run.population[:epochs]),
            "train_loss": _rounded(run.full_train[:epochs]),
            "second_half": _summary(run.population[epochs:], run.full_train[epochs:]),
            "trivial": _number(_trivial(run, run.trivial)),
            **_fresh(run),
        },
        "counterfactual": {
            "tenth": _summary(run.tenth.population, run.tenth.train),
            "tenfold": _summary(run.tenfold.population, run.tenfold.train),
        },
        "sampling": [_sampling(run, place, size) for place, size in enumerate(sizes)],
    }


def curves_of(run: Logged, classes: int) -> dict[str, Any]:
    """Return the curves of a run as its log shows them."""
    config, log = run.config, run.config.log
    curves: dict[str, Any] = {
        "train_loss": log.print(run.train_loss[log.train_every - 1 :: log.train_every]),
        "lr": _rounded(run.lr),
    }
    if classes and log.accuracy:
        shown = run.train_accuracy[log.train_every - 1 :: log.train_every]
        curves["train_accuracy"] = log.print(shown)
    curves["val"] = [
        _validation(run, place, size, classes) for place, size in enumerate(config.val_examples)
    ]
    return curves


def _labels(run: Trajectory) -> dict[str, Any]:
    """Return the labels of a run; those of a likelihood compare squared errors of that likelihood.

    The gap is always a difference of the losses as they are.
    """
    epochs = run.config.epochs
    measured = Measured(
        population=_positive(run, run.population),
        train=_positive(run, run.full_train),
        epochs=epochs,
        trivial=run.trivial,
        tenth=_positive_of(run, run.tenth),
        tenfold=_positive_of(run, run.tenfold),
    )
    if run.config.variation is None:
        return label(measured)
    found = world_labels(measured, Fresh(run.fresh_trivial, _rise_error(run)))
    return {**found, "gap": gap(run.population[:epochs], run.full_train[:epochs])}


def _rise_error(run: Trajectory) -> float:
    """Return the standard error of the rise as a share of the lowest population loss."""
    if run.config.varied.likelihood:
        return 2 * run.rise_error  # of the exponent in ``comparable``
    return run.rise_error / max(float(np.nanmin(run.population[: run.config.epochs])), TINY)


def _positive(run: Trajectory, values: Floats) -> Floats:
    """Return losses above zero, to compare as ratios."""
    return comparable(values) if run.config.varied.likelihood else values


def _positive_of(run: Trajectory, other: Counterfactual) -> Counterfactual:
    return Counterfactual(_positive(run, other.population), _positive(run, other.train))


def _trivial(run: Trajectory, variance: float) -> float:
    """Return the loss of the best constant in the unit of the logged loss."""
    if run.config.varied.likelihood:
        return 0.5 * (float(np.log(variance)) + 1)
    return variance


def _fresh(run: Trajectory) -> dict[str, Any]:
    """Return what the world's records say of the population beside its loss."""
    if run.config.variation is None:
        return {}
    return {"examples": run.fresh, "fresh_trivial": _number(_trivial(run, run.fresh_trivial))}


def _validation(run: Logged, place: int, size: int, classes: int) -> dict[str, Any]:
    """Return the curves of one validation set; ``place`` is its column.

    Epochs without an evaluation are None.
    """
    log = run.config.log
    hidden = np.where(log.evaluated(run.config.epochs), 0.0, np.nan)
    loss = run.val_loss[:, place] + run.penalty + hidden
    curves: dict[str, Any] = {"examples": size, "loss": log.print(loss)}
    if classes and log.accuracy:
        curves["accuracy"] = log.print(run.val_accuracy[:, place] + hidden)
    return curves


def _summary(population: Floats, train: Floats) -> dict[str, Any]:
    """Summarise unlogged epochs: lowest and last population loss, and last full train loss."""
    finite = population[np.isfinite(population)]
    lowest = _number(finite.min()) if len(finite) else None
    return {"best": lowest, "end": _number(population[-1]), "train_end": _number(train[-1])}


def _sampling(run: Trajectory, place: int, size: int) -> dict[str, Any]:
    """Return the sampling error of a validation set: ln(val / population) over the epochs.

    ``shift`` is its mean, which no patience removes; ``wander`` is its standard deviation,
    which looks like movement of the loss but is not.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        val = _positive(run, run.val_loss[:, place])
        error = np.log(val / _positive(run, run.population[: len(val)]))
    error = error[np.isfinite(error)]
    if not len(error):
        return {"examples": size, "shift": None, "wander": None}
    return {"examples": size, "shift": _number(error.mean()), "wander": _number(error.std())}


def _rounded(values: Floats) -> list[float | None]:
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | None:
    return significant(value, _DIGITS) if np.isfinite(value) else None


def line(content: dict[str, Any]) -> str:
    """Return a record as strict, compact JSON; equal records give equal lines."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False) + "\n"


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a corpus file; null numbers become None."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for text in file:
            yield json.loads(text)
