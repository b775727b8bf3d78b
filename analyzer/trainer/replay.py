"""Turn a record of the corpus into the run that would be read from its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.stats.arrays import Floats, Ints
from analyzer.trainer.variations import Shown

_ENOUGH = 1_000_000  # examples: an exact curve has no sampling error


def run_of(record: dict[str, Any], which: int = 0, *, with_classes: bool = False) -> Run:
    """Return the run of a record: epochs from 1, or steps if it was logged per step.

    ``which`` selects the validation set; with ``with_classes`` the configuration includes the
    number of classes. Epochs without validation are marked as not evaluated, or have no row.
    """
    config, curves = record["config"], record["curves"]
    per_epoch = config["steps_per_epoch"] if config["per_step"] else 1
    epochs = np.arange(1, config["epochs"] + 1)
    log = Shown(**config.get("shown", {}))
    trained = np.arange(1, len(curves["train_loss"]) + 1) * log.train_every
    rows = epochs - 1 if log.holes else np.flatnonzero(log.evaluated(len(epochs)))
    skipped = ~log.evaluated(len(epochs))[rows] if log.holes else None
    val = curves["val"][which]

    def train(metric: str) -> Series:
        return _series("train", metric, numbers(curves[f"train_{metric}"]), trained, per_epoch)

    def held_out(metric: str) -> Series:
        series = _series(
            "val", metric, numbers(val[metric])[rows], epochs[rows] * per_epoch, per_epoch
        )
        return replace(series, not_evaluated=skipped)

    rate = _series("", "lr", numbers(curves["lr"]), epochs * per_epoch, per_epoch)
    logged = [train("loss"), held_out("loss"), rate]
    if "accuracy" in val:
        logged += [train("accuracy"), held_out("accuracy")]
    settings: dict[str, Any] = {}
    if with_classes and config["classes"]:
        settings["num_classes"] = config["classes"]
    return Run(record["id"], tuple(logged), settings)


def exact_run_of(record: dict[str, Any]) -> Run:
    """Return the run with its losses as they truly were in each epoch, without any sampling error.

    The training loss is that in evaluation mode, the validation loss that on fresh data.
    """
    run, config, population = run_of(record), record["config"], record["population"]
    per_epoch = config["steps_per_epoch"] if config["per_step"] else 1
    steps = np.arange(1, config["epochs"] + 1) * per_epoch
    others = tuple(series for series in run.series if series.metric != "loss")
    losses = (
        _series("train", "loss", numbers(population["train_loss"]), steps, per_epoch),
        _series("val", "loss", numbers(population["loss"]), steps, per_epoch),
    )
    meta = replace(run.meta, validation_examples=_ENOUGH)
    return replace(run, series=losses + others, meta=meta)


def _series(split: str, metric: str, values: Floats, steps: Ints, per_epoch: int) -> Series:
    """Return a series whose steps count batches, or epochs if ``per_epoch`` is 1."""
    return Series(
        tag=f"{split}/{metric}",
        split=split,
        metric=metric,
        grain="",
        step=steps,
        epoch=steps / per_epoch,
        wall_time=np.full(len(steps), np.nan),
        value=values,
        superseded=np.zeros(len(steps), dtype=bool),
    )


def numbers(values: Sequence[float | None]) -> Floats:
    """Return values as an array; None becomes NaN."""
    return np.array(values, dtype=np.float64)
