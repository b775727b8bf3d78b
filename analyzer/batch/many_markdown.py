"""The index of more than 5,000 runs as Markdown: what fits a job summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.batch.index import (
    number_shown,
    partial_line,
    place_shown,
    short_path,
    summary_line,
    verdict_counts,
)
from analyzer.batch.index_cost import cost_line
from analyzer.batch.index_notes import note
from analyzer.batch.index_unread import unread_rows
from analyzer.batch.many import Many
from analyzer.batch.many_html import (
    ends,
    link,
    matter_head,
    matter_rows,
    matter_why,
    part_rows,
    ranked_by,
    told,
)
from analyzer.report.mark import marked_verdict
from analyzer.report.markdown import plain

_MOST_PARTS = 200  # a job summary takes one mebibyte


def many_markdown(many: Many) -> str:
    """Return the Markdown; names from a log are text in it, whatever they hold."""
    index, text = many.index, many.index.text
    said, own = text.of("_index"), text.of("_many")
    lines = [f"# {said['title']}", "", summary_line(index)]
    for line in (partial_line(index), cost_line(many.index.batch.cost, text), *told(many)):
        lines += ["", plain(line)] if line else []
    lines += ["", *(f"- {verdict.name}: {verdict.runs}" for verdict in verdict_counts(index))]
    lines += ["", f"[{text.of('_register')['link']}](register.md) ([CSV](register.csv))"]
    lines += ["", f"## {own['matter']}", "", matter_why(many)]
    if many.importances:
        lines += ["", *_table(matter_head(many), matter_rows(many))]
    head = [own["groups_name"], said["members"], own["best"], own["middle"], said["verdicts"]]
    rows = part_rows(many)
    groups = [(row.name, *row[2:]) for row in rows[:_MOST_PARTS]]
    lines += ["", f"## {own['groups']}", "", *_table(head, groups)]
    if len(rows) > _MOST_PARTS:
        left = {"count": len(rows) - _MOST_PARTS}
        lines += ["", text.fill(own["more_groups"], left)]
    lines += ["", ranked_by(many)]
    head = [said[name] for name in ("run", "verdict", "best", "at", "notes")]
    for key, places in ends(many):
        lines += ["", f"## {own[key]}", "", own[f"{key}_why"], ""]
        lines += _table(head, (_row(place, many) for place in places), linked=True)
    unread = unread_rows(index)
    if unread:
        head = [said[name] for name in ("file", "reason", "count")]
        lines += ["", f"## {said['unread']}", "", *_table(head, unread)]
    return "\n".join(lines) + "\n"


def _row(place: int, many: Many) -> list[str]:
    record, text = many.records[place], many.index.text
    return [
        f"[{plain(short_path(record.run or record.source))}]({link(record, many)})",
        marked_verdict(record.verdict, record.mark, text),
        number_shown(record.result, text),
        place_shown(record.best, text),
        note(place, many.records, many.same, text),
    ]


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, linked: bool = False
) -> list[str]:
    """Return a table; the cells are made plain, but for the first of a row with a link."""
    lines = [head, ["---"] * len(head)]
    lines += [[row[0] if linked else plain(row[0]), *map(plain, row[1:])] for row in rows]
    return [f"| {' | '.join(line)} |" for line in lines]
