"""What a run took, and what of it came after its best checkpoint: epochs or steps, and time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.model.diagnosis import Diagnosis
from analyzer.stats.arrays import Floats

_PAUSE = 10.0  # times the usual interval between evaluations: a longer one is a pause


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
    """Return what a run took by its evaluations; None without a best, or with one evaluation.

    The first evaluation counts as one usual interval, and so does a pause: a run that was taken up
    again the next day did not train all night.
    """
    best = diagnosis.best
    if best is None:
        return None
    curve = diagnosis.run.curve(best.metric, best.split)
    at = curve.best()
    length = float(curve.x[-1] - curve.x[0])
    if not length > 0:
        return None
    total = length * len(curve) / (len(curve) - 1)
    after = float(curve.x[-1] - curve.x[at])
    unit = "epoch" if curve.has_epochs else "step"
    return Spent(unit, total, after, *_seconds(curve.wall_time, at))


def _seconds(times: Floats, best: int) -> tuple[float | None, float | None]:
    """Return the seconds of all intervals and of those after the best, None without times."""
    spent = np.diff(times)
    if not np.isfinite(spent).all() or not (spent > 0).any():
        return None, None
    usual = float(np.median(spent[spent > 0]))
    spent = np.where(spent > _PAUSE * usual, usual, spent.clip(0))
    return float(spent.sum()) + usual, float(spent[best:].sum())
