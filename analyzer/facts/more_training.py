"""What twice the length would do to the held-out loss, with the intervals that hold it."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.errors import NotApplicable
from analyzer.facts._base import Fact
from analyzer.measures.more_training import Fall, fall_in, share_of, still_falls
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values


@dataclass(frozen=True, eq=False)
class MoreTrainingValues(Values):
    """The held-out loss at twice the length, at the learning rate of the end.

    Gains are shares of the loss at the end of the log; a rise is negative. ``gain`` is 0 unless the
    loss still falls: no change is then the best guess, and the intervals say how sure that is.
    """

    metric: str
    split: str
    falls: bool
    gain: float
    low_50: float
    high_50: float
    low_80: float
    high_80: float
    low_90: float
    high_90: float


class MoreTraining(Fact):
    """What twice the length would do to the first held-out loss that can be extrapolated."""

    def compute(self, run: Run, best: Best | None) -> MoreTrainingValues | None:  # noqa: ARG002 - part of the interface
        """Return the gain and its intervals, or None without a loss of both splits."""
        for metric in run.metrics_of("loss"):
            try:
                found = fall_in(run, metric)
            except NotApplicable:
                continue
            return _values(run, found)
        return None


def _values(run: Run, found: Fall) -> MoreTrainingValues:
    falls = still_falls(run, found)
    doubled = found.doubled(falls=falls)
    curve = found.val.curve
    return MoreTrainingValues(
        metric=curve.metric,
        split=curve.split,
        falls=falls,
        gain=share_of(doubled.fall),
        low_50=share_of(doubled.ranges[50].low),
        high_50=share_of(doubled.ranges[50].high),
        low_80=share_of(doubled.ranges[80].low),
        high_80=share_of(doubled.ranges[80].high),
        low_90=share_of(doubled.ranges[90].low),
        high_90=share_of(doubled.ranges[90].high),
    )
