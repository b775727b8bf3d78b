"""The chart of a comment as Mermaid: a run against its baseline, or training and held-out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analyzer.charts.build import metric_chart
from analyzer.charts.mermaid import xychart
from analyzer.charts.overlay import spread_chart
from analyzer.charts.spec import Chart, Line
from analyzer.measures.scale import on_one_scale
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment_table import measures
from analyzer.safe.names import without_middle
from analyzer.text import Words, is_counted

LONGEST_NAME = 100  # characters of a name from a log
_COVERED = 0.8  # of either run: curves that overlap less are not drawn on one axis


class MermaidChart(NamedTuple):
    """The code of a chart, and a sentence on the meaning of its colours; empty without a chart."""

    code: str = ""
    colours: str = ""


def comment_chart(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], shown: Diagnosis, text: Words
) -> MermaidChart:
    """Return the curves of a run and its baseline, else the training and held-out curve of a run.

    Mermaid draws every line over the whole axis, so a run that covers a different stretch
    than its baseline is drawn alone.
    """
    both = _against_baseline(these, baseline, shown, text) if baseline else None
    if both is not None:
        return both
    chart = metric_chart(shown, text, counted=is_counted(shown.run))
    lines = [] if chart is None else _pair(chart)
    code = xychart(chart, lines) if chart is not None and lines else ""
    if chart is None or not code:
        return MermaidChart()
    sentences = text.of("_comment")
    names = {"first": lines[0].name, "second": lines[-1].name}
    said = [text.fill(sentences["colours" if len(lines) > 1 else "colour"], names)]
    if chart.note:
        said.append(f"{chart.note[:1].upper()}{chart.note[1:]}.")
    if baseline:
        said.append(sentences["baseline_not_drawn"])
    return MermaidChart(code, " ".join(said))


def short_name(name: str) -> str:
    """Return a name of a log as a comment shows it."""
    return without_middle(name, LONGEST_NAME, head=LONGEST_NAME // 2)


def _pair(chart: Chart) -> list[Line]:
    """Return the training and the held-out curve of a chart, or whichever was logged."""
    found = []
    for roles in (("train", "unsaid"), ("val", "test")):
        lines = [line for line in chart.lines if line.role in roles]
        found += lines[:1]
    return found or list(chart.lines[:1])


def _against_baseline(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], shown: Diagnosis, text: Words
) -> MermaidChart | None:
    """Return the means of both sides in one chart, None if they cannot share an axis."""
    sentences = text.of("_comment")
    runs = [diagnosis.run for diagnosis in (*baseline, *these)]
    judged = measures([*baseline, *these])
    if not judged:
        return None
    split, metric = judged[0]
    scaled = on_one_scale(runs, metric)
    first = len(baseline)
    sides = [
        (sentences["base"], [run for run in scaled[:first] if run is not None]),
        (short_name(shown.run.name), [run for run in scaled[first:] if run is not None]),
    ]
    counted = all(is_counted(run) for run in runs)
    found = spread_chart(sides, metric, split, text, counted=counted)
    if found is None or len(found[0].lines) < 2:
        return None
    chart, lines = found[0], found[0].lines
    code = xychart(chart, lines)
    if not code or _overlap(lines) < _COVERED:
        return None
    names = {"first": lines[0].name, "second": lines[1].name}
    return MermaidChart(code, text.fill(sentences["colours"], names))


def _overlap(lines: Sequence[Line]) -> float:
    """Return the share of the longest line that all lines cover."""
    starts = [float(line.x[0]) for line in lines]
    ends = [float(line.x[-1]) for line in lines]
    longest = max(end - start for start, end in zip(starts, ends, strict=True))
    return (min(ends) - max(starts)) / longest if longest else 1.0
