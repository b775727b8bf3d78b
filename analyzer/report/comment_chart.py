"""The chart of a comment as Mermaid: a run against its baseline, or training and held-out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analyzer.charts.build import metric_chart
from analyzer.charts.mermaid import Drawn, xychart
from analyzer.charts.overlay import spread_chart
from analyzer.charts.spec import Chart, Line
from analyzer.comparing.against import against
from analyzer.errors import AnalyzerError
from analyzer.measures.scale import on_one_scale
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment_table import side_name
from analyzer.text import Words, is_counted

_COVERED = 0.1  # of the longer run: of a shorter curve six of 60 places would be seen at most


class MermaidChart(NamedTuple):
    """The code of a chart, and a sentence on the meaning of its colours; empty without a chart."""

    code: str = ""
    colours: str = ""


def comment_chart(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], shown: Diagnosis, text: Words
) -> MermaidChart:
    """Return the curves of a run and its baseline, else the training and held-out curve of a run.

    Both are drawn to their ends. A run that shares hardly a stretch with its baseline is drawn
    alone.
    """
    both = _against_baseline(these, baseline, text) if baseline else None
    if both is not None:
        return both
    chart = metric_chart(shown, text, counted=is_counted(shown.run))
    lines = [] if chart is None else _pair(chart)
    if chart is None or not lines:
        return MermaidChart()
    drawn = xychart(chart, lines)
    if not drawn.code:
        return MermaidChart()
    note = text.of("_comment")["baseline_not_drawn"] if baseline else ""
    return MermaidChart(drawn.code, _legend(chart, lines, drawn, text, note))


def _legend(chart: Chart, lines: Sequence[Line], drawn: Drawn, text: Words, note: str = "") -> str:
    """Return what the colours mean, how values were drawn, and what is left out."""
    sentences = text.of("_comment")
    names = {"first": lines[0].name, "second": lines[-1].name}
    parts = [text.fill(sentences["colours" if len(lines) > 1 else "colour"], names)]
    if drawn.is_averaged:
        parts.append(sentences["averaged"])
    if drawn.begins is not None:
        place = _place(drawn.begins, chart, text)
        parts.append(text.fill(sentences["begins"], {"place": place}))
    elif chart.note:
        parts.append(f"{chart.note[:1].upper()}{chart.note[1:]}.")
    for line, held in zip(lines, drawn.held, strict=False):
        for key, at in held._asdict().items():
            if at is not None:
                values = {"name": line.name, "place": _place(at, chart, text)}
                parts.append(text.fill(sentences[f"held_{key}"], values))
    parts.append(note)
    return " ".join(filter(None, parts))


def _place(position: float, chart: Chart, text: Words) -> str:
    return text.place(round(position), position if chart.unit == "epoch" else None)


def _pair(chart: Chart) -> list[Line]:
    """Return the training and the held-out curve of a chart, or whichever was logged."""
    found = []
    for roles in (("train", "unsaid"), ("val", "test")):
        lines = [line for line in chart.lines if line.role in roles]
        found += lines[:1]
    return found or list(chart.lines[:1])


def _against_baseline(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words
) -> MermaidChart | None:
    """Return the means of both sides in one chart, None if they cannot share an axis."""
    sentences = text.of("_comment")
    runs = [diagnosis.run for diagnosis in (*baseline, *these)]
    try:
        found_by = against(these, baseline)
    except AnalyzerError:
        return None
    if found_by.difference is None:
        return None
    split, metric = found_by.measure
    scaled = on_one_scale(runs, metric)
    first = len(baseline)
    sides = [
        (sentences["base"], [run for run in scaled[:first] if run is not None]),
        (side_name(these), [run for run in scaled[first:] if run is not None]),
    ]
    counted = all(is_counted(run) for run in runs)
    found = spread_chart(sides, metric, split, text, counted=counted)
    if found is None or len(found[0].lines) < 2:
        return None
    chart, lines = found[0], found[0].lines
    drawn = xychart(chart, lines, to_ends=True)
    if not drawn.code or _overlap(lines) < _COVERED:
        return None
    return MermaidChart(drawn.code, _legend(chart, lines, drawn, text))


def _overlap(lines: Sequence[Line]) -> float:
    """Return the share of the longest line that all lines cover."""
    starts = [float(line.x[0]) for line in lines]
    ends = [float(line.x[-1]) for line in lines]
    longest = max(end - start for start, end in zip(starts, ends, strict=True))
    return (min(ends) - max(starts)) / longest if longest else 1.0
