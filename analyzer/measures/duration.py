"""What a run took, in its own unit and in seconds: one way for indexes, reports and facts.

From the first point of a curve to its last, and up to one usual interval before the first: as much
of it as the log says was trained by then. A run that was evaluated at step 0 had none.
"""

from __future__ import annotations

import numpy as np

from analyzer.measures.first_evaluation import begins_untrained
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats, Ints

_PAUSE = 10.0  # times the usual interval between points: a longer one is a pause
_FEWEST_REGULAR = 3  # long intervals, from which on equal distances are no chance
_REGULAR = 0.8  # of the long intervals: the last evaluation, or one after a pause, may differ
_ALIKE = 2.0  # times the usual length: evaluations of the same data take about as long
_RARE = 0.2  # of the intervals: more long ones are part of the training


def length(curve: Curve) -> float | None:
    """Return the epochs or steps of a run, None if its points lie at one place."""
    usual = _usual_step(curve)
    if usual is None:
        return None
    return float(curve.x[-1] - curve.x[0]) + trained_before(curve)


def seconds(curve: Curve) -> float | None:
    """Return the seconds of a run, None without times. A pause counts as one usual interval."""
    spent = _intervals(curve.wall_time)
    if spent is None:
        return None
    usual = float(np.median(spent[spent > 0]))
    return float(spent.sum()) + before_first(curve) * usual


def seconds_after(curve: Curve, at: int) -> float | None:
    """Return the seconds from a point to the last one, None without times or after the last."""
    spent = _intervals(curve.wall_time)
    if spent is None:
        return None
    return float(spent[at:].sum())


def before_first(curve: Curve) -> float:
    """Return which part of a usual interval was trained before the first point, 0 to 1.

    Epochs and steps that are counted from 0 are logged at their end, so that epoch 0 is one epoch,
    unless it is the state at step 0 of a log that counts steps inside epochs.
    """
    usual = _usual_step(curve)
    if usual is None or begins_untrained(curve):
        return 0.0
    trained = float(curve.x[0]) or 1.0
    return min(1.0, max(0.0, trained) / usual)


def trained_before(curve: Curve) -> float:
    """Return the epochs or steps that were trained before the first point."""
    return before_first(curve) * (_usual_step(curve) or 0.0)


def _usual_step(curve: Curve) -> float | None:
    """Return the usual distance between points, None if all lie at one place."""
    spaced = np.diff(curve.x)
    spaced = spaced[spaced > 0]
    return float(np.median(spaced)) if len(spaced) else None


def _intervals(times: Floats) -> Floats | None:
    """Return the seconds between points without pauses, None if the log has no times.

    A pause is rare: an evaluation every 20 steps takes time, too, and is part of the run.
    """
    spent = np.diff(times)
    if not len(spent) or not np.isfinite(spent).all() or not (spent > 0).any():
        return None
    usual = float(np.median(spent[spent > 0]))
    longest = _PAUSE * usual
    long = np.flatnonzero(spent > longest)
    if len(long):
        far_longer = _PAUSE * float(np.median(spent[long]))  # a night among evaluations
        if _are_of_the_run(long[spent[long] <= far_longer], spent):
            longest = far_longer
    return np.where(spent > longest, usual, spent.clip(0))


def _are_of_the_run(long: Ints, spent: Floats) -> bool:
    """Say whether long intervals are work: evaluations every so many points, or many intervals."""
    if len(long) < _FEWEST_REGULAR:
        return False
    if len(long) > _RARE * len(spent):
        return True
    apart = np.diff(long)
    is_spaced = np.abs(apart - np.median(apart)) <= 1
    ratio = spent[long] / np.median(spent[long])
    is_alike = (ratio <= _ALIKE) & (ratio >= 1 / _ALIKE)
    return bool(is_spaced.mean() >= _REGULAR and is_alike.mean() >= _REGULAR)
