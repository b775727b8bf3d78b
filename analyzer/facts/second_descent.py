"""A second descent: validation rises after its first minimum and later falls below it.

If training rose as well, the run was unstable for a while and recovered.

References
----------
Nakkiran, P. et al. (2020). Deep double descent. ICLR. DOI 10.1088/1742-5468/ac3a74.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, NamedTuple

import numpy as np

from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import noise_of, running_median

_FEWEST = 20  # evaluations
_SHORTEST = 0.1  # of the run, from the first minimum until the curve is back at its level
_HIGH = 5.0  # times the noise between evaluations: the least height of the rise
_SHARE = 0.03  # of the whole fall of the curve, so that a smooth ripple is none
_BELOW = 3.0  # times the noise: how far the second minimum lies below the first
_MOST_RISES = 2  # rises of half the height: more of them are an oscillation


@dataclass(frozen=True, eq=False)
class SecondDescentValues(Values):
    """Where the rise began, where the curve was highest, and where it fell below again."""

    tags: tuple[str, ...]
    metric: str
    split: str
    first_step: int
    first_epoch: float | None
    first_level: float
    peak_step: int
    peak_epoch: float | None
    peak_level: float
    back_step: int
    back_epoch: float | None
    second_step: int
    second_epoch: float | None
    second_level: float


class _Rise(NamedTuple):
    """A rise between a minimum and the next lower value, by indices, and its height."""

    first: int
    peak: int
    back: int
    height: float


class SecondDescent(Fact):
    """Whether more training helped after validation had become worse."""

    place: ClassVar[int | None] = 15

    def compute(self, run: Run, best: Best | None) -> SecondDescentValues | None:
        """Return where the second descent is, or None without one beyond the noise."""
        if best is None or best.split not in ("val", "test") or run.rewards:
            return None
        curve = run.curve(best.metric, best.split).finite()
        if len(curve) < _FEWEST or not curve.lower_is_better:
            return None
        level = running_median(curve.value, max(3, len(curve) // 25))
        rise = _rise(level, noise_of(curve.value))
        if rise is None:
            return None
        tag = "second" if _trains_on(run, curve, rise) else "recovery"
        return _values(curve, level, rise, tag)


def _trains_on(run: Run, curve: Curve, rise: _Rise) -> bool:
    """Say whether training kept falling while validation rose; True if it was not logged."""
    train = run.find_curve(curve.metric, run.trained_on(curve.metric), at_least=_FEWEST)
    if train is None or train.split == curve.split:
        return True
    finite = train.finite()
    level = running_median(finite.value, max(3, len(finite) // 25))
    at = np.searchsorted(finite.step, curve.step[[rise.first, rise.peak]])
    first, peak = level[np.minimum(at, len(level) - 1)]
    return bool(peak < first)


def _rise(level: Floats, noise: float) -> _Rise | None:
    """Return the highest rise that a lower minimum follows, None if it may be noise."""
    lowest = np.minimum.accumulate(level)
    records = [0, *(np.flatnonzero(level[1:] < lowest[:-1]) + 1).tolist()]
    rises = []
    for first, back in pairwise(records):
        if back - first > 1:
            peak = first + int(np.argmax(level[first:back]))
            rises.append(_Rise(first, peak, back, float(level[peak] - level[first])))
    if not rises:
        return None
    rise = max(rises, key=lambda rise: rise.height)
    many = sum(2 * other.height >= rise.height for other in rises) > _MOST_RISES
    least = max(_HIGH * noise, _SHARE * float(level[0] - level.min()))
    below = float(level[rise.first] - level[rise.back :].min())
    is_short = rise.back - rise.first < _SHORTEST * len(level)
    if many or is_short or rise.height < least or below < _BELOW * noise:
        return None
    return rise


def _values(curve: Curve, level: Floats, rise: _Rise, tag: str) -> SecondDescentValues:
    second = rise.back + int(np.argmin(level[rise.back :]))
    steps = curve.step
    epochs: list[float | None] = [None] * len(curve)
    if curve.has_epochs:
        epochs = curve.epoch.tolist()
    return SecondDescentValues(
        tags=(tag,),
        metric=curve.metric,
        split=curve.split,
        first_step=int(steps[rise.first]),
        first_epoch=epochs[rise.first],
        first_level=float(level[rise.first]),
        peak_step=int(steps[rise.peak]),
        peak_epoch=epochs[rise.peak],
        peak_level=float(level[rise.peak]),
        back_step=int(steps[rise.back]),
        back_epoch=epochs[rise.back],
        second_step=int(steps[second]),
        second_epoch=epochs[second],
        second_level=float(level[second]),
    )
