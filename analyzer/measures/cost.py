"""Curves made comparable: positions from 1, and a cost in which errors are relative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Onset
from analyzer.model.run import Curve, Run
from analyzer.stats.arrays import Floats
from analyzer.stats.binning import Binned, bin_curve

PERCENT_FROM = 1.5  # an accuracy above this is in percent
_ROUNDING = 1e-6  # by this share an accuracy may pass 1, as a mean of float32 does; a score above is no share


@dataclass(frozen=True, eq=False)
class Cost:
    """A curve to be judged: ``t`` from 1 in units of the usual spacing, ``y`` lower is better and scale-free.

    ``y`` is ln(loss), where a 0 among positive values counts as half of the smallest; ln(1 - accuracy + half an
    example) for an accuracy; else the value over the range of the curve. ``level`` undoes it.
    """

    curve: Curve
    x: Floats
    t: Floats
    y: Floats
    scale: str
    offset: float = 0.0
    width: float = 1.0

    @cached_property
    def bins(self) -> Binned:
        """The cost in at most some 300 bins; shorter curves as they are."""
        return bin_curve(self.t, self.y)

    @property
    def spacing(self) -> float:
        """The usual distance of neighbouring points, in epochs or steps."""
        return spacing(self.x)

    def levels(self, y: Floats) -> Floats:
        """Return the values of the metric at which the cost is ``y``."""
        if self.scale == "log":
            return np.exp(y)
        if self.scale == "error":
            return self.width * (1 - (np.exp(y) - self.offset))
        return self.offset + (self.width * y if self.curve.lower_is_better else -self.width * y)

    def costs(self, value: Floats) -> Floats:
        """Return the cost of values of the metric; the inverse of ``levels``."""
        if self.scale == "log":
            return np.log(np.maximum(value, np.finfo(float).tiny))
        if self.scale == "error":
            return np.log(np.maximum(1 - value / self.width, 0) + self.offset)
        sign = 1 if self.curve.lower_is_better else -1
        return sign * (value - self.offset) / self.width

    def level(self, y: float) -> float:
        """Return the value of the metric at which the cost is ``y``."""
        return float(self.levels(np.array([y]))[0])

    def index_at(self, t: float) -> int:
        """Return the index of the logged point nearest to a position."""
        return int(np.argmin(np.abs(self.t - t)))

    def onset(self, t: float, low: float, high: float) -> Onset:
        """Return a position and its interval as steps and epochs of logged points."""
        at, first, last = (self.index_at(position) for position in (t, low, high))
        step, epoch = self.curve.step, self.curve.epoch
        known = self.curve.has_epochs
        return Onset(
            int(step[at]),
            float(epoch[at]) if known else None,
            int(step[min(first, at)]),
            int(step[max(last, at)]),
            float(epoch[min(first, at)]) if known else None,
            float(epoch[max(last, at)]) if known else None,
        )


def cost_of(curve: Curve, examples: float, *, by_step: bool = False) -> Cost:
    """Return the cost of a curve's finite points. Raises NotApplicable where there are none."""
    curve = curve.finite()
    if not len(curve):
        raise NotApplicable("never_finite", metric=curve.metric, split=curve.split)
    x = curve.step.astype(np.float64) if by_step else curve.x
    if len(x) > 1 and x[0] == x[-1]:
        raise NotApplicable("one_step", metric=curve.metric, split=curve.split)
    t = (x - x[0]) / spacing(x) + 1
    value = curve.value
    if curve.lower_is_better and value.min() >= 0 and value.max() > 0:
        least = float(value[value > 0].min()) / 2  # a loss printed as 0.0 is a small one
        return Cost(curve, x, t, np.log(np.maximum(value, least)), "log")
    width = 100.0 if value.max() > PERCENT_FROM else 1.0
    if not curve.lower_is_better and value.min() >= 0 and value.max() <= width * (1 + _ROUNDING):
        half = 0.5 / examples
        return Cost(curve, x, t, np.log(1 - value / width + half), "error", half, width)
    width = float(np.ptp(value)) or 1.0
    offset = float(np.median(value))
    sign = 1 if curve.lower_is_better else -1
    return Cost(curve, x, t, sign * (value - offset) / width, "range", offset, width)


def spacing(x: Floats) -> float:
    """Return the usual distance between neighbouring positions of a sorted axis, 1 where there is only one."""
    gaps = np.diff(x)
    gaps = gaps[gaps > 0]
    return float(np.median(gaps)) if len(gaps) else 1.0


def judged_metrics(run: Run) -> Sequence[str]:
    """Return the metrics that a detector judges: losses first, then scores. Raises NotApplicable without one."""
    names = [*run.metrics_of("loss"), *run.metrics_of("score")]
    if not names:
        raise NotApplicable("no_loss")
    return names
