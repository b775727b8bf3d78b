"""The index of a site as a page: one row per run, without a template: there may be 10,000 runs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from analyzer.batch.index import (
    LONGEST,
    Index,
    group_row,
    groups_why,
    level_shown,
    partial_line,
    place_shown,
    point_shown,
    setting_shown,
    share_shown,
    short_path,
    spare_line,
    summary_line,
    unread_rows,
    unstable_lines,
    verdict_counts,
)
from analyzer.batch.index_said import lines, title
from analyzer.batch.sparks import Spark
from analyzer.report.charted import asset, digest
from analyzer.report.templates import template
from analyzer.safe.names import visible
from analyzer.version import __version__

_COLUMNS = 8  # of settings in the table: more do not fit; runs.csv has all


def index_html(index: Index) -> str:
    """Return the page; everything in it that comes from a log is escaped."""
    style, script = asset("chart.css") + asset("index.css"), asset("index.js")
    sentences = index.text.of("_index")
    columns = [key for key in index.vary if _is_common(key, index)][:_COLUMNS]
    rows = [_row(place, index, columns) for place in range(len(index.batch.records))]
    return template("index.html.j2").render(
        lang=index.options.lang,
        title=title(index),
        said=sentences,
        summary=summary_line(index),
        partial=partial_line(index),
        lines=lines(index),
        command=index.sweep.command if index.sweep else "",
        spare=spare_line(index),
        register=index.text.of("_register")["link"],
        verdicts=verdict_counts(index),
        columns=[visible(key)[:LONGEST] for key in columns],
        rows="".join(rows),
        groups=[group_row(group, index) for group in index.groups],
        groups_why=groups_why(index),
        unstable=unstable_lines(index),
        unread=unread_rows(index),
        made_by=index.text.fill(sentences["made_by"], {"version": __version__}),
        style=style,
        script=script,
        hashes={"style": digest(style), "script": digest(script)},
    )


def _is_common(key: str, index: Index) -> bool:
    """Say whether at least every other run has a setting: others leave a column mostly empty."""
    records = index.batch.records
    return 2 * sum(key in record.summary.settings for record in records) >= len(records)


def _row(place: int, index: Index, columns: Sequence[str]) -> str:
    """Return one row of the table."""
    record, text = index.batch.records[place], index.text
    file = "report.html" if index.options.reports else "diagnosis.json"
    name = escape(short_path(index.names[place]))
    value = None if record.level is None else record.level.value
    point = point_shown(record, text)
    if point:
        point = f' <span class="quiet">({escape(point)})</span>'
    cells = [
        f'<th scope="row"><a href="runs/{record.folder}/{file}">{name}</a></th>',
        f"<td>{escape(text.verdict(record.verdict))}</td>",
        _cell(value, level_shown(record, index), point),
        f"<td>{escape(place_shown(record.best, text))}</td>",
        _cell(record.after_best, share_shown(record.after_best, text)),
        f"<td>{_picture(record.sparks)}</td>",
        f'<td class="n">{escape(index.notes[place])}</td>',
    ]
    for key in columns:
        setting = record.summary.settings.get(key)
        cells.append(_cell(setting, setting_shown(setting, text)))
    return f'<tr class="{escape(record.verdict)}">{"".join(cells)}</tr>\n'


def _cell(value: Any, shown: str, aside: str = "") -> str:
    """Return a cell; a number is sorted by its value and not by how it is written.

    ``aside`` is HTML that follows it.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<td data-v="{value:.6g}">{escape(shown)}{aside}</td>'
    return f"<td>{escape(shown)}{aside}</td>"


def _picture(sparks: Sequence[Spark]) -> str:
    if not sparks:
        return ""
    paths = "".join(
        f'<path class="smooth {escape(spark.role)}" d="{escape(spark.path)}"/>' for spark in sparks
    )
    return f'<svg viewBox="0 0 100 24" aria-hidden="true">{paths}</svg>'
