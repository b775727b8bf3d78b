"""The rows of the table of runs in the index, each escaped where it is made."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from analyzer.batch.index import (
    LONGEST,
    Index,
    level_name,
    level_shown,
    place_shown,
    point_shown,
    setting_shown,
    share_shown,
    short,
)
from analyzer.batch.index_order import trouble
from analyzer.batch.record import Record
from analyzer.batch.sparks import Scale, Spark, rescaled, shared_scale
from analyzer.comparing.roles import is_seed
from analyzer.model.diagnosis import Best
from analyzer.report.breaks import breakable
from analyzer.report.mark import is_alone, mark_name
from analyzer.safe.names import visible
from analyzer.text import Words

_COLUMNS = 8  # of settings in the table: more do not fit; runs.csv has all


class Head(NamedTuple):
    """The head of a column: its key in the address, its name, and whether it holds numbers."""

    key: str
    name: str
    is_number: bool = False


def columns_of(index: Index) -> list[str]:
    """Return the settings that are columns, seeds last.

    At least every other run has each of them: others leave a column mostly empty.
    """
    records = index.batch.records
    common = [
        key
        for key in index.vary
        if 2 * sum(key in record.summary.settings for record in records) >= len(records)
    ]
    causes = [key for key in common if not is_seed(key)]
    seeds = [key for key in common if is_seed(key)]
    return [*causes[: _COLUMNS - min(len(seeds), 1)], *seeds][:_COLUMNS]


def heads(index: Index, columns: Sequence[str]) -> list[Head]:
    """Return the heads of the table; the curve is between the level and the settings."""
    text = index.text.of("_index")
    settings = [
        Head(f"s{at}", visible(key)[:LONGEST], _holds_numbers(index, key))
        for at, key in enumerate(columns)
    ]
    return [
        Head("run", text["run"]),
        Head("verdict", text["verdict"]),
        Head("level", level_name(index), is_number=True),
        Head("curve", ""),
        *settings,
        Head("at", text["at"], is_number=True),
        Head("after", text["after"], is_number=True),
        Head("notes", text["notes"]),
    ]


def _holds_numbers(index: Index, key: str) -> bool:
    return any(_is_number(record.summary.settings.get(key)) for record in index.batch.records)


def curves_scale(index: Index) -> Scale | None:
    """Return the scale of the curves of all runs that are ranked, None if they have no scale.

    Losses of different kinds have none.
    """
    if index.sweep is None or index.instead is not None:
        return None
    records = [index.batch.records[place] for place in index.sweep.places]
    return shared_scale([spark for record in records for spark in record.sparks])


def row(place: int, index: Index, columns: Sequence[str], scale: Scale | None) -> str:
    """Return one row of the table; without a ``scale`` its curves are on their own."""
    record, text = index.batch.records[place], index.text
    said = text.of("_index")
    value = None if record.level is None else record.level.value
    point = point_shown(record, index)
    if index.has_points:  # an empty place keeps the levels below each other
        inside = f"({escape(point)})" if point else ""
        point = f' <span class="quiet">{inside}</span>'
    cells = [
        _name(place, index),
        f'<td data-t="{trouble(record):.3g}">{verdict_shown(record, text)}</td>',
        _cell(value, level_shown(record, index), aside=point),
        f"<td>{picture_of(record.sparks, scale)}</td>",
    ]
    for key in columns:
        setting = record.summary.settings.get(key)
        cells.append(_cell(setting, setting_shown(setting, text), key=short(key)))
    cells += [
        _cell(_place(record.best), place_shown(record.best, text), key=said["at"]),
        _cell(record.after_best, share_shown(record.after_best, text), key=said["after"]),
        f'<td class="n">{escape(index.notes[place])}</td>',
    ]
    return f'<tr class="{escape(record.kind)}">{"".join(cells)}</tr>\n'


def verdict_shown(record: Record, text: Words) -> str:
    """Return the verdict as HTML, and below it the mark of a run that is not simply healthy."""
    name = escape(text.verdict(record.verdict))
    if record.mark is None:
        return name
    shown = f'<span class="mark">{escape(mark_name(record.mark, text))}</span>'
    return shown if is_alone(record.mark) else f"{name} {shown}"


def _place(best: Best | None) -> float | None:
    """Return where the best value lies as ``place_shown`` counts it: in epochs, else in steps."""
    if best is None:
        return None
    return best.step if best.epoch is None else best.epoch


def _name(place: int, index: Index) -> str:
    """Return the cell with the name of a run; if it is cut, the full name is its title."""
    record = index.batch.records[place]
    file = index.options.page_of(record)
    full = visible(index.names[place])
    name = index.shown_names[place]
    title = "" if name == full else f' title="{escape(full)}"'
    lang = "" if index.origin is None or file != "report.html" else f"#{index.options.lang}"
    link = f'<a href="runs/{record.folder}/{file}{lang}"{title}>{breakable(name)}</a>'
    return f'<th scope="row">{link}</th>'


def _cell(value: Any, shown: str, *, aside: str = "", key: str = "") -> str:
    """Return a cell; a number is sorted by its value and not by how it is written.

    ``aside`` is HTML that follows it; ``key`` names it where the heads of the columns do not fit.
    """
    named = f' data-k="{escape(key)}"' if key and shown else ""
    if _is_number(value):
        exact = value if isinstance(value, int) else f"{value:.6g}"
        return f'<td{named} data-v="{exact}">{escape(shown)}{aside}</td>'
    return f"<td{named}>{escape(shown)}{aside}</td>"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def picture_of(sparks: Sequence[Spark], scale: Scale | None = None) -> str:
    """Return curves as a small picture, on a shared scale if there is one."""
    if not sparks:
        return ""
    paths = ""
    for spark in sparks:
        path = spark.path if scale is None else rescaled(spark, scale)
        paths += f'<path class="smooth {escape(spark.role)}" d="{escape(path)}"/>'
    return f'<svg viewBox="0 0 100 24" aria-hidden="true">{paths}</svg>'
