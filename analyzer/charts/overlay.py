"""Several runs in one chart: the same metric of each on a common axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analyzer.charts.limits import limits
from analyzer.charts.lines import curve_of, smoothed_line
from analyzer.charts.plot import plot
from analyzer.charts.spec import Chart
from analyzer.model import Run

if TYPE_CHECKING:
    from analyzer.text import Words

MOST_DRAWN = 8  # curves of one chart: there are no more colours that can be told apart


def overlay(runs: Sequence[tuple[str, Run]], metric: str, split: str, words: Words, *, counted: bool) -> Chart | None:
    """Return the chart of the first runs, given as (name, run), by epoch where all have them, else by step.

    None where no run has the curve.
    """
    logged = [(place, curve_of(run, metric, split)) for place, (_, run) in enumerate(runs[:MOST_DRAWN])]
    curves = [(place, curve) for place, curve in logged if curve is not None and curve.finite_points]
    if not curves:
        return None
    if len({curve.unit for _, curve in curves}) > 1:
        curves = [(place, replace(curve, epoch=np.full(len(curve), np.nan))) for place, curve in curves]
    lines = tuple(
        replace(smoothed_line(runs[place][1], curve, f"side-{place}", words), name=runs[place][0])
        for place, curve in curves
    )
    label = words.metric(metric, split, alone=True)
    heading = label[:1].upper() + label[1:]
    return plot(
        f"chart-{split or 'unsaid'}", heading, label, lines, limits(lines), words, unit=curves[0][1].unit,
        counted=counted, described=", ".join(line.name for line in lines),
    )  # fmt: skip
