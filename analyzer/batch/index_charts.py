"""The charts of the index: the result against each setting, and all settings at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyzer.charts.sweep_axes import Axis, result_axis, setting_axis
from analyzer.charts.sweep_svg import Mark, parallel, scatter
from analyzer.safe.names import visible

if TYPE_CHECKING:
    from analyzer.batch.index import Index

_PANELS = 6  # settings with a scatter, and axes of parallel coordinates beside the result
_DRAWN = 400  # runs: more lines hide each other and make the page heavy
_BEST_DRAWN = 200  # of these are the best ones, the rest evenly thinned
_TOP = 5  # one in so many of the drawn runs stands out: the best


@dataclass(frozen=True)
class Panel:
    """A scatter and the name of its setting."""

    name: str
    svg: str


@dataclass(frozen=True)
class SweepCharts:
    """The charts of a sweep as SVG, with notes on what they show and leave out."""

    panels: tuple[Panel, ...]
    parallel: str
    why: str
    notes: tuple[str, ...]


def sweep_charts(index: Index) -> SweepCharts | None:
    """Return the charts of the runs that are ranked, None if there are none.

    Of more than 400 runs the best 200 are drawn, and an even choice of the others.
    """
    sweep, text = index.sweep, index.text
    if sweep is None:
        return None
    row_of = {place: row for row, place in enumerate(index.order)}
    drawn = thinned(sorted(sweep.places, key=row_of.__getitem__))
    records = [index.batch.records[place] for place in drawn]
    marks = [Mark(row_of[place], record.kind) for place, record in zip(drawn, records, strict=True)]
    levels = [record.result for record in records]
    label = text.metric(sweep.metric, sweep.split, alone=True)
    result = result_axis(label, levels, text.number, lower_is_better=sweep.lower_is_better)
    axes = axes_of(index, [dict(record.summary.settings) for record in records])
    if not axes:
        return None
    values = {"metric": label, "runs": len(drawn)}
    pattern = text.of("_index")["chart_title"]
    panels = []
    for axis in axes:
        title = text.fill(pattern, {**values, "setting": axis.name})
        drawn_axis = scatter(axis, result, marks, title, beside=len(axes))
        panels.append(Panel(visible(axis.name), drawn_axis))
    best = frozenset(mark.row for mark in marks[: -(-len(marks) // _TOP)])
    lines = ""
    if len(axes) > 1:
        title = text.fill(text.of("_index")["parallel_title"], values)
        lines = parallel([*axes, result], marks, best, title)
    why = text.fill(text.of("_index")["against_why"], {"metric": label})
    return SweepCharts(tuple(panels), lines, why, tuple(_notes(index, len(drawn), result)))


def thinned(places: list[int]) -> list[int]:
    """Return the runs that are drawn, the best first."""
    if len(places) <= _DRAWN:
        return places
    rest = places[_BEST_DRAWN:]
    left = _DRAWN - _BEST_DRAWN
    return places[:_BEST_DRAWN] + [rest[at * len(rest) // left] for at in range(left)]


def axes_of(index: Index, settings: list[dict[str, Any]]) -> list[Axis]:
    """Return the axes of the settings that vary, those that matter most first."""
    sweep = index.sweep
    if sweep is None:
        return []
    shares = {found.setting: found.share for found in sweep.importances}
    chances = {
        found.setting: 0.0 if found.best_inside is not None else found.chance
        for found in sweep.correlations
    }
    keys = sorted(sweep.keys, key=lambda key: (-shares.get(key, 0.0), chances.get(key, 1.0)))
    found = []
    for key in keys:
        given = [run.get(key) for run in settings]
        if 2 * sum(value is not None for value in given) < len(given):
            continue  # a setting of few runs has no column either
        axis = setting_axis(key, given, index.text.number)
        if axis is not None and len(axis.ticks) > 1:
            found.append(axis)
    return found[:_PANELS]


def _notes(index: Index, drawn: int, result: Axis) -> list[str]:
    text, sweep = index.text, index.sweep
    sentences = text.of("_index")
    notes = []
    if sweep is not None and drawn < len(sweep.places):
        counts = {
            "drawn": text.integer(drawn),
            "all": text.integer(len(sweep.places)),
            "best": text.integer(_BEST_DRAWN),
        }
        notes.append(text.fill(sentences["chart_thinned"], counts))
    if result.is_cut:
        notes.append(str(sentences["chart_cut"]))
    if result.is_log:
        notes.append(str(sentences["chart_log"]))
    return notes
