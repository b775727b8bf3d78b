"""Judge each drop of a learning rate: whether the loss then fell beyond noise and trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import jitter_of
from analyzer.stats.median import median

MOST = 40  # drops that are judged
_SIDE = 5  # points of a level before and after a drop
_FEWEST = 2
_ERRORS = 3.0  # standard errors of the difference of two levels
_MEDIAN = 1.2533  # a median errs by so many times the error of a mean


@dataclass(frozen=True, eq=False)
class Drop(Values):
    """A drop of the rate, and the level of the judged curve on both sides of it."""

    at_step: int
    at_epoch: float | None
    factor: float
    rate: float  # after the drop
    before: float | None  # None with too few points on a side
    after: float | None
    helped: bool | None


def matched(rate: Curve, curve: Curve) -> Floats | None:
    """Return the value of a curve at each logged rate, None if the two were logged apart."""
    if len(rate) != len(curve) or not np.array_equal(rate.step, curve.step):
        return None
    return curve.value


def judged_drops(rate: Curve, drops: Sequence[int], curve: Curve) -> tuple[Drop, ...]:
    """Return each drop of a rate with what it did to a curve."""
    by_epoch = rate.has_epochs and curve.has_epochs
    place = curve.epoch if by_epoch else curve.step.astype(np.float64)
    found = []
    ends = [0, *drops[:MOST], len(rate)]
    for index, at in enumerate(drops[:MOST], 1):
        x = [
            float(rate.epoch[end] if by_epoch else rate.step[end]) if end < len(rate) else np.inf
            for end in (ends[index - 1], at, ends[index + 1])
        ]
        first, here, last = np.searchsorted(place, x).tolist()
        found.append(_drop(rate, at, curve, curve.value[first:here], curve.value[here:last]))
    return tuple(found)


def _drop(rate: Curve, at: int, curve: Curve, before: Floats, after: Floats) -> Drop:
    is_judged = min(len(before), len(after)) >= _FEWEST
    return Drop(
        at_step=int(rate.step[at]),
        at_epoch=float(rate.epoch[at]) if rate.has_epochs else None,
        factor=float(rate.value[at] / rate.value[at - 1]),
        rate=float(rate.value[at]),
        before=median(before[-_SIDE:]) if is_judged else None,
        after=median(after[:_SIDE]) if is_judged else None,
        helped=_helps(before, after, curve) if is_judged else None,
    )


def _helps(before: Floats, after: Floats, curve: Curve) -> bool:
    """Say whether the level improves beyond the trend before the drop by more than the noise."""
    sign = 1.0 if curve.lower_is_better else -1.0
    near, far = before[-_SIDE:], before[-2 * _SIDE : -_SIDE]
    trend = max(0.0, sign * (median(far) - median(near))) if len(far) >= _FEWEST else 0.0
    gain = sign * (median(near) - median(after[:_SIDE])) - trend
    noise = jitter_of(np.concatenate([before[-4 * _SIDE :], after[: 4 * _SIDE]]))
    share = 1 / len(near) + 1 / min(len(after), _SIDE)
    return bool(gain > _ERRORS * _MEDIAN * noise * np.sqrt(share))
