"""The index of a site as a page: one row per run, without a template: there may be 10,000 runs."""

from __future__ import annotations

from collections import Counter

from analyzer.batch.index import (
    Index,
    languages_of,
    partial_line,
    summary_line,
    verdict_counts,
)
from analyzer.batch.index_charts import sweep_charts
from analyzer.batch.index_cost import cost_line
from analyzer.batch.index_data import index_data
from analyzer.batch.index_groups import group_row, groups_why, mean_name, unstable_lines
from analyzer.batch.index_multiples import multiples
from analyzer.batch.index_progress import progress_chart
from analyzer.batch.index_rows import columns_of, curves_scale, heads, row
from analyzer.batch.index_said import best_label, lines
from analyzer.batch.index_title import title
from analyzer.batch.index_unread import unread_groups
from analyzer.report.charted import asset, digest, joined_assets
from analyzer.report.templates import template
from analyzer.version import __version__

_SCRIPTS = ("index.js", "curves.js", "ticks.js")


def index_html(index: Index) -> str:
    """Return the page; everything in it that comes from a log is escaped."""
    style, script = asset("chart.css") + asset("index.css"), joined_assets(*_SCRIPTS)
    sentences = index.text.of("_index")
    columns = columns_of(index)
    scale, ranked = curves_scale(index), frozenset(index.sweep.places if index.sweep else ())
    rows = [row(place, index, columns, scale if place in ranked else None) for place in index.order]
    return template("index.html.j2").render(
        lang=index.options.lang,
        title=title(index),
        said=sentences,
        summary=summary_line(index),
        partial=partial_line(index),
        lines=lines(index),
        command=index.sweep.command if index.sweep else "",
        command_label=best_label(index),
        is_ranked=index.sweep is not None,
        cost=cost_line(index.batch.cost, index.text),
        register=index.text.of("_register")["link"],
        verdicts=verdict_counts(index),
        bar=_bar(index),
        charts=sweep_charts(index),
        heads=heads(index, columns),
        rows="".join(rows),
        groups=[group_row(group, index) for group in index.groups],
        groups_why=groups_why(index),
        mean_name=mean_name(index),
        unstable=unstable_lines(index),
        unread=unread_groups(index),
        languages=languages_of(index),
        language_label=index.text.ui("language_label"),
        curves=multiples(index, columns),
        progress=progress_chart(index),
        data=index_data(index, columns),
        made_by=index.text.fill(sentences["made_by"], {"version": __version__}),
        style=style,
        script=script,
        hashes={"style": digest(style), "script": digest(script)},
    )


def _bar(index: Index) -> list[tuple[str, float, float]]:
    """Return (verdict, start, width) of each part of the bar of verdicts, in per mille."""
    counts = Counter(record.kind for record in index.batch.records)
    parts, start = [], 0.0
    for count in verdict_counts(index):
        width = 1000 * counts[count.verdict] / len(index.batch.records)
        parts.append((count.verdict, round(start, 1), round(width, 1)))
        start += width
    return parts
