"""Lines made into a chart: bounds, labels, a note on what lies outside, the values behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.charts.limits import Bounds
from analyzer.charts.spec import Chart, Line
from analyzer.charts.table import table_of

if TYPE_CHECKING:
    from analyzer.text import Words


def plot(
    name: str,
    heading: str,
    label: str,
    lines: tuple[Line, ...],
    bounds: Bounds,
    words: Words,
    *,
    unit: str,
    counted: bool,
    described: str,
) -> Chart:
    """Return a chart of lines that share an x axis.

    ``label`` names the y axis. ``described`` puts the lines into words for readers who cannot
    see them. ``counted`` says that the epochs were counted by us, not logged.
    """
    axis = words.axis(unit, counted=counted)
    description = words.ui("chart_description", label=heading, axis=axis, series=described)
    note = ""
    if bounds.outside is not None:
        note = words.ui("clipped", value=words.number(bounds.outside))
    return Chart(
        id=name,
        title=heading,
        description=description.strip(),
        x_label=axis,
        y_label=f"{label} ({words.ui('log_scale')})" if bounds.log else label,
        unit=unit,
        lines=lines,
        y_low=bounds.low,
        y_high=bounds.high,
        log_y=bounds.log,
        note=note,
        x_low=float(min(line.x[0] for line in lines)),
        x_high=float(max(line.x[-1] for line in lines)),
        table=table_of(lines, axis, words),
    )
