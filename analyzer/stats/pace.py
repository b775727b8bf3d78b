"""The time between points of a log: its usual length, stalls, slow-downs, ends of epochs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Bools, Floats, Ints

FEWEST = 12  # intervals
_LONG = 10.0  # times the usual time: longer is a stall
_LEAST = 5.0  # seconds: a shorter stall is not worth a word
_OFTEN = 0.02  # of the intervals: longer ones that come so often are part of the routine
_MANY = 5
_FEWEST_ENDS = 3  # of epochs
_SLOWER = 1.3  # times the time a step at the start
_ERRORS = 5.0  # standard errors of the difference between the first and the last third


class Pace(NamedTuple):
    """Seconds a step, which intervals were stalls, and the slow-down from first to last third."""

    usual: float
    stalls: Ints  # indices of the points after a stall
    stalled: float  # seconds beyond the usual ones
    total: float
    slower: float | None  # factor; None if the pace is steady


class Overhead(NamedTuple):
    """What an epoch takes beside its steps: evaluation, checkpoints, loading of data."""

    seconds: float  # for each epoch, the median
    share: float  # of the whole time
    epochs: int  # ends of epochs that were measured


def pace_of(
    step: Floats,
    seconds: Floats,
    sessions: Floats | None = None,
    is_new_epoch: Bools | None = None,
) -> Pace | None:
    """Return the pace of points at rising steps and times; None with too few or no times.

    Shapes: (n,), (n,). Intervals in which time stands still or runs back are left out, and so are
    those in which a later session began, at one of the times ``sessions``. ``is_new_epoch`` (n,)
    says of each point whether it is the first of an epoch: a stall before it is one against the
    ends of the other epochs.
    """
    steps, spent, good = _intervals(step, seconds, sessions)
    if np.count_nonzero(good) < FEWEST:
        return None
    per_step = np.where(good, spent / np.where(steps > 0, steps, 1), np.nan)
    usual = float(np.nanmedian(per_step))
    is_stall = _stalls(per_step, spent, usual)
    if is_new_epoch is not None:
        ends = is_new_epoch[1:] & good
        if np.count_nonzero(ends) >= _FEWEST_ENDS:
            is_stall &= ~ends | (spent > _LONG * float(np.median(spent[ends])))
    beyond = float((spent - usual * steps)[is_stall].sum())
    total = float(spent[good].sum())
    calm = per_step[good & ~is_stall]
    return Pace(usual, np.flatnonzero(is_stall) + 1, beyond, total, _slower(calm))


def overhead_of(
    step: Floats,
    seconds: Floats,
    is_new_epoch: Bools,
    pace: Pace,
    sessions: Floats | None = None,
) -> Overhead | None:
    """Return what the ends of epochs cost beside their steps; None if that cannot be told.

    ``is_new_epoch`` says of each point whether it is the first of an epoch (or the first after an
    evaluation). Shapes: (n,) each. The intervals before these points are compared with the others,
    stalls and the pauses before later ``sessions`` left out; the difference must be beyond the
    errors of the two medians.
    """
    steps, spent, good = _intervals(step, seconds, sessions)
    good[pace.stalls - 1] = False
    ends = good & is_new_epoch[1:]
    inside = good & ~is_new_epoch[1:]
    if np.count_nonzero(ends) < _FEWEST_ENDS or np.count_nonzero(inside) < FEWEST:
        return None
    usual = float(np.median(spent[inside] / steps[inside]))
    beyond = spent[ends] - usual * steps[ends]
    typical, scatter = float(np.median(beyond)), np.abs(spent[inside] - usual * steps[inside])
    error = 1.2533 * 1.4826 * float(np.median(scatter)) / np.sqrt(np.count_nonzero(ends))
    if typical < _ERRORS * error or typical < float(np.median(spent[inside])):
        return None
    total = float(spent[good].sum())
    return Overhead(typical, float(beyond.clip(0).sum()) / total, int(np.count_nonzero(ends)))


def _intervals(
    step: Floats, seconds: Floats, sessions: Floats | None
) -> tuple[Floats, Floats, Bools]:
    """Return the steps and seconds of each interval, and whether it lies within one session.

    One in which time or steps stand still or run back does not. Shapes: (n - 1,) each.
    """
    steps, spent = np.diff(step), np.diff(seconds)
    good: Bools = np.isfinite(spent) & (spent > 0) & (steps > 0)
    if sessions is not None:
        began = np.searchsorted(sessions, seconds, side="right")
        good &= np.diff(began) == 0
    return steps, spent, good


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
