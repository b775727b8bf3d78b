"""What twice the length does to a loss: the fall to expect, and ranges that hold it.

All numbers are falls of the log loss, from its level at the end of a run to its value at twice the
length; a negative one is a rise.

The constants are fitted on the calibration half of both corpora, whose runs were trained on for as
many epochs again (docs/decisions/0027). ``python tests/benchmarks/more_training.py --fit`` prints
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

LARGEST = 0.5  # a fall nears this as its slope grows: .4 to .8 have the same error
FALLING_LEAST = 0.05  # added to an expected fall for the unit of its ranges: .02 to .1 do as well
STANDING_LARGEST = 0.5  # a movement counts as at most this, for the same reason
STANDING_LEAST = 0.001  # the loss of a run that stands still moves by this much nevertheless


class Range(NamedTuple):
    """The ends of a range of falls of the log loss."""

    low: float
    high: float


# Ends by level (%), in units around the expected fall. Each is halfway between the quantile over
# all families, which count alike, and that of the family for which it lies farthest out.
FALLING: Mapping[int, Range] = {
    50: Range(-0.349, 1.07),
    80: Range(-0.867, 1.55),
    90: Range(-1.46, 2.32),
}
STANDING: Mapping[int, Range] = {
    50: Range(-0.887, 0.617),
    80: Range(-2.16, 1.73),
    90: Range(-3.13, 2.44),
}


@dataclass(frozen=True)
class Doubling:
    """The expected fall of a log loss at twice the length, and its ranges by level (%)."""

    fall: float
    ranges: Mapping[int, Range]


def falling(slope: float) -> Doubling:
    """Return what to expect of a loss that still falls, ``slope`` being its fall in a doubling.

    A steep fall seldom goes on: the expected fall is a (1 - exp(-slope / a)) with a = ``LARGEST``.
    """
    fall = shrunk(slope, LARGEST)
    return Doubling(fall, _ranges(fall, fall + FALLING_LEAST, FALLING))


def standing(movement: float) -> Doubling:
    """Return what to expect of any other loss, ``movement`` being what it moved in a doubling.

    No change is expected: no extrapolation comes closer over all runs.
    """
    unit = shrunk(abs(movement), STANDING_LARGEST) + STANDING_LEAST
    return Doubling(0.0, _ranges(0.0, unit, STANDING))


def shrunk(change: float, largest: float) -> float:
    """Return a change of 0 or more, the smaller the steeper it is, and always below ``largest``."""
    return largest * -float(np.expm1(-max(change, 0.0) / largest))


def _ranges(fall: float, unit: float, ends: Mapping[int, Range]) -> Mapping[int, Range]:
    return {
        level: Range(fall + end.low * unit, fall + end.high * unit) for level, end in ends.items()
    }
