"""The time a step takes, what an epoch takes beside its steps, stalls and slow-downs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer.facts._base import Fact
from analyzer.measures.duration import trained_before
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve, curve_of
from analyzer.model.values import Values
from analyzer.stats.arrays import Bools, Floats
from analyzer.stats.pace import Pace, overhead_of, pace_of

_SYSTEM = ("system/", "system.", "sys.", "gpu")  # metrics of the machine have a clock of their own
_WORTH = 0.2  # of the whole time: evaluation and checkpoints may well take less
_MOST = 20  # stalls that are listed


@dataclass(frozen=True, eq=False)
class Stall(Values):
    """A stretch without a point that is far longer than usual."""

    at_step: int  # of the first point after it
    at_epoch: float | None
    seconds: float


@dataclass(frozen=True, eq=False)
class TimePerStepValues(Values):
    """The pace of a run, in seconds."""

    tags: tuple[str, ...]
    unit: str  # "step" or "epoch"
    usual: float  # seconds by unit, the median
    total: float
    stalls: int
    stalled: float  # seconds beyond the usual ones
    slower: float | None  # time a step in the last third over the first
    overhead: float | None  # seconds that an epoch takes beside its steps
    overhead_share: float | None  # of the whole time
    rows: tuple[Stall, ...]


class TimePerStep(Fact):
    """How long a step takes, by the times of the series with most points."""

    place: ClassVar[int | None] = 60

    def compute(self, run: Run, best: Best | None) -> TimePerStepValues | None:  # noqa: ARG002 - part of the interface
        """Return the pace, or None if the log has no times."""
        curve = _timed(run)
        if curve is None:
            return None
        ends, sessions = _new_epochs(run, curve), _sessions(run)
        pace = pace_of(curve.x, curve.wall_time, sessions, ends)
        if pace is None:
            return None
        tags = [f"pace_{curve.unit}"]
        if len(pace.stalls):
            tags.append("stalls")
        if pace.slower is not None:
            tags.append("slower")
        overhead = overhead_of(curve.x, curve.wall_time, ends, pace, sessions)
        if overhead is not None and overhead.share >= _WORTH:
            tags.append("overhead")
        return TimePerStepValues(
            tags=tuple(tags),
            unit=curve.unit,
            usual=pace.usual,
            total=pace.total + trained_before(curve) * pace.usual,
            stalls=len(pace.stalls),
            stalled=pace.stalled,
            slower=pace.slower,
            overhead=overhead.seconds if overhead else None,
            overhead_share=overhead.share if overhead else None,
            rows=_rows(curve, pace),
        )


def _timed(run: Run) -> Curve | None:
    """Return the series with most points that have a time."""
    known = {id(times) for times in run.distinct("wall_time") if np.isfinite(times).all()}
    timed = [
        series
        for series in run.series
        if id(series.wall_time) in known and len(series) > 1 and not series.tag.startswith(_SYSTEM)
    ]
    return curve_of(max(timed, key=len)) if timed else None


def _new_epochs(run: Run, curve: Curve) -> Bools:
    """Say of each point whether it is the first of an epoch, or else the first after an evaluation.

    A whole epoch is the end of one, as frameworks count them, if fractions are logged as well.
    """
    epoch = curve.epoch
    if np.isfinite(epoch).all() and np.any(np.diff(epoch) == 0):
        return _rises(epoch)
    if np.isfinite(epoch).all() and np.any(epoch % 1):
        return _rises(np.ceil(epoch))
    times = [
        series.wall_time
        for series in run.series
        if series.split in ("val", "test") and np.isfinite(series.wall_time).all()
    ]
    if not times:
        return np.zeros(len(curve), dtype=bool)
    evaluated = np.unique(np.concatenate(times))
    return _rises(np.searchsorted(evaluated, curve.wall_time).astype(float))


def _rises(value: Floats) -> Bools:
    """Say of each value whether it is higher than the one before."""
    found: Bools = np.append(False, np.diff(value) > 0)
    return found


def _sessions(run: Run) -> Floats:
    """Return the times at which the log was taken up again after a restart."""
    starts = [np.empty(0)]
    for series in run.series:
        at = np.flatnonzero(series.superseded[:-1] & ~series.superseded[1:]) + 1
        starts.append(series.wall_time[at])
    return np.unique(np.concatenate(starts))


def _rows(curve: Curve, pace: Pace) -> tuple[Stall, ...]:
    longest = sorted(
        pace.stalls.tolist(), key=lambda at: curve.wall_time[at - 1] - curve.wall_time[at]
    )
    return tuple(
        Stall(
            at_step=int(curve.step[at]),
            at_epoch=float(curve.epoch[at]) if curve.has_epochs else None,
            seconds=float(curve.wall_time[at] - curve.wall_time[at - 1]),
        )
        for at in sorted(longest[:_MOST])
    )
