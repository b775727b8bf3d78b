"""The gap between held-out and training curve, at the best point and at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analyzer.errors import NotApplicable
from analyzer.facts._base import Fact
from analyzer.measures.pairs import cost_pair, end_gap, train_cost_at_val
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values


@dataclass(frozen=True, eq=False)
class TrainValGapValues(Values):
    """Held-out minus training value, in the unit of the metric; the reverse for a score.

    A larger gap is therefore worse. The gap at the end is the gap of the levels (medians of
    the last 5 %); with fewer than three points it is the gap of the last ones.
    """

    metric: str
    at_best: float  # at the best held-out point
    at_end: float
    low: float | None = None  # 95 % interval of the true gap at the end
    high: float | None = None


class TrainValGap(Fact):
    """The gap of the metric that the run is judged by."""

    def compute(self, run: Run, best: Best | None) -> TrainValGapValues | None:
        """Return the gap, or None if a curve is missing or the two do not overlap."""
        if best is None:
            return None
        try:
            val, train = cost_pair(run, best.metric, at_least=1)
        except NotApplicable:
            return None
        gap = val.curve.value - train.levels(train_cost_at_val(val, train))
        if not val.curve.lower_is_better:
            gap = -gap
        at_best = float(gap[val.curve.best()])
        values = TrainValGapValues(best.metric, at_best, at_end=float(gap[-1]))
        try:
            level = end_gap(run, best.metric, at_least=3)
        except NotApplicable:
            return values
        return replace(values, at_end=level.gap, low=level.low, high=level.high)
