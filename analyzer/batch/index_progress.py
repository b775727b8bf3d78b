"""The best over time: the runs of a site in the order in which they started."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from analyzer.batch.register import date_shown
from analyzer.charts.sweep_axes import result_axis
from analyzer.charts.sweep_svg import Mark, progress

if TYPE_CHECKING:
    from analyzer.batch.index import Index

_FEWEST = 4  # runs with different starts: fewer show no course
_MOST = 400  # points: more hide each other


class Progress(NamedTuple):
    """The drawing, and what it shows."""

    svg: str
    why: str


class _Started(NamedTuple):
    """A run that is ranked: its place among the records, its start, and its level at the best."""

    place: int
    start: float
    level: float


def progress_chart(index: Index) -> Progress | None:
    """Return the level of the runs that are ranked, by start, and the best so far.

    None if at most half of them tell when they started, or fewer than four different times. Of
    more than 400 runs all that set a new best are drawn, and an even choice of the others.
    """
    sweep, text = index.sweep, index.text
    if sweep is None:
        return None
    runs = _started(index, sweep.places)
    known = len({run.start for run in runs})
    if known < _FEWEST or 2 * len(runs) <= len(sweep.places):
        return None
    lower = sweep.lower_is_better
    best = min(runs, key=lambda run: (run.level if lower else -run.level, run.start))
    drawn = _thinned(runs, lower_is_better=lower)
    row_of = {place: row for row, place in enumerate(index.order)}
    marks = [Mark(row_of[run.place], index.batch.records[run.place].kind) for run in drawn]
    label = text.metric(sweep.metric, sweep.split, alone=True)
    levels = [run.level for run in drawn]
    result = result_axis(label, levels, text.number, lower_is_better=lower)
    values = {"metric": label, "runs": len(runs), "at": runs.index(best) + 1}
    sentences = text.of("_index")
    svg = progress(
        result,
        marks,
        (date_shown(runs[0].start), date_shown(runs[-1].start)),
        text.fill(sentences["over_time_title"], values),
        lower_is_better=lower,
    )
    why = [text.fill(sentences["over_time_why"], values)]
    if len(drawn) < len(sweep.places):
        counts = {"drawn": text.integer(len(drawn)), "all": text.integer(len(sweep.places))}
        why.append(text.fill(sentences["curves_left"], counts))
    if result.is_cut:
        why.append(str(sentences["chart_cut"]))
    if result.is_log:
        why.append(str(sentences["chart_log"]))
    return Progress(svg, " ".join(why))


def _started(index: Index, places: tuple[int, ...]) -> list[_Started]:
    """Return the runs that tell when they started, the first one first."""
    found = []
    for place in places:
        record = index.batch.records[place]
        if record.start is not None and record.result is not None:
            found.append(_Started(place, record.start, record.result))
    return sorted(found, key=lambda run: (run.start, run.place))


def _thinned(runs: list[_Started], *, lower_is_better: bool) -> list[_Started]:
    """Return the runs that are drawn: those that set a new best, and every so many of all."""
    every = -(-len(runs) // _MOST)
    best, kept = None, []
    for at, run in enumerate(runs):
        level = run.level if lower_is_better else -run.level
        is_new = best is None or level < best
        if is_new:
            best = level
        if is_new or at % every == 0:
            kept.append(run)
    return kept
