"""A held-out score or error rate whose best point is not that of the loss.

A loss also counts how sure a network is; a word error rate, a BLEU or an SSIM does not. So a score
may go on improving while the loss rises, and get worse while the loss still falls.

References
----------
Guo, C. et al. (2017). On calibration of modern neural networks. ICML. arXiv:1706.04599.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import metrics
from analyzer.facts._base import Fact
from analyzer.measures.cost import PERCENT_FROM
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.flat import levels_along
from analyzer.stats.levels import end_reach, tail_of

_FEWEST = 3  # evaluations
_LEVELS = 8  # evaluations; below it, single values are compared
_SHARE = 0.05  # of the range of the metric: less is not worth another checkpoint
_POINT = 0.01  # of the scale of an accuracy: less is a few examples of the validation set
_BEYOND = 1.5  # errors of a level: the best of many levels was picked, so luck moves it further


@dataclass(frozen=True, eq=False)
class BestByAnotherMetricValues(Values):
    """The best level of the other metric, and its level where the loss is lowest."""

    tags: tuple[str, ...]
    metric: str
    split: str
    best_step: int
    best_epoch: float | None
    best_value: float  # in the unit of the metric, as all values here
    lowest_step: int  # of the loss
    lowest_epoch: float | None
    lowest_value: float  # of the other metric, at the lowest loss
    end_value: float
    share: float  # of the range of the metric that lies between its two levels


class BestByAnotherMetric(Fact):
    """Whether another metric would select another checkpoint than the loss."""

    place: ClassVar[int | None] = 12

    def compute(self, run: Run, best: Best | None) -> BestByAnotherMetricValues | None:
        """Return the metric that differs most, or None if all agree with the loss."""
        if best is None or best.split not in ("val", "test") or run.rewards:
            return None
        if metrics.kind(best.metric) != "loss" or metrics.tells_errors(best.metric):
            return None
        found = [_against(curve, best) for curve in _others(run, best)]
        differing = [values for values in found if values is not None]
        return max(differing, key=lambda values: values.share, default=None)


def _others(run: Run, best: Best) -> Iterable[Curve]:
    """Yield the finite points of each score and error rate of the split of the loss."""
    for name in dict.fromkeys(series.metric for series in run.series):
        if metrics.tells_errors(name):
            curve = run.find_curve(name, best.split, at_least=_FEWEST)
            if curve is not None:
                yield curve.finite()


def _against(curve: Curve, best: Best) -> BestByAnotherMetricValues | None:
    """Compare the best level of a curve with that at the lowest loss, None if they agree."""
    cost: Floats = curve.value if curve.lower_is_better else -curve.value
    if len(cost) < _FEWEST:
        return None
    is_long = len(cost) >= _LEVELS
    level = levels_along(cost) if is_long else cost
    lowest = int(np.argmin(np.abs(curve.step - best.step)))
    at = int(np.argmin(level))
    apart = tail_of(len(cost)) if is_long else 1
    if abs(at - lowest) < apart or float(level[lowest] - level[at]) <= _least(curve, cost, level):
        return None
    return _values(curve, level, at=at, lowest=lowest, best=best)


def _least(curve: Curve, cost: Floats, level: Floats) -> float:
    """Return by how much two levels of a metric must differ, in its unit."""
    least = _SHARE * float(np.ptp(level))
    if metrics.share_family(curve.metric) is not None:
        scale = 100.0 if float(np.abs(cost).max()) > PERCENT_FROM else 1.0
        least = max(least, _POINT * scale)
    return max(least, _BEYOND * end_reach(cost)) if len(cost) >= _LEVELS else least


def _values(
    curve: Curve, level: Floats, *, at: int, lowest: int, best: Best
) -> BestByAnotherMetricValues:
    sign = 1.0 if curve.lower_is_better else -1.0
    return BestByAnotherMetricValues(
        tags=("later" if at > lowest else "earlier",),
        metric=curve.metric,
        split=curve.split,
        best_step=int(curve.step[at]),
        best_epoch=float(curve.epoch[at]) if curve.has_epochs else None,
        best_value=sign * float(level[at]),
        lowest_step=best.step,
        lowest_epoch=best.epoch,
        lowest_value=sign * float(level[lowest]),
        end_value=sign * float(level[-1]),
        share=float((level[lowest] - level[at]) / np.ptp(level)),
    )
