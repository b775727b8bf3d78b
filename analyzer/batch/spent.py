"""What a run took, and what of it came after its best checkpoint: epochs or steps, and time."""

from __future__ import annotations

from typing import NamedTuple

from analyzer.measures import duration
from analyzer.model.diagnosis import Diagnosis


class Spent(NamedTuple):
    """The length of a run in its ``unit`` (epochs or steps), and what came after its best.

    The seconds are None if the log has no times.
    """

    unit: str
    total: float
    after: float
    seconds: float | None
    seconds_after: float | None


def spent_of(diagnosis: Diagnosis) -> Spent | None:
    """Return what a run took (``duration``); None without a best, or with one evaluation."""
    best = diagnosis.best
    if best is None:
        return None
    curve = diagnosis.run.curve(best.metric, best.split)
    at, total = curve.best(), duration.length(curve)
    if total is None:
        return None
    return Spent(
        curve.unit,
        total,
        after=float(curve.x[-1] - curve.x[at]),
        seconds=duration.seconds(curve),
        seconds_after=duration.seconds_after(curve, at),
    )
