"""Turn a curve into a cost: positions from 1, lower is better, and errors are relative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analyzer import metrics
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Onset
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats
from analyzer.stats.binning import Binned, bin_curve
from analyzer.stats.median import median

PERCENT_FROM = 1.5  # an accuracy above this is a percentage
_TINY = float(np.finfo(float).tiny)  # whose log stands for that of a 0
_ROUNDING = 1e-6  # a mean of float32 shares may exceed 1 by this; a larger score is not a share


@dataclass(frozen=True, eq=False)
class Cost:
    """A curve made comparable; all arrays have the shape (points,), finite points only.

    ``x`` is in epochs, or in steps if the curve has no epochs. ``t`` is the same axis from 1, in
    units of the usual spacing. ``y`` is lower-is-better and scale-free; ``levels`` converts it back
    to values of the metric. ``scale`` says how it was computed:

    - "log": ln(loss), for a loss that is never negative. A 0 counts as half the smallest positive
      value.
    - "error": ln(1 - accuracy / width + offset), for a score that is a share. ``width`` is 1 or,
      for percentages, 100; ``offset`` is half a validation example.
    - "range": (value - offset) / width, with its sign turned for a score. ``offset`` is the median
      and ``width`` the range of the curve.
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
        """The cost in at most some 300 bins; a shorter curve has a bin for each position."""
        return bin_curve(self.t, self.y)

    @property
    def spacing(self) -> float:
        """The usual distance between neighbouring points, in epochs or steps."""
        return spacing(self.x)

    def levels(self, y: Floats) -> Floats:
        """Return the values of the metric at which the cost is ``y``. Shapes: (n,) -> (n,)."""
        if self.scale == "log":
            return np.where(y <= np.log(_TINY), 0.0, np.exp(y))
        if self.scale == "error":
            return self.width * (1 - (np.exp(y) - self.offset))
        if self.curve.lower_is_better:
            return self.offset + self.width * y
        return self.offset - self.width * y

    def costs(self, value: Floats) -> Floats:
        """Return the costs of values of the metric, the inverse of ``levels``."""
        if self.scale == "log":
            return np.log(np.maximum(value, _TINY))
        if self.scale == "error":
            return np.log(np.maximum(1 - value / self.width, 0) + self.offset)
        sign = 1 if self.curve.lower_is_better else -1
        return sign * (value - self.offset) / self.width

    def level(self, y: float) -> float:
        """Return the value of the metric at which the cost is ``y``."""
        return float(self.levels(np.array([y]))[0])

    def relative(self, change: float) -> float:
        """Return a change of the cost as a share of its level, or of the range without a log."""
        return float(np.expm1(change)) if self.scale != "range" else change

    def noise_ratio(self, y: float) -> float:
        """Return how much more the log of an error rate varies at ``y`` than that of a loss.

        It is the binomial sqrt((1 - e) / e), at least 1; a loss has 1.
        """
        if self.scale != "error":
            return 1.0
        error = min(max(float(np.exp(y)), self.offset), 1 - self.offset)
        return max(1.0, float(np.sqrt((1 - error) / error)))

    def t_of(self, other: Cost) -> Floats:
        """Return where the points of another curve lie in units of ``t``; they share an axis."""
        positions: Floats = (other.x - self.x[0]) / self.spacing + 1
        return positions

    def index_at(self, t: float) -> int:
        """Return the index of the logged point nearest to a position."""
        return int(np.argmin(np.abs(self.t - t)))

    def onset(self, t: float, low: float, high: float, train: Cost | None = None) -> Onset:
        """Return a position and its interval, snapped to logged points, in steps and epochs.

        The ends of the interval may also lie at points of the training curve, which may not tell
        its epochs apart: batches of one epoch. The interval is widened to contain the position.
        """
        at = self.index_at(t)
        step, epoch = int(self.curve.step[at]), float(self.curve.epoch[at])
        first, last = (self._place(end, train) for end in (low, high))
        known = self.curve.has_epochs
        return Onset(
            step=step,
            epoch=epoch if known else None,
            low=min(first[0], step),
            high=max(last[0], step),
            low_epoch=min(first[1], epoch) if known else None,
            high_epoch=max(last[1], epoch) if known else None,
        )

    def _place(self, t: float, train: Cost | None) -> tuple[int, float]:
        """Return the step and epoch of the logged point nearest to a position."""
        at = self.index_at(t)
        nearest = abs(float(self.t[at]) - t)
        if train is not None:
            away = np.abs(self.t_of(train) - t)
            if away.min() < nearest:
                nearest_train = int(np.argmin(away))
                epoch = train.curve.epoch[nearest_train]
                own = float(epoch if np.isfinite(epoch) else self.curve.epoch[at])
                return int(train.curve.step[nearest_train]), own
        return int(self.curve.step[at]), float(self.curve.epoch[at])


def cost_of(
    curve: Curve, examples: float, *, by_step: bool = False, in_percent: bool = False
) -> Cost:
    """Return the cost of a curve's finite points, given the size of the validation set.

    The axis is in epochs if the curve has them, unless ``by_step``. A score above 1.5 is a
    percentage, and a smaller one if ``in_percent`` says so. Raises NotApplicable if no point is
    finite, or if several points all share one position.
    """
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
        return Cost(curve, x, t, np.log(np.maximum(value, least)), scale="log")
    width = 100.0 if in_percent or value.max() > PERCENT_FROM else 1.0
    is_share = not curve.lower_is_better and metrics.is_bounded(curve.metric)
    if is_share and value.min() >= 0 and value.max() <= width * (1 + _ROUNDING):
        half = 0.5 / examples
        y = np.log(1 - value / width + half)
        return Cost(curve, x, t, y, scale="error", offset=half, width=width)
    width = float(np.ptp(value)) or 1.0
    offset = median(value)
    sign = 1 if curve.lower_is_better else -1
    y = sign * (value - offset) / width
    return Cost(curve, x, t, y, scale="range", offset=offset, width=width)


def spacing(x: Floats) -> float:
    """Return the median distance between neighbouring positions of a sorted axis.

    Repeated positions count once; a single position has a spacing of 1.
    """
    gaps = np.diff(x)
    gaps = gaps[gaps > 0]
    return median(gaps) if len(gaps) else 1.0


def judged_metrics(run: Run) -> Sequence[str]:
    """Return the metrics that detectors judge: losses first, then scores.

    Raises NotApplicable if the run has neither.
    """
    names = run.judged_metrics
    if not names:
        raise NotApplicable("no_loss")
    return names
