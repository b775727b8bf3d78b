"""From a curve of a run to a line of a chart: what was logged on every axis there is, and its smoothed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analyzer.charts.spec import Floats, Line
from analyzer.errors import NotApplicable
from analyzer.model import Curve, Run
from analyzer.pairs import cost_in
from analyzer.stats.smooth import smooth

if TYPE_CHECKING:
    from analyzer.text import Words

_SAME_STEPS = 2  # curves of one run end together; by more than this factor their steps count different things
_NOTHING = np.array([], dtype=np.float64)


def curve_of(run: Run, metric: str, split: str) -> Curve | None:
    """Return the curve of a metric and split, None where there is none with a finite value."""
    try:
        return run.curve(metric, split)
    except NotApplicable:
        return None


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


def smoothed_line(run: Run, curve: Curve, role: str, words: Words) -> Line:
    """Return the line of a curve with the smoothing that the judgement is based on; plain where there can be none."""

    def smoothed() -> tuple[Curve, Floats, Floats]:
        cost = cost_in(run, curve.metric, curve.split, at_least=1, by_step=curve.unit == "step")
        bins = cost.bins
        level = cost.levels(smooth(bins.t, bins.y, bins.count))
        return cost.curve, np.interp(bins.t, cost.t, cost.x), level

    try:
        finite, x, level = run.once(("line", curve.metric, curve.split, curve.unit), smoothed)
    except NotApplicable:  # all its points stand at one place
        return plain_line(run, curve, role, words)
    if not np.isfinite(level).all():  # values at the ends of what a float can hold
        return plain_line(run, curve, role, words)
    return Line(role, _name(curve, words), finite.x, finite.value, x, level, axes_of(run, finite))


def plain_line(run: Run, curve: Curve, role: str, words: Words) -> Line:
    """Return the line of a curve that is not to be smoothed."""
    finite = curve.finite()
    return Line(role, _name(curve, words), finite.x, finite.value, _NOTHING, _NOTHING, axes_of(run, finite))


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
    times = [float(one.wall_time[known].min()) for one in run.series if (known := np.isfinite(one.wall_time)).any()]
    return min(times, default=float("nan"))


def _name(curve: Curve, words: Words) -> str:
    return words.split(curve.split) if curve.split else words.metric(curve.metric, alone=True)
