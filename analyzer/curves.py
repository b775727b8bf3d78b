"""Curves made comparable: positions from 1, a cost in which errors are relative, the size of the validation set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.model import Curve, Floats, Onset, Run
from analyzer.stats.examples import examples_behind

UNKNOWN_EXAMPLES = 100  # where no accuracy tells the size of the validation set; docs/decisions/0003
_PERCENT_FROM = 1.5  # an accuracy above this is in percent
_ROUNDING = 1e-6  # by this share an accuracy may pass 1, as a mean of float32 does; a score above is no share


@dataclass(frozen=True, eq=False)
class Cost:
    """A curve to be judged: ``t`` from 1 in units of the usual spacing, ``y`` lower is better and scale-free.

    ``y`` is ln(loss); ln(1 - accuracy + half an example) for an accuracy; else the value over the range of the curve.
    ``level`` undoes it.
    """

    curve: Curve
    x: Floats
    t: Floats
    y: Floats
    scale: str
    offset: float = 0.0
    width: float = 1.0

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
    t = (x - x[0]) / spacing(x) + 1
    value = curve.value
    if curve.lower_is_better and value.min() > 0:
        return Cost(curve, x, t, np.log(value), "log")
    width = 100.0 if value.max() > _PERCENT_FROM else 1.0
    if not curve.lower_is_better and value.min() >= 0 and value.max() <= width * (1 + _ROUNDING):
        half = 0.5 / examples
        return Cost(curve, x, t, np.log(1 - value / width + half), "error", half, width)
    width = float(np.ptp(value)) or 1.0
    offset = float(np.median(value))
    sign = 1 if curve.lower_is_better else -1
    return Cost(curve, x, t, sign * (value - offset) / width, "range", offset, width)


def cost_pair(run: Run, metric: str, *, at_least: int) -> tuple[Cost, Cost]:
    """Return the costs of the held-out and the training curve of a metric on one axis.

    Raises NotApplicable where one is missing or short, or where they have no stretch in common.
    """
    held_out = run.curve(metric, run.held_out(metric), at_least=at_least)
    trained_on = run.curve(metric, run.trained_on(metric), at_least=at_least)
    examples = validation_examples(run) or UNKNOWN_EXAMPLES
    by_step = not (held_out.has_epochs and trained_on.has_epochs)
    val, train = (cost_of(one, examples, by_step=by_step) for one in (held_out, trained_on))
    shared = min(val.x[-1], train.x[-1]) - max(val.x[0], train.x[0])
    if shared < 0.5 * (val.x[-1] - val.x[0]):
        raise NotApplicable("nothing_to_compare")
    return val, train


def spacing(x: Floats) -> float:
    """Return the usual distance between neighbouring positions, 1 where there is only one."""
    gaps = np.diff(np.unique(x))
    return float(np.median(gaps)) if len(gaps) else 1.0


def validation_examples(run: Run) -> int | None:
    """Return how many examples the validation set has, as far as the grain of its accuracies tells."""
    split = run.held_out("accuracy")
    try:
        value = run.curve("accuracy", split).value
    except NotApplicable:
        return None
    value = value[np.isfinite(value)]
    if not len(value) or value.min() < 0 or value.max() > 100:
        return None
    return examples_behind(value / (100 if value.max() > _PERCENT_FROM else 1))


def judged_metrics(run: Run) -> Sequence[str]:
    """Return the metrics that a detector judges: losses first, then scores. Raises NotApplicable without one."""
    names = [*run.metrics_of("loss"), *run.metrics_of("score")]
    if not names:
        raise NotApplicable("no_loss")
    return names
