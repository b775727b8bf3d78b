"""What a training loop passes to the writers: numbers, histograms, images, PR curves, restarts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats


@dataclass(frozen=True)
class Point:
    """The values of one step, or of one epoch at its last step, by tag ("train/loss").

    Epochs count from 1. ``grain`` is "step" or "epoch". ``hidden`` values are measured at the same
    step and never logged.
    """

    step: int
    epoch: int
    grain: str
    values: Mapping[str, float]
    hidden: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Histogram:
    """The activations or the gradients of one layer, flattened."""

    step: int
    epoch: int
    tag: str
    values: Floats


@dataclass(frozen=True, eq=False)
class Picture:
    """An image: rows x columns x 3 bytes."""

    step: int
    epoch: int
    tag: str
    pixels: npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PrCurve:
    """One class against the rest: whether a row belongs to the class, and its score."""

    step: int
    epoch: int
    tag: str
    truth: npt.NDArray[np.bool_]
    score: Floats


@dataclass(frozen=True)
class Restart:
    """The run was killed here and restarts from a checkpoint."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions on the validation set; ``scores`` is rows x classes, None for a regression."""

    epoch: int
    truth: npt.NDArray[np.generic]
    prediction: npt.NDArray[np.generic]
    scores: Floats | None


Record = Point | Histogram | Picture | PrCurve | Restart | Predictions
