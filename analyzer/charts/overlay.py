"""Several runs in one chart: the same metric of each on a common axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analyzer.charts.limits import limits
from analyzer.charts.lines import smoothed_line
from analyzer.charts.plot import plot
from analyzer.charts.spec import Chart, Line
from analyzer.charts.spread import Spread, spread
from analyzer.model.run import Curve, Run

if TYPE_CHECKING:
    from analyzer.text import Words

MOST_DRAWN = 8  # curves of one chart: there are no more colours that can be told apart


def overlay(
    runs: Sequence[tuple[str, Run]], metric: str, split: str, words: Words, *, counted: bool
) -> Chart | None:
    """Return the chart of the first runs, given as (name, run), by epoch where all have them, else by step.

    None where no run has the curve.
    """
    logged = [
        (place, run.find_curve(metric, split)) for place, (_, run) in enumerate(runs[:MOST_DRAWN])
    ]
    curves = [
        (place, curve) for place, curve in logged if curve is not None and curve.finite_points
    ]
    if not curves:
        return None
    shared = on_shared_axis([curve for _, curve in curves])
    lines = [
        replace(smoothed_line(runs[place][1], curve, f"side-{place}", words), name=runs[place][0])
        for (place, _), curve in zip(curves, shared, strict=True)
    ]
    return chart_of(lines, metric, split, words, unit=shared[0].unit, counted=counted)


def spread_chart(
    sides: Sequence[tuple[str, Sequence[Run]]],
    metric: str,
    split: str,
    words: Words,
    *,
    counted: bool,
) -> tuple[Chart, list[Spread]] | None:
    """Return the chart of the first sides, given as (name, runs), and the spread of each, on the axis that all share.

    The lines of the chart are the means; its bounds leave room for the deviations. None where no run has the curve.
    """
    logged = [
        (name, [run.find_curve(metric, split) for run in runs]) for name, runs in sides[:MOST_DRAWN]
    ]
    kept = [
        (name, [curve for curve in curves if curve is not None and curve.finite_points])
        for name, curves in logged
    ]
    kept = [(name, curves) for name, curves in kept if curves]
    if not kept:
        return None
    shared = iter(on_shared_axis([curve for _, curves in kept for curve in curves]))
    every = [(name, [next(shared) for _ in curves]) for name, curves in kept]
    spreads = [_named(spread(name, curves), words) for name, curves in every]
    nothing = np.array([], dtype=np.float64)
    lines = [
        Line(f"side-{place}", band.name, band.x, band.mean, nothing, nothing, {})
        for place, band in enumerate(spreads)
    ]
    edges = [
        replace(line, y=line.y + sign * band.deviation)
        for line, band in zip(lines, spreads, strict=True)
        if band.deviation is not None
        for sign in (-1, 1)
    ]
    unit = every[0][1][0].unit
    return chart_of(lines, metric, split, words, unit=unit, counted=counted, within=edges), spreads


def _named(found: Spread, words: Words) -> Spread:
    """Return a spread under a name that says what is drawn of its repeats."""
    if found.count < 2:
        return found
    key = "spread_cut" if found.cut else "spread"
    return replace(found, name=words.ui(key, name=found.name, count=words.integer(found.count)))


def on_shared_axis(curves: Sequence[Curve]) -> list[Curve]:
    """Return curves of several runs by epoch where all have them, else by step."""
    if len({curve.unit for curve in curves}) <= 1:
        return list(curves)
    return [replace(curve, epoch=np.full(len(curve), np.nan)) for curve in curves]


def chart_of(
    lines: Sequence[Line],
    metric: str,
    split: str,
    words: Words,
    *,
    unit: str,
    counted: bool,
    within: Sequence[Line] = (),
) -> Chart:
    """Return the chart of lines of one metric and split; its bounds have room for those of ``within`` too."""
    label = words.metric(metric, split, alone=True)
    heading = label[:1].upper() + label[1:]
    return plot(
        f"chart-{split or 'unsaid'}",
        heading,
        label,
        tuple(lines),
        limits([*lines, *within]),
        words,
        unit=unit,
        counted=counted,
        described=", ".join(line.name for line in lines),
    )
