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
from analyzer.trainer.labels import Measured, label

if TYPE_CHECKING:
    from analyzer.trainer.pack import Trajectory

FILE = "corpus.jsonl.gz"
_DIGITS = 5  # significant digits, as many as a log has


def record(
    name: str, *, half: str, classes: int, run: Trajectory, extra_sets: Sequence[int]
) -> dict[str, Any]:
    """Return the record of one run. A number that is not finite becomes None."""
    config, epochs = run.config, run.config.epochs
    measured = Measured(
        population=run.population,
        train=run.full_train,
        epochs=epochs,
        trivial=run.trivial,
        tenth=run.tenth,
        tenfold=run.tenfold,
    )
    curves: dict[str, Any] = {"train_loss": _rounded(run.train_loss), "lr": _rounded(run.lr)}
    if classes:
        curves["train_accuracy"] = _rounded(run.train_accuracy)
    curves["val"] = [
        _validation(run, place, size, classes) for place, size in enumerate(config.val_examples)
    ]
    sizes = [*config.val_examples, *extra_sets]
    return {
        "id": name,
        "family": config.family,
        "half": half,
        "config": {**config.to_dict(), "classes": classes, "steps_per_epoch": config.steps},
        "curves": curves,
        "labels": label(measured),
        "population": {
            "loss": _rounded(run.population[:epochs]),
            "train_loss": _rounded(run.full_train[:epochs]),
            "second_half": _summary(run.population[epochs:], run.full_train[epochs:]),
            "trivial": _number(run.trivial),
        },
        "counterfactual": {
            "tenth": _summary(run.tenth.population, run.tenth.train),
            "tenfold": _summary(run.tenfold.population, run.tenfold.train),
        },
        "sampling": [_sampling(run, place, size) for place, size in enumerate(sizes)],
    }


def _validation(run: Trajectory, place: int, size: int, classes: int) -> dict[str, Any]:
    """Return the curves of one validation set; ``place`` is its column."""
    curves: dict[str, Any] = {"examples": size, "loss": _rounded(run.val_loss[:, place])}
    if classes:
        curves["accuracy"] = _rounded(run.val_accuracy[:, place])
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
        error = np.log(run.val_loss[:, place] / run.population[: len(run.val_loss)])
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
