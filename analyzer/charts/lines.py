"""From a curve of a run to a line of a chart: what was logged on every axis there is, and its smoothed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyzer.charts.axes import axes_of
from analyzer.charts.spec import Line
from analyzer.errors import NotApplicable
from analyzer.measures.pairs import cost_in
from analyzer.model.run import Curve, Run
from analyzer.stats.arrays import Floats
from analyzer.stats.smooth import smooth

if TYPE_CHECKING:
    from analyzer.text import Words

_NOTHING = np.array([], dtype=np.float64)


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
    return Line(
        role, _name(curve, words), finite.x, finite.value, _NOTHING, _NOTHING, axes_of(run, finite)
    )


def _name(curve: Curve, words: Words) -> str:
    return words.split(curve.split) if curve.split else words.metric(curve.metric, alone=True)
