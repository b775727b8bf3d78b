"""Turn a record of the corpus into the run that would be read from its log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.model.run import Run, Series
from analyzer.stats.arrays import Floats, Ints


def run_of(record: dict[str, Any], which: int = 0, *, with_classes: bool = False) -> Run:
    """Return the run of a record: epochs from 1, or steps if it was logged per step.

    ``which`` selects the validation set; with ``with_classes`` the configuration includes the
    number of classes.
    """
    config, curves = record["config"], record["curves"]
    per_epoch = config["steps_per_epoch"] if config["per_step"] else 1
    ends = np.arange(1, config["epochs"] + 1) * per_epoch
    val = curves["val"][which]
    each = np.arange(1, len(curves["train_loss"]) + 1)

    def series(split: str, metric: str, values: Sequence[float | None], steps: Ints) -> Series:
        return Series(
            tag=f"{split}/{metric}",
            split=split,
            metric=metric,
            grain="",
            step=steps,
            epoch=steps / per_epoch,
            wall_time=np.full(len(steps), np.nan),
            value=numbers(values),
            superseded=np.zeros(len(steps), dtype=bool),
        )

    logged = [
        series("train", "loss", curves["train_loss"], each),
        series("val", "loss", val["loss"], ends),
        series("", "lr", curves["lr"], ends),
    ]
    if "accuracy" in val:
        logged.append(series("train", "accuracy", curves["train_accuracy"], each))
        logged.append(series("val", "accuracy", val["accuracy"], ends))
    settings: dict[str, Any] = {}
    if with_classes and config["classes"]:
        settings["num_classes"] = config["classes"]
    return Run(record["id"], tuple(logged), settings)


def numbers(values: Sequence[float | None]) -> Floats:
    """Return values as an array; None becomes NaN."""
    return np.array(values, dtype=np.float64)
