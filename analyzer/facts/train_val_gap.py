"""The gap between held-out and training curve, at the best point and at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analyzer.errors import NotApplicable
from analyzer.facts._base import Fact
from analyzer.model import Best, Run


class TrainValGap(Fact):
    """Held-out minus training value (training minus held-out for a score), so that a larger gap is worse."""

    def compute(self, run: Run, best: Best | None) -> Mapping[str, Any] | None:
        """Return metric, at_best and at_end; None where one of the curves is missing or the axes do not meet."""
        if best is None:
            return None
        try:
            val = run.curve(best.metric, run.held_out(best.metric)).finite()
            train = run.curve(best.metric, run.trained_on(best.metric)).finite()
        except NotApplicable:
            return None
        if val.unit != train.unit or not len(val) or not len(train):
            return None
        beside = np.interp(val.x, train.x, train.value)
        gap = (val.value - beside) * (1 if val.lower_is_better else -1)
        return {"metric": best.metric, "at_best": float(gap[val.best()]), "at_end": float(gap[-1])}
