"""The gap between held-out and training curve, at the best point and at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analyzer.curves import cost_pair
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
            val, train = cost_pair(run, best.metric, at_least=1)
        except NotApplicable:
            return None
        beside = np.interp(val.x, train.x, train.curve.value)
        gap = (val.curve.value - beside) * (1 if val.curve.lower_is_better else -1)
        return {"metric": best.metric, "at_best": float(gap[val.curve.best()]), "at_end": float(gap[-1])}
