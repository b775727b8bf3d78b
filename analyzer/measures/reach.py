"""The reach of a loss: its lowest and its highest value, which show plainly different units."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.model.run import Run


class Reach(NamedTuple):
    """The lowest and the highest value of a loss, of all its splits together; both above zero."""

    low: float
    high: float


def reach_of(run: Run, metric: str) -> Reach | None:
    """Return the reach of a loss; None for a score, or if a value is zero or below."""
    if metrics.kind(metric) != "loss":
        return None
    values = [series.value for series in run.series if series.metric == metric]
    known = np.concatenate([*values, np.empty(0)])
    known = known[np.isfinite(known)]
    if not len(known) or known.min() <= 0:
        return None
    return Reach(float(known.min()), float(known.max()))
