"""What a training loop hands to the writers.

Numbers, histograms, pictures, PR curves, and the mark of a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analyzer.stats.arrays import Floats


@dataclass(frozen=True)
class Point:
    """Numbers of one step, or of one epoch at its last step, by name ("train/loss").

    Epochs count from 1.

    ``hidden`` is measured at the same place and never written to a log.
    """

    step: int
    epoch: int
    grain: str
    values: Mapping[str, float]
    hidden: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Histogram:
    """The values of one layer, as they were or as gradients."""

    step: int
    epoch: int
    tag: str
    values: Floats


@dataclass(frozen=True, eq=False)
class Picture:
    """An image, rows x columns x 3 bytes."""

    step: int
    epoch: int
    tag: str
    pixels: npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PrCurve:
    """One class against the rest: whether a row is of the class, and its score."""

    step: int
    epoch: int
    tag: str
    truth: npt.NDArray[np.bool_]
    score: Floats


@dataclass(frozen=True)
class Restart:
    """The run was killed here and begins again from a checkpoint."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the network says of the validation set; for classes also the share it gives to each."""

    epoch: int
    truth: npt.NDArray[np.generic]
    prediction: npt.NDArray[np.generic]
    scores: Floats | None


Record = Point | Histogram | Picture | PrCurve | Restart | Predictions
