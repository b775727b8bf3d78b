"""The axes of curves: epoch, step, hours, and which of them curves share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analyzer.model.run import Curve, Run
from analyzer.stats.arrays import Floats

if TYPE_CHECKING:
    pass

_SAME_STEPS = (
    2  # curves of one run end together; by more than this factor their steps count different things
)


def on_one_axis(curves: Sequence[Curve]) -> list[Curve]:
    """Return curves on one axis: all by epoch, or all by step, as far as the log has nothing else.

    Where only some have epochs, and steps count batches in one curve and epochs in the other, the held-out curve stays
    alone.
    """
    if len({curve.unit for curve in curves}) <= 1:
        return list(curves)
    by_step = [replace(curve, epoch=np.full(len(curve), np.nan)) for curve in curves]
    return by_step if same_steps(curves) else [curves[-1]]


def same_steps(curves: Sequence[Curve]) -> bool:
    """Say whether the steps of curves count the same thing: they end within a factor of two of each other."""
    return end_together([float(curve.step[-1]) for curve in curves])


def end_together(ends: Sequence[float]) -> bool:
    """Say whether the last steps of curves lie so near that they count the same thing; true where there are none."""
    return not ends or max(ends) <= _SAME_STEPS * min(ends)


def axes_of(run: Run, curve: Curve) -> Mapping[str, Floats]:
    """Return the points of a curve by step, and by epoch and hours since the run's first point where each has them."""

    def known() -> Mapping[str, Floats]:
        axes = {"step": curve.step.astype(np.float64)}
        if curve.has_epochs:
            axes["epoch"] = curve.epoch
        hours = (curve.wall_time - run.once(("began",), lambda: _began(run))) / 3600
        if np.isfinite(hours).all() and (np.diff(hours) >= 0).all() and np.ptp(hours) > 0:
            axes["hours"] = hours
        return axes

    return run.once(("axes", curve.metric, curve.split, curve.unit, len(curve)), known)


def _began(run: Run) -> float:
    """Return the earliest time of the run, NaN where it has none."""
    times = [
        float(series.wall_time[known].min())
        for series in run.series
        if (known := np.isfinite(series.wall_time)).any()
    ]
    return min(times, default=float("nan"))
