"""From a curve of a run to a line of a chart: the logged values on every axis, and their trend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.charts.axes import axes_of
from analyzer.charts.labels import curve_name
from analyzer.charts.spec import Line
from analyzer.charts.trend import trend
from analyzer.errors import NotApplicable
from analyzer.measures.pairs import cost_in
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats

if TYPE_CHECKING:
    from analyzer.text import Words


class _Smoothed(NamedTuple):
    """The finite part of a curve, and its smoothed form: places and levels, both of shape (m,)."""

    finite: Curve
    x: Floats
    level: Floats
    starts: tuple[int, ...]


def smoothed_line(
    run: Run,
    curve: Curve,
    role: str,
    words: Words,
    *,
    events: Sequence[int] = (),
    is_behind: bool = False,
) -> Line:
    """Return the line of a curve with its trend, which passes none of the ``events`` (steps).

    The line is plain if there is nothing to smooth: all points at one place, or levels that
    overflow.
    """
    key = ("line", curve.metric, curve.split, curve.unit, tuple(events))
    try:
        smoothed = run.once(key, lambda: _smoothed(run, curve, events))
    except NotApplicable:  # all its points are at one place
        return plain_line(run, curve, role, words)
    if not np.isfinite(smoothed.level).all():  # values near the largest float
        return plain_line(run, curve, role, words)
    finite = smoothed.finite
    return Line(
        role=role,
        name=curve_name(curve, words),
        x=finite.x,
        y=finite.value,
        smooth_x=smoothed.x,
        smooth_y=smoothed.level,
        axes=axes_of(run, finite),
        is_behind=is_behind,
        smooth_starts=smoothed.starts,
    )


def plain_line(run: Run, curve: Curve, role: str, words: Words) -> Line:
    """Return the line of a curve as logged, without smoothing."""
    finite = curve.finite()
    name = curve_name(curve, words)
    return Line(role=role, name=name, x=finite.x, y=finite.value, axes=axes_of(run, finite))


def _smoothed(run: Run, curve: Curve, events: Sequence[int]) -> _Smoothed:
    cost = cost_in(run, curve.metric, curve.split, at_least=1, by_step=curve.unit == "step")
    found = trend(run, curve, cost, events)
    x = np.interp(found.t, cost.t, cost.x)
    return _Smoothed(cost.curve, x, cost.levels(found.y), found.starts)
