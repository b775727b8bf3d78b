"""The index of more than 5,000 runs as pages: a summary, and pages with the runs of each group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any, NamedTuple

from analyzer.batch.index import (
    languages_of,
    number_shown,
    partial_line,
    place_shown,
    setting_shown,
    share_shown,
    short,
    short_path,
    summary_line,
    verdict_counts,
)
from analyzer.batch.index_cost import cost_line
from analyzer.batch.index_notes import note, same_points_line
from analyzer.batch.index_rows import picture_of, verdict_shown
from analyzer.batch.index_said import of_best, unranked_line
from analyzer.batch.index_unread import unread_groups
from analyzer.batch.index_verdicts import mark_lines, verdicts_of
from analyzer.batch.many import ENDS, ON_PAGE, Many, Part, middle
from analyzer.batch.many_search import shard_names
from analyzer.batch.record import Record
from analyzer.charts.bars import histogram_svg
from analyzer.reading.site import PARTS
from analyzer.report.breaks import breakable
from analyzer.report.charted import asset, digest
from analyzer.report.compared_cautions import data_said
from analyzer.report.compared_ranking import importance_rows
from analyzer.report.templates import template
from analyzer.safe.names import visible
from analyzer.version import __version__

_MOST_PARTS = 500  # groups in the table of the index
_MOST_MATTER = 20  # settings by how much they matter: the forest gives no others a p-value


class PartRow(NamedTuple):
    """A group of runs as the tables show it, with the page of its runs."""

    name: str
    page: str
    runs: str
    best: str
    middle: str
    verdicts: str


def many_html(many: Many, at: Mapping[int, Record]) -> str:
    """Return the summary; ``at`` has the whole records of the runs at both ends of the ranking."""
    index, text = many.index, many.index.text
    sentences = text.of("_many")
    style, script = _style(), asset("many.js")
    shards = shard_names(len(many.records))
    rows = part_rows(many)
    return template("many.html.j2").render(
        lang=index.options.lang,
        title=text.of("_index")["title"],
        said={**text.of("_index"), **sentences},
        summary=summary_line(index),
        partial=partial_line(index),
        cost=cost_line(many.index.batch.cost, text),
        lines=told(many),
        register=text.of("_register")["link"],
        verdicts=verdict_counts(index),
        histogram=_histogram(many),
        matter_head=matter_head(many),
        matter=matter_rows(many),
        matter_why=matter_why(many),
        parts=rows[:_MOST_PARTS],
        more_parts=more_parts(many, rows),
        columns=[short(key) for key in many.columns],
        ends=[
            (sentences[key], sentences[f"{key}_why"], "".join(_row(p, many, at) for p in places))
            for key, places in ends(many)
        ],
        ranked_by=ranked_by(many),
        unread=unread_groups(index),
        languages=languages_of(index),
        language_label=text.ui("language_label"),
        made_by=text.fill(text.of("_index")["made_by"], {"version": __version__}),
        shards=shards,
        style=style,
        script=script,
        hashes={"style": digest(style), "script": digest(script)},
        loads=True,
    )


def part_pages(many: Many) -> Iterator[tuple[str, str]]:
    """Yield (name, page) of the pages of all groups, each with at most 1,000 runs."""
    style, text = _style(), many.index.text
    sentences = {**text.of("_index"), **text.of("_many")}
    for number, part in enumerate(many.parts):
        names = page_names(number, part)
        for page, name in enumerate(names):
            places = part.places[page * ON_PAGE : (page + 1) * ON_PAGE]
            others = [(text.integer(at + 1), other) for at, other in enumerate(names)]
            shown = template("many_part.html.j2").render(
                lang=many.index.options.lang,
                title=part.name or sentences["title"],
                said=sentences,
                runs=text.fill(sentences["runs_of_group"], {"runs": len(part.places)}),
                pages=others if len(others) > 1 else [],
                own=name,
                columns=[short(key) for key in many.columns],
                rows="".join(_row(place, many, {}, up="../") for place in places),
                style=style,
                script="",
                hashes={"style": digest(style), "script": digest("")},
            )
            yield f"{PARTS}/{name}", shown


def page_names(number: int, part: Part) -> list[str]:
    """Return the names of the pages of a group."""
    count = -(-len(part.places) // ON_PAGE)
    return [f"group-{number + 1:04d}-{page + 1}.html" for page in range(count)]


def part_rows(many: Many) -> list[PartRow]:
    """Return the groups as the tables show them."""
    text = many.index.text
    rank = many.rank
    rows = []
    for number, part in enumerate(many.parts):
        records = [many.records[place] for place in part.places]
        known = (place for place in part.places if place in rank)
        best = min(known, key=rank.__getitem__, default=None)
        rows.append(
            PartRow(
                name=part.name or "–",
                page=f"{PARTS}/{page_names(number, part)[0]}",
                runs=text.integer(len(records)),
                best="" if best is None else number_shown(many.records[best].result, text),
                middle=number_shown(middle(many, part.places), text),
                verdicts=verdicts_of(records, text),
            )
        )
    return rows


def more_parts(many: Many, rows: Sequence[PartRow]) -> str:
    """Return how many groups are left out of the table, empty if none are."""
    left = len(rows) - _MOST_PARTS
    if left <= 0:
        return ""
    text = many.index.text
    return text.fill(text.of("_many")["more_groups"], {"count": left})


def matter_head(many: Many) -> list[str]:
    """Return the heads of the table of the settings that matter, as a comparison has them."""
    said = many.index.text.of("_compare")
    return [said[name] for name in ("setting", "importance", "interval", "chance")]


def matter_rows(many: Many) -> tuple[tuple[str, ...], ...]:
    """Return the settings by how much they matter."""
    most = many.importances[:_MOST_MATTER]
    shown = [replace(found, setting=short(found.setting)) for found in most]
    return importance_rows(shown, many.index.text)


def matter_why(many: Many) -> str:
    """Return from what it was measured which settings matter, or why it was not."""
    text = many.index.text
    own = text.of("_many")
    if many.index.missing:
        return str(own["matter_later"])
    if not many.importances:
        return str(own["matter_none"])
    counts = {"sampled": text.integer(many.sampled), "all": text.integer(many.groups)}
    why = text.fill(text.of("_compare")["importance_why"], {"groups": counts["sampled"]})
    if many.sampled == many.groups:
        return why
    return f"{why} {text.fill(own['matter_sample'], counts)}"


def ends(many: Many) -> list[tuple[str, Sequence[int]]]:
    """Return the best and the worst runs by their places, each from its end on."""
    best = many.ranked[:ENDS]
    worst = many.ranked[len(best) :][-ENDS:][::-1]
    return [(key, places) for key, places in (("best_runs", best), ("worst_runs", worst)) if places]


def ranked_by(many: Many) -> str:
    """Return by what runs are ranked, and how many are."""
    if many.measure is None:
        return ""
    text, (split, metric) = many.index.text, many.measure
    counts = {
        "metric": short(text.metric(metric, split, alone=True)),
        "ranked": len(many.ranked),
        "all": text.integer(len(many.records)),
    }
    return text.fill(text.of("_many")["ranked_by"], counts)


def told(many: Many) -> list[str]:
    """Return what to know of the best run, of the data, of runs not ranked and of the same ones."""
    text, records = many.index.text, many.records
    lines = []
    if many.ranked:
        best = records[many.ranked[0]]
        lines += of_best(short_path(best.run or best.source), [best], text)
    lines += mark_lines(records, text)
    lines += data_said([records[place].summary.settings for place in many.ranked], text)
    lines += unranked_line(records, text)
    lines += same_points_line([record.run or record.source for record in records], many.same, text)
    return [visible(line) for line in lines]


def link(record: Record, many: Many) -> str:
    """Return the page of a run, relative to the index."""
    return f"runs/{record.folder}/{many.index.options.page_of(record)}"


def _page(record: Record, many: Many) -> str:
    """Return the page of a run, a report in the language of the index."""
    page = link(record, many)
    is_other = many.index.origin is not None and page.endswith("report.html")
    return f"{page}#{many.index.options.lang}" if is_other else page


def _histogram(many: Many) -> str:
    levels = [many.records[place].result for place in many.ranked]
    known = [level for level in levels if level is not None]
    text = many.index.text
    return histogram_svg(known, text.number, text.of("_many")["histogram"])


def _style() -> str:
    return asset("chart.css") + asset("index.css") + asset("many.css")


def _row(place: int, many: Many, at: Mapping[int, Record], up: str = "") -> str:
    """Return a row of a table of runs; ``up`` leads from its page to the index."""
    record, text = many.records[place], many.index.text
    cells: Iterable[Any] = (
        number_shown(record.result, text),
        place_shown(record.best, text),
        share_shown(record.after_best, text),
        note(place, many.records, many.same, text),
        *(setting_shown(record.summary.settings.get(key), text) for key in many.columns),
    )
    name = breakable(short_path(record.run or record.source))
    shown = f"<td>{verdict_shown(record, text)}</td>"
    shown += "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    whole = at.get(place)
    picture = f"<td>{picture_of(whole.sparks if whole else ())}</td>" if not up else ""
    head = f'<th scope="row"><a href="{up}{escape(_page(record, many))}">{name}</a></th>'
    return f'<tr class="{escape(record.kind)}">{head}{shown}{picture}</tr>\n'
