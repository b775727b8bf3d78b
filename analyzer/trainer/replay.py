"""A record of the corpus as the run that its log would hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.model.run import Run, Series
from analyzer.stats.arrays import Floats, Ints


def run_of(record: dict[str, Any], which: int = 0, *, told_classes: bool = False) -> Run:
    """Return the run as a log would hold it: epochs from 1, or steps where it was logged by step.

    ``which`` is the validation set; with ``told_classes`` the configuration names the number of
    classes.
    """
    config, curves = record["config"], record["curves"]
    per_epoch = config["steps_per_epoch"] if config["per_step"] else 1
    ends = np.arange(1, config["epochs"] + 1) * per_epoch
    val = curves["val"][which]
    each = np.arange(1, len(curves["train_loss"]) + 1)
    made = [
        ("train", "loss", curves["train_loss"], each),
        ("val", "loss", val["loss"], ends),
        ("", "lr", curves["lr"], ends),
    ]
    if "accuracy" in val:
        made += [
            ("train", "accuracy", curves["train_accuracy"], each),
            ("val", "accuracy", val["accuracy"], ends),
        ]
    names = {"num_classes": config["classes"]} if told_classes and config["classes"] else {}
    return Run(record["id"], tuple(_series(*item, per_epoch) for item in made), names)


def _series(
    split: str, metric: str, values: Sequence[float | None], step: Ints, per_epoch: int
) -> Series:
    value, unknown, no = (
        numbers(values),
        np.full(len(step), np.nan),
        np.zeros(len(step), dtype=bool),
    )
    return Series(
        f"{split}/{metric}", split, metric, "", step, step / per_epoch, unknown, value, no
    )


def numbers(values: Sequence[float | None]) -> Floats:
    """Return values as an array, null as NaN."""
    return np.array([np.nan if value is None else value for value in values])
