"""The lowest point of a held-out curve, and what follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.measures.cost import Cost
from analyzer.stats.binning import Binned


@dataclass(frozen=True, eq=False)
class Turn:
    """The lowest point of a held-out curve, in bins and on its cost, and what follows it.

    ``margins`` are the three conditions in units of their own errors; ``probability`` is their
    calibrated product.
    """

    val: Cost
    train: Cost | None
    bins: Binned
    examples: float
    examples_known: bool
    lowest: int
    level: float
    rise: float
    fall: float
    tau: float
    margins: Mapping[str, float]
    probability: float
