"""Several runs in one chart: the same metric of each on a common axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.charts.axes import on_shared_axis
from analyzer.charts.limits import limits, spans_decades
from analyzer.charts.lines import smoothed_line
from analyzer.charts.plot import plot
from analyzer.charts.spec import Chart, Line
from analyzer.charts.spread import Spread, spread
from analyzer.charts.styles import STYLES
from analyzer.model.run import Run
from analyzer.model.series import Curve

if TYPE_CHECKING:
    from analyzer.text import Words

MOST_DRAWN = len(STYLES["paper"].sides)  # curves of one chart: as many as there are clear colours


class SpreadChart(NamedTuple):
    """A chart of means, and the spread behind each of its lines."""

    chart: Chart
    spreads: list[Spread]


class _Logged(NamedTuple):
    """A curve of a run, and the place of its run among those given."""

    place: int
    curve: Curve


class _Repeats(NamedTuple):
    """The curves of one side, and its name."""

    name: str
    curves: list[Curve]


def overlay(
    runs: Sequence[tuple[str, Run]], metric: str, split: str, words: Words, *, counted: bool
) -> Chart | None:
    """Return the chart of the first runs, given as (name, run), by epoch if all have them.

    Otherwise it is by step. None if no run has the curve.
    """
    logged = []
    for place, (_, run) in enumerate(runs[:MOST_DRAWN]):
        curve = _drawable(run, metric, split)
        if curve is not None:
            logged.append(_Logged(place, curve))
    if not logged:
        return None
    shared = on_shared_axis([curve for _, curve in logged])
    lines = []
    for (place, _), curve in zip(logged, shared, strict=True):
        name, run = runs[place]
        line = smoothed_line(run, curve, f"side-{place}", words)
        lines.append(replace(line, name=name))
    return _chart(lines, metric, split, words, unit=shared[0].unit, counted=counted)


def spread_chart(
    sides: Sequence[tuple[str, Sequence[Run]]],
    metric: str,
    split: str,
    words: Words,
    *,
    counted: bool,
) -> SpreadChart | None:
    """Return the chart of the first sides, given as (name, runs), on the axis that all share.

    The lines of the chart are the means of the sides; its bounds leave room for the deviations.
    They are medians with quantiles if that chart would have a logarithmic axis, or if a deviation
    reaches below zero although all values are positive and span decades. None if no run has the
    curve.
    """
    logged = []
    for name, runs in sides[:MOST_DRAWN]:
        found = [_drawable(run, metric, split) for run in runs]
        curves = [curve for curve in found if curve is not None]
        if curves:
            logged.append(_Repeats(name, curves))
    if not logged:
        return None
    repeats = _on_shared_axis(logged)
    unit = repeats[0].curves[0].unit
    for by_quantiles in (False, True):
        spreads = [
            _named(spread(name, curves, by_quantiles=by_quantiles), words)
            for name, curves in repeats
        ]
        lines = [
            Line(f"side-{place}", side.name, side.x, side.middle)
            for place, side in enumerate(spreads)
        ]
        edges = list(_edges(spreads))
        chart = _chart(lines, metric, split, words, unit=unit, counted=counted, within=edges)
        if not (chart.log_y or _falls_below(edges, repeats)):
            break
    return SpreadChart(chart, spreads)


def _falls_below(edges: Sequence[Line], sides: Sequence[_Repeats]) -> bool:
    """Return whether a band reaches zero or less though all values are positive over decades."""
    finite = [curve.finite().value for side in sides for curve in side.curves]
    every = np.concatenate(finite)
    is_wide = spans_decades(float(every.min()), float(every.max()))
    return is_wide and any(float(edge.y.min()) <= 0 for edge in edges)


def _drawable(run: Run, metric: str, split: str) -> Curve | None:
    """Return a curve of a run if it has a finite point."""
    curve = run.find_curve(metric, split)
    if curve is None or not curve.finite_points:
        return None
    return curve


def _on_shared_axis(sides: Sequence[_Repeats]) -> list[_Repeats]:
    """Return sides with the curves of all of them on one axis."""
    every: list[Curve] = []
    for side in sides:
        every += side.curves
    shared = iter(on_shared_axis(every))
    return [_Repeats(side.name, [next(shared) for _ in side.curves]) for side in sides]


def _edges(spreads: Sequence[Spread]) -> Iterator[Line]:
    """Yield the lower and the upper edge of each band."""
    for side in spreads:
        if side.low is not None and side.high is not None:
            yield Line("edge", side.name, side.x, side.low)
            yield Line("edge", side.name, side.x, side.high)


def _named(side: Spread, words: Words) -> Spread:
    """Return a spread under a name that says how its repeats are drawn."""
    if side.count < 2:
        return side
    key = "spread_log" if side.by_quantiles else "spread"
    key = f"{key}_cut" if side.cut else key
    return replace(side, name=words.ui(key, name=side.name, count=words.integer(side.count)))


def _chart(
    lines: Sequence[Line],
    metric: str,
    split: str,
    words: Words,
    *,
    unit: str,
    counted: bool,
    within: Sequence[Line] = (),
) -> Chart:
    """Return the chart of lines of one metric and split, with room for ``within`` in its bounds."""
    label = words.metric(metric, split, alone=True)
    return plot(
        name=f"chart-{split or 'unsaid'}",
        heading=label[:1].upper() + label[1:],
        label=label,
        lines=tuple(lines),
        bounds=limits([*lines, *within]),
        words=words,
        unit=unit,
        counted=counted,
        described=", ".join(line.name for line in lines),
    )
