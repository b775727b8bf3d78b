"""The gap between held-out and training curve, at the best point and at the end, with its 95 % interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.errors import NotApplicable
from analyzer.facts._base import Fact
from analyzer.measures.pairs import cost_pair, end_gap, train_cost_at_val
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run


class TrainValGap(Fact):
    """Held-out minus training value (training minus held-out for a score), so that a larger gap is worse."""

    def compute(self, run: Run, best: Best | None) -> Mapping[str, Any] | None:
        """Return metric, at_best, at_end, and the 95 % interval [low, high] of the true gap at the end.

        The gap at the end is that of the levels (medians of the last 5 %); below three points it is that of the last
        ones, and low and high are None. None where one of the curves is missing or the axes do not meet.
        """
        if best is None:
            return None
        try:
            val, train = cost_pair(run, best.metric, at_least=1)
        except NotApplicable:
            return None
        gap = (val.curve.value - train.levels(train_cost_at_val(val, train))) * (
            1 if val.curve.lower_is_better else -1
        )
        found = {
            "metric": best.metric,
            "at_best": float(gap[val.curve.best()]),
            "at_end": float(gap[-1]),
        }
        try:
            level = end_gap(run, best.metric, at_least=3)
        except NotApplicable:
            return {**found, "low": None, "high": None}
        return {**found, "at_end": level.gap, "low": level.low, "high": level.high}
