"""What twice the length of a run would bring on held-out data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.measures.accuracy import end_accuracy
from analyzer.measures.cost import Cost
from analyzer.measures.pairs import cost_pair, train_cost_at_val
from analyzer.measures.rate import rate_ahead, rate_left
from analyzer.model.run import Run
from analyzer.stats import doubling
from analyzer.stats.arrays import Floats
from analyzer.stats.doubling import Doubling
from analyzer.stats.promise import geometric_promise
from analyzer.stats.rank import theil_sen
from analyzer.stats.segments import two_segments

FEWEST = 8  # held-out points: the second half must hold four to have a slope
LATE = 0.8  # share of the run from which on the best value must lie
LEAST_SLOPE = 0.05  # fall of the log loss in a doubling, below which nothing is promised
LEAST_RATE = 0.02  # share of the highest rate below which nothing moves any more
RIGHT = 0.99  # training accuracy above which nothing is left to fit
_LN2 = float(np.log(2))


@dataclass(frozen=True, eq=False)
class Fall:
    """How a held-out log loss changes at the end of a run, per doubling of its length.

    ``slope`` is the smallest of the falls that its slopes promise, negative if it rises.
    ``movement`` is the larger of the changes, up or down, that the last half and the last quarter
    give. ``best`` is the place of the lowest value, 0 to 1 of the run. ``ahead`` is the last
    learning rate as a share of its mean over the last half, at most 1. ``trained`` is the training
    cost at the held-out points, (points,).
    """

    val: Cost
    train: Cost
    trained: Floats
    slope: float
    movement: float
    best: float
    left: float | None
    ahead: float

    def is_open(self, *, late: float = LATE, least_rate: float = LEAST_RATE) -> bool:
        """Say whether the curve has not turned and the learning rate still moves something."""
        return self.best > late and (self.left is None or self.left > least_rate)

    def doubled(self, *, falls: bool) -> Doubling:
        """Return what twice the length would do to the log loss, at the rate of the end.

        ``falls`` says whether it counts as still falling; otherwise no change is expected.
        """
        if falls:
            return doubling.falling(self.slope * self.ahead)
        return doubling.standing(self.movement * self.ahead)


def fall_in(run: Run, metric: str, *, at_least: int = FEWEST, late: float = LATE) -> Fall:
    """Measure how a held-out loss changes at the end of a run.

    Raises NotApplicable if ``cost_pair`` does, if a loss is not positive, or if validation ends
    before the last 1 - ``late`` of the run.
    """
    val, train = cost_pair(run, metric, at_least=at_least)
    if train.x[-1] - val.x[-1] > (1 - late) * (train.x[-1] - train.x[0]):
        raise NotApplicable("nothing_to_compare")
    if val.scale != "log" or train.scale != "log":
        raise NotApplicable("not_positive", metric=metric, split=train.curve.split)
    return run.once(("fall", metric), lambda: _fall(run, val, train))


def _fall(run: Run, val: Cost, train: Cost) -> Fall:
    trained, bins = train_cost_at_val(val, train), val.bins
    u, t_end = np.log(bins.t), bins.t[-1]
    late, most, last = bins.t >= t_end / 2, bins.t >= t_end / 4, bins.t >= 0.75 * t_end
    falls = [-theil_sen(u[late], bins.y[late]), -theil_sen(u[last], bins.y[last])]
    movement = max(map(abs, falls))
    falls.append(-theil_sen(u[late], bins.mean(trained)[late]))
    bend = two_segments(u[most], bins.y[most], bins.count[most])
    if bend is not None:
        falls.append(-bend.after)
    span = max(float(t_end - bins.t[0]), 1e-12)
    return Fall(
        val=val,
        train=train,
        trained=trained,
        slope=min(min(falls) * _LN2, geometric_promise(bins.t, bins.y)),
        movement=movement * _LN2,
        best=float(bins.t[int(np.argmin(bins.y))] - bins.t[0]) / span,
        left=rate_left(run),
        ahead=rate_ahead(run),
    )


def still_falls(run: Run, found: Fall) -> bool:
    """Say whether a gain is promised: the loss falls, and training has something left to fit."""
    accuracy = end_accuracy(run, run.trained_on("accuracy"), at_least=3)
    is_right = accuracy is not None and accuracy >= RIGHT
    return found.is_open() and found.slope >= LEAST_SLOPE and not is_right


def share_of(fall: float) -> float:
    """Return a fall of the log loss as a share of the loss; a rise is negative."""
    return -float(np.expm1(-fall))
