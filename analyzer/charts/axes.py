"""The x axes of curves: epoch, step and hours, and which of them curves share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats

# Curves of one run end together; if the last steps differ by more than this factor, the steps
# count different things.
_SAME_STEPS = 2


def on_one_axis(curves: Sequence[Curve]) -> list[Curve]:
    """Return the curves of one run on one axis: all by epoch, or all by step.

    If only some have epochs, and their steps count different things (batches in one, epochs in
    another), only the last curve, the held-out one, is returned.
    """
    shared = on_shared_axis(curves)
    if _share_unit(curves) or same_steps(shared):
        return shared
    return [curves[-1]]


def on_shared_axis(curves: Sequence[Curve]) -> list[Curve]:
    """Return curves of several runs by epoch if all have epochs, else by step."""
    if _share_unit(curves):
        return list(curves)
    return [replace(curve, epoch=np.full(len(curve), np.nan)) for curve in curves]


def _share_unit(curves: Sequence[Curve]) -> bool:
    return len({curve.unit for curve in curves}) <= 1


def same_steps(curves: Sequence[Curve]) -> bool:
    """Return whether the steps of curves count the same thing: they end within a factor of two."""
    return end_together([float(curve.step[-1]) for curve in curves])


def end_together(ends: Sequence[float]) -> bool:
    """Return whether last steps are close enough to count the same thing; true without any."""
    return not ends or max(ends) <= _SAME_STEPS * min(ends)


def axes_of(run: Run, curve: Curve) -> Mapping[str, Floats]:
    """Return the points of a curve by step, by epoch and by hours since the run's first point.

    Epochs and hours are left out unless every point has them. A curve that was logged without
    epochs has those of its steps, if another series of the run tells which step is in which epoch.
    """

    def known() -> Mapping[str, Floats]:
        axes = {"step": curve.step.astype(np.float64)}
        if curve.has_epochs:
            axes["epoch"] = curve.epoch
        elif (epochs := _epochs_at(run, axes["step"])) is not None:
            axes["epoch"] = epochs
        hours = (curve.wall_time - run.once(("began",), lambda: _began(run))) / 3600
        if np.isfinite(hours).all() and (np.diff(hours) >= 0).all() and np.ptp(hours) > 0:
            axes["hours"] = hours
        return axes

    return run.once(("axes", curve.metric, curve.split, curve.unit, len(curve)), known)


class _Epochs(NamedTuple):
    """The steps of a series, each once and in order, and their epochs: both of shape (n,)."""

    step: Floats
    epoch: Floats


def _epochs_at(run: Run, step: Floats) -> Floats | None:
    """Return the epoch of each step; beyond the ends of what is known, at the pace of the whole."""
    known = run.once(("epochs of steps",), lambda: _known_epochs(run))
    if known is None or not end_together([float(known.step[-1]), float(step[-1])]):
        return None
    at: Floats = np.interp(step, known.step, known.epoch)
    pace = (known.epoch[-1] - known.epoch[0]) / (known.step[-1] - known.step[0])
    at += pace * np.maximum(step - known.step[-1], 0)
    at -= pace * np.maximum(known.step[0] - step, 0)
    return at


def _known_epochs(run: Run) -> _Epochs | None:
    """Return steps with their epochs from the longest series that logged both."""
    logged = [series for series in run.series if np.isfinite(series.epoch).all()]
    longest = max(logged, key=len, default=None)
    if longest is None:
        return None
    step, first = np.unique(longest.step.astype(np.float64), return_index=True)
    epoch = longest.epoch[first]
    if len(step) < 2 or not (np.diff(epoch) >= 0).all():
        return None
    return _Epochs(step, epoch)


def _began(run: Run) -> float:
    """Return the earliest time of the run, NaN if none was logged."""
    known = [times[np.isfinite(times)] for times in run.distinct("wall_time")]
    return min((float(times.min()) for times in known if len(times)), default=float("nan"))
