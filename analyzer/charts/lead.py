"""The charts of a report in their order and sizes: a wide one that leads, the others in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.charts.axes import end_together
from analyzer.charts.build import build_charts
from analyzer.charts.frame import ROW
from analyzer.charts.spec import Band, Chart, Line
from analyzer.model.diagnosis import Diagnosis

if TYPE_CHECKING:
    from analyzer.text import Words

WIDE = 1160  # pixels: the width of a page
_LEAD_HEIGHT, _PAIR_HEIGHT = 320, 230
_ENDS = 170  # pixels to the right of the lead for "entrenamiento 0,0176" and the gap before it
_BOLD, _GAP = 8, 8  # pixels: the most that a bold letter takes; before the label
_NEAR_END = 0.02  # of the axis: a line that ends farther from it has no label there
_LEAST_WASTE = 0.1  # of the run: less after the best is patience, not waste

Stacks = tuple[tuple[Chart, ...], ...]


def report_charts(diagnosis: Diagnosis, words: Words, *, counted: bool) -> Stacks:
    """Return the charts of a run in stacks; the first chart of all leads the report.

    It shows what the run is judged by, is as wide as the page, names its lines at their ends, and
    tints what came after the best value if a finding says that something is wrong. All others have
    one height and fit in pairs; one that is left over is wide too.
    """
    stacks = build_charts(diagnosis, words, counted=counted)
    if not stacks:
        return ()
    (lead, *below), *others = _judged_first(stacks, diagnosis)
    low = [[replace(chart, height=_PAIR_HEIGHT) for chart in stack] for stack in (below, *others)]
    if sum(map(len, low)) % 2:
        last = next(stack for stack in reversed(low) if stack)
        last[-1] = replace(last[-1], width=WIDE)
    low[0].insert(0, _lead(lead, diagnosis, words))
    return _on_one_range(low)


def _on_one_range(stacks: Sequence[Sequence[Chart]]) -> Stacks:
    """Return charts with the x range of the longest where they count the same thing.

    Epochs and hours always do; steps do where charts end within a factor of two.
    """
    charts = [chart for stack in stacks for chart in stack]
    ranged = []
    for stack in stacks:
        widened = []
        for chart in stack:
            alike = [other for other in charts if _count_alike(chart, other)]
            low = min(other.x_low for other in alike)
            high = max(other.x_high for other in alike)
            widened.append(replace(chart, x_low=low, x_high=high))
        ranged.append(tuple(widened))
    return tuple(ranged)


def _count_alike(chart: Chart, other: Chart) -> bool:
    if chart.unit != other.unit:
        return False
    return chart.unit != "step" or end_together([chart.x_high, other.x_high])


def _judged_first(
    stacks: Sequence[tuple[Chart, ...]], diagnosis: Diagnosis
) -> list[tuple[Chart, ...]]:
    """Return the stacks: first that of the finding that decides, then that of the best value."""
    finding = diagnosis.deciding_finding
    wanted = [finding.metric] if finding else []
    wanted += [diagnosis.best.metric] if diagnosis.best else []
    places = {metric: place for place, metric in reversed(list(enumerate(wanted)))}
    return sorted(stacks, key=lambda stack: places.get(stack[0].metric, len(wanted)))


def _lead(chart: Chart, diagnosis: Diagnosis, words: Words) -> Chart:
    bands = (*chart.bands, *_waste(chart, diagnosis, words))
    ends = tuple(_end(line, chart, words) for line in chart.lines)
    longest = max(map(len, ends))
    lead = replace(chart, bands=bands, width=WIDE)
    if 0 < longest <= (_ENDS - _GAP) // _BOLD:  # a longer name stands in the legend alone
        lead = replace(lead, ends=ends, right=_ENDS)
    return replace(lead, height=_LEAD_HEIGHT + ROW * (lead.label_rows - 1))


def _end(line: Line, chart: Chart, words: Words) -> str:
    """Return the name and the last value of a line that reaches the end of its chart, else ""."""
    if line.x[-1] < chart.x_high - _NEAR_END * chart.x_span:
        return ""
    return f"{line.name} {words.number(float(line.y[-1]))}"


def _waste(chart: Chart, diagnosis: Diagnosis, words: Words) -> tuple[Band, ...]:
    """Return the stretch after the best value, if a finding says that something is wrong."""
    after, best = diagnosis.facts.get("after_best"), diagnosis.best
    warned = diagnosis.deciding_finding is not None
    if not (after and best and warned and chart.points) or best.metric != chart.metric:
        return ()
    if after["share"] < _LEAST_WASTE:
        return ()
    steps, epochs = after["steps"], after["epochs"]
    unit = "step" if epochs is None else "epoch"
    passed = words.ui(f"length_{unit}", count=steps if epochs is None else round(epochs, 1))
    label = words.ui("mark_wasted", passed=passed)
    return (Band("wasted", chart.points[0].x, chart.x_high, label),)
