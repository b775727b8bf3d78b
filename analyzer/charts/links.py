"""Which charts of a page are read and zoomed together: those whose x axes count the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analyzer.charts.axes import end_together
from analyzer.charts.spec import Chart

_UNITS = ("epoch", "step", "hours")


def links_of(charts: Sequence[Chart]) -> Mapping[str, str]:
    """Return the link of each chart by its id; charts with the same link belong together.

    All are linked by epoch or all by step if every line allows it; otherwise each by what it has.
    Steps link only if they tell points apart and end together. A chart that shares no axis is
    linked to itself alone.
    """
    if all(_has_epochs(chart) for chart in charts):
        return {chart.id: "epoch" for chart in charts}
    by_step = [chart for chart in charts if _steps_count(chart)]
    if len(by_step) == len(charts) and _end_together(charts):
        return {chart.id: "step" for chart in charts}
    links = {chart.id: chart.id for chart in charts}
    rest = [chart for chart in by_step if not _has_epochs(chart)]
    for chart in charts:
        if _has_epochs(chart):
            links[chart.id] = "epoch"
        elif chart in rest and _end_together([chart, rest[0]]):
            links[chart.id] = "step"
    return links


def shared_units(charts: Sequence[Chart]) -> list[str]:
    """Return the units by which every line of every chart can be drawn."""
    units = [unit for unit in _UNITS if all(_has_axis(chart, unit) for chart in charts)]
    if "step" in units and not all(_steps_count(chart) for chart in charts):
        units.remove("step")
    return units


def _has_axis(chart: Chart, unit: str) -> bool:
    return all(unit in line.axes for line in chart.lines)


def _has_epochs(chart: Chart) -> bool:
    return _has_axis(chart, "epoch")


def _steps_count(chart: Chart) -> bool:
    """Return whether the steps of the lines count the same thing and tell their points apart.

    They do if more than one point in two has a step of its own.
    """
    steps = [line.axes.get("step", line.x) for line in chart.lines if len(line.x) > 1]
    apart = all(2 * (1 + np.count_nonzero(np.diff(step))) > len(step) for step in steps)
    return apart and end_together([float(step[-1]) for step in steps])


def _end_together(charts: Sequence[Chart]) -> bool:
    return end_together([_last_step(chart) for chart in charts])


def _last_step(chart: Chart) -> float:
    return max(float(line.axes.get("step", line.x)[-1]) for line in chart.lines)
