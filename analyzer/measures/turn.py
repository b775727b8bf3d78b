"""The lowest point of a held-out curve, and what follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analyzer.measures.cost import Cost
from analyzer.measures.pairs import train_cost_at_val
from analyzer.stats.arrays import Floats
from analyzer.stats.binning import Binned
from analyzer.stats.levels import end_level, end_reach, is_coarse, largest_fall, level_at
from analyzer.stats.rank import has_trend, tau_error
from analyzer.stats.zigzag import only_swings

_MOST_SHALLOW = 0.08  # of the log cost: a larger rise is either overfitting or not


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
    end: float
    rise: float
    fall: float
    tau: float
    margins: Mapping[str, float]
    probability: float

    def is_shallow(self, *, rise: float, fall: float, agree: float, after: int) -> bool:
        """Say whether the curve rises a little, steadily, to the end, and its gap has doubled.

        By ``rise`` and by more than the error of its end, with a Kendall's tau of ``agree`` over
        ``after`` points after the lowest; over fewer, with a tau that luck gives as seldom.
        Training fell by ``fall``.
        """
        points = int(self.bins.count[self.lowest :].sum()) - 1
        if points < 1 or self.fall < fall:
            return False
        if self.tau < agree * max(tau_error(points + 1) / tau_error(after + 1), 1.0):
            return False
        least = max(rise, end_reach(self.bins.y))
        return least <= self.rise <= _MOST_SHALLOW and self._gap_doubled()

    def _gap_doubled(self) -> bool:
        if self.train is None or {self.train.scale, self.val.scale} != {"log"}:
            return False
        trained = np.exp(self.bins.mean(train_cost_at_val(self.val, self.train)))
        held_out = np.exp(self.bins.y)
        before = level_at(held_out, self.lowest) - level_at(trained, self.lowest)
        return end_level(held_out) - end_level(trained) >= 2 * max(before, 0.0)


def end_and_rise(bins: Binned, fit: Floats, lowest: int) -> tuple[float, float]:
    """Return the level of a curve at its end and how far that is above its lowest level.

    ``fit`` is the smoothed curve. With few points, medians of three lag behind a curve that rises
    from bin ``lowest`` on with a trend at 5 %: the smoothed curve counts if it shows more.
    """
    end = end_level(bins.y)
    rise = end - float(bins.levels.min())
    if is_coarse(len(bins)) and has_trend(bins.y[lowest:]):
        return max(end, float(fit[-1])), max(rise, float(fit[-1] - fit.min()))
    return end, rise


def has_turned(y: Floats, lowest: int, rise: float, *, unit: float, most_back: float) -> bool:
    """Say whether few points after the lowest one are a turn and no jump.

    They gave back at most ``most_back`` of what they rose by (at least ``unit``), the rise is
    beyond the error of its end, and the curve does not only swing.
    """
    came_back = largest_fall(y[lowest:]) > most_back * max(float(y[-1] - y[lowest]), unit)
    return not came_back and rise > end_reach(y) and not only_swings(y, lowest)
