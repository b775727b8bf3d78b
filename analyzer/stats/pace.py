"""The time between points of a log: its usual length, stalls, and a lasting slow-down."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Bools, Floats, Ints

FEWEST = 12  # intervals
_LONG = 10.0  # times the usual time: longer is a stall
_LEAST = 5.0  # seconds: a shorter stall is not worth a word
_OFTEN = 0.02  # of the intervals: longer ones that come so often are part of the routine
_MANY = 5
_SLOWER = 1.3  # times the time a step at the start
_ERRORS = 5.0  # standard errors of the difference between the first and the last third


class Pace(NamedTuple):
    """Seconds a step, which intervals were stalls, and the slow-down from first to last third."""

    usual: float
    stalls: Ints  # indices of the points after a stall
    stalled: float  # seconds beyond the usual ones
    total: float
    slower: float | None  # factor; None if the pace is steady


def pace_of(step: Floats, seconds: Floats, sessions: Floats | None = None) -> Pace | None:
    """Return the pace of points at rising steps and times; None with too few or no times.

    Shapes: (n,), (n,). Intervals in which time stands still or runs back are left out, and so are
    those in which a later session began, at one of the times ``sessions``.
    """
    steps, spent = np.diff(step), np.diff(seconds)
    good = np.isfinite(spent) & (spent > 0) & (steps > 0)
    if sessions is not None:
        began = np.searchsorted(sessions, seconds, side="right")
        good &= np.diff(began) == 0
    if np.count_nonzero(good) < FEWEST:
        return None
    per_step = np.where(good, spent / np.where(steps > 0, steps, 1), np.nan)
    usual = float(np.nanmedian(per_step))
    is_stall = _stalls(per_step, spent, usual)
    beyond = float((spent - usual * steps)[is_stall].sum())
    total = float(spent[good].sum())
    calm = per_step[good & ~is_stall]
    return Pace(usual, np.flatnonzero(is_stall) + 1, beyond, total, _slower(calm))


def _stalls(per_step: Floats, spent: Floats, usual: float) -> Bools:
    """Return which intervals are stalls: far longer than usual, and than the long ones if many."""
    with np.errstate(invalid="ignore"):
        is_long: Bools = (per_step > _LONG * usual) & (spent > _LEAST)
        count = int(is_long.sum())
        if count > max(_MANY, _OFTEN * len(per_step)):  # an evaluation at each epoch
            is_long &= per_step > _LONG * float(np.median(per_step[is_long]))
    return is_long


def _slower(calm: Floats) -> float | None:
    """Return the factor between the time a step in the first and the last third, if it rose.

    The error of a median comes from the spread of the logarithms.
    """
    third = len(calm) // 3
    if third < FEWEST:
        return None
    first, last = np.log(calm[:third]), np.log(calm[-third:])
    change = float(np.median(last) - np.median(first))
    spread = 1.4826 * max(np.median(np.abs(part - np.median(part))) for part in (first, last))
    error = 1.2533 * float(spread) * np.sqrt(2 / third)
    is_slower = change > np.log(_SLOWER) and change > _ERRORS * error
    return float(np.exp(change)) if is_slower else None
