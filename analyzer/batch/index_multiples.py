"""The curves of the index: all runs that are judged alike, on one scale, grouped by a setting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.batch.index_charts import axes_of, thinned
from analyzer.batch.index_order import judged_order
from analyzer.batch.record import Record
from analyzer.batch.traces import Trace
from analyzer.charts.multiples import panel, path_of
from analyzer.charts.sweep_axes import Axis, result_axis
from analyzer.charts.sweep_svg import Mark
from analyzer.report.mark import named_verdict
from analyzer.safe.names import visible

if TYPE_CHECKING:
    from analyzer.batch.index import Index

_FEWEST = 2  # runs with a curve


class Panel(NamedTuple):
    """A group of runs: its name, how many runs with which best level, and the drawing."""

    name: str
    counts: str
    svg: str


@dataclass(frozen=True)
class Multiples:
    """Panels of curves; ``by`` is the column by which the runs are grouped, ``verdict`` or "s2"."""

    panels: tuple[Panel, ...]
    by: str
    why: str


@dataclass(frozen=True)
class _Curves:
    """The runs that are drawn, the best first, with their traces and the shared axes."""

    places: list[int]
    traces: list[Trace]
    axis: Axis
    ends: tuple[float, float]


def multiples(index: Index, columns: Sequence[str]) -> Multiples | None:
    """Return the curves of the runs that are judged alike, None of fewer than two.

    They are grouped by the first of the ``columns`` that matter and has at most eight values, else
    by verdict. Of more than 400 runs the best 200 are drawn, and an even choice of the others.
    """
    curves = _curves(index)
    if curves is None:
        return None
    text = index.text
    row_of = {place: row for row, place in enumerate(index.order)}
    records = [index.batch.records[place] for place in curves.places]
    label = _metric(records[0], index)
    by, groups = _groups(index, records, columns)
    pattern = text.of("_index")["curves_title"]
    paths = _paths(curves)
    ends = (text.position(curves.ends[0]), text.position(curves.ends[1]))
    panels = []
    for name, members in groups.items():
        lines = [(Mark(row_of[curves.places[at]], records[at].kind), paths[at]) for at in members]
        counts = {
            "runs": text.integer(len(members)),
            "best": text.number(records[members[0]].result),
        }
        title = text.fill(pattern, {"metric": label, "group": name, "runs": len(members)})
        svg = panel(lines, curves.axis, ends, title)
        said = text.fill(text.of("_index")["curves_counts"], counts)
        panels.append(Panel(visible(name), said, svg))
    return Multiples(tuple(panels), by, _why(index, curves, label))


def _curves(index: Index) -> _Curves | None:
    """Return the curves that share a unit: epochs or steps, whichever most of the runs have."""
    records = index.batch.records
    alike = judged_order(records)
    count = Counter(trace.unit for place in alike if (trace := records[place].trace) is not None)
    if not count:
        return None
    unit = count.most_common(1)[0][0]
    having = [place for place in alike if _unit(records[place]) == unit]
    if len(having) < _FEWEST:
        return None
    places = thinned(having)
    traces = [trace for place in places if (trace := records[place].trace) is not None]
    best = records[places[0]].best
    every = np.concatenate([trace.values() for trace in traces]).tolist()
    lower = best is None or metrics.kind(best.metric) != "score"
    axis = result_axis("", every, index.text.number, lower_is_better=lower)
    ends = (min(trace.first for trace in traces), max(trace.last for trace in traces))
    return _Curves(places, traces, axis, ends)


def _unit(record: Record) -> str:
    return "" if record.trace is None else record.trace.unit


def _paths(curves: _Curves) -> list[str]:
    """Return the path of each curve on the shared axes."""
    first, last = curves.ends
    paths, start = [], 0
    for trace in curves.traces:
        count = len(trace.codes) // 2
        up = np.array(curves.axis.places[start : start + count], dtype=float)
        across = (np.linspace(trace.first, trace.last, count) - first) / ((last - first) or 1.0)
        paths.append(path_of(across, up))
        start += count
    return paths


def _groups(
    index: Index, records: Sequence[Record], columns: Sequence[str]
) -> tuple[str, Mapping[str, list[int]]]:
    """Return the key of the column by which runs are grouped, and their places by its values."""
    for axis in axes_of(index, [dict(record.summary.settings) for record in records]):
        if axis.name in columns and axis.kinds:
            names = {tick.place: f"{axis.name} {tick.label}" for tick in axis.ticks}
            names[-1.0] = f"{axis.name} –"
            keys = [-1.0 if place is None else place for place in axis.places]
            groups = {
                names[value]: [at for at, key in enumerate(keys) if key == value]
                for value in sorted(set(keys), key=lambda key: (key < 0, key))
            }
            return f"s{columns.index(axis.name)}", groups
    by_verdict: dict[str, list[int]] = {}
    for at, record in enumerate(records):
        name = named_verdict(record.verdict, record.mark, index.text)
        by_verdict.setdefault(name, []).append(at)
    return "verdict", by_verdict


def _metric(record: Record, index: Index) -> str:
    if record.best is None:
        return ""
    return index.text.metric(record.best.metric, record.best.split, alone=True)


def _why(index: Index, curves: _Curves, label: str) -> str:
    """Return what the axes show, and what is left out."""
    text = index.text
    sentences = text.of("_index")
    unit = text.axis(curves.traces[0].unit)
    lines = [text.fill(sentences["curves_why"], {"metric": label, "unit": unit})]
    if len(curves.places) < len(index.batch.records):
        counts = {
            "drawn": text.integer(len(curves.places)),
            "all": text.integer(len(index.batch.records)),
        }
        lines.append(text.fill(sentences["curves_left"], counts))
    if curves.axis.is_cut:
        lines.append(sentences["chart_cut"])
    if curves.axis.is_log:
        lines.append(sentences["chart_log"])
    return " ".join(lines)
