"""The labelled corpus.

One line of JSON per run, with what its log shows and the truth about it (docs/corpus.md).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from analyzer.trainer.labels import Counterfactual, Measured, label

if TYPE_CHECKING:
    from analyzer.trainer.pack import Trajectory

FILE = "corpus.jsonl.gz"
_DIGITS = 5  # significant; a log has as many


def record(
    name: str, half: str, classes: int, run: Trajectory, extra_sets: Sequence[int]
) -> dict[str, Any]:
    """Return the line of a run. A number that is not finite is null."""
    config, epochs = run.config, run.config.epochs
    tenth, tenfold = (Counterfactual(*other) for other in run.others)
    measured = Measured(run.population, run.full_train, epochs, run.trivial, tenth, tenfold)
    curves = {"train_loss": _rounded(run.train_loss), "lr": _rounded(run.lr)}
    if classes:
        curves["train_accuracy"] = _rounded(run.train_accuracy)
    sizes = [*config.val_examples, *extra_sets]
    return {
        "id": name,
        "family": config.family,
        "half": half,
        "config": {**config.to_dict(), "classes": classes, "steps_per_epoch": config.steps},
        "curves": {
            **curves,
            "val": [
                _watched(run, at, size, classes) for at, size in enumerate(config.val_examples)
            ],
        },
        "labels": label(measured),
        "population": {
            "loss": _rounded(run.population[:epochs]),
            "train_loss": _rounded(run.full_train[:epochs]),
            "second_half": _summary(run.population[epochs:], run.full_train[epochs:]),
            "trivial": _number(run.trivial),
        },
        "counterfactual": {"tenth": _summary(*run.others[0]), "tenfold": _summary(*run.others[1])},
        "sampling": [_sampling(run, at, size) for at, size in enumerate(sizes)],
    }


def _watched(run: Trajectory, at: int, size: int, classes: int) -> dict[str, Any]:
    found: dict[str, Any] = {"examples": size, "loss": _rounded(run.val_loss[:, at])}
    if classes:
        found["accuracy"] = _rounded(run.val_accuracy[:, at])
    return found


def _summary(population: npt.NDArray[np.float64], train: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Return the lowest population loss, the last one, and the last full train loss.

    They come from the part of the run that no log shows.
    """
    finite = population[np.isfinite(population)]
    lowest = _number(finite.min()) if len(finite) else None
    return {"best": lowest, "end": _number(population[-1]), "train_end": _number(train[-1])}


def _sampling(run: Trajectory, at: int, size: int) -> dict[str, Any]:
    """Return how a validation set of this size errs.

    Ln(val / population), its mean and its spread over the epochs.

    ``shift`` never goes away with time; ``wander`` is what looks like movement and is none.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.log(run.val_loss[:, at] / run.population[: len(run.val_loss)])
    error = error[np.isfinite(error)]
    if not len(error):
        return {"examples": size, "shift": None, "wander": None}
    return {"examples": size, "shift": _number(error.mean()), "wander": _number(error.std())}


def _rounded(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None


def line(made: dict[str, Any]) -> str:
    """Return the JSON of a record: strict, compact, the same for the same numbers."""
    return json.dumps(made, separators=(",", ":"), allow_nan=False) + "\n"


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a corpus file, null numbers as None."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for text in file:
            yield json.loads(text)
