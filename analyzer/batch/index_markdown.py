"""The index of a site as Markdown, short enough for the summary of a workflow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.batch.index import (
    Index,
    level_name,
    level_shown,
    partial_line,
    place_shown,
    point_shown,
    share_shown,
    summary_line,
    verdict_counts,
)
from analyzer.batch.index_cost import cost_line
from analyzer.batch.index_groups import group_row, groups_why, mean_name, unstable_lines
from analyzer.batch.index_said import best_label
from analyzer.batch.index_said import lines as sweep_lines
from analyzer.batch.index_title import title
from analyzer.batch.index_unread import unread_rows
from analyzer.comparing.repeats import Repeats
from analyzer.report.mark import marked_verdict
from analyzer.report.markdown import plain

_MOST_ROWS = 1000  # a job summary takes one mebibyte


def index_markdown(index: Index) -> str:
    """Return the Markdown; names from a log are text in it, whatever they hold."""
    text, batch = index.text, index.batch
    sentences = text.of("_index")
    lines = [f"# {sentences['title']}", "", summary_line(index)]
    if index.missing:
        lines += ["", partial_line(index)]
    if cost := cost_line(batch.cost, text):
        lines += ["", plain(cost)]
    lines += ["", f"**{plain(title(index))}**"]
    if told := sweep_lines(index):
        lines += ["", plain(" ".join(told))]
    if index.sweep is not None and index.sweep.command:
        lines += ["", f"{plain(best_label(index))}: {plain(index.sweep.command)}"]
    lines.append("")
    lines += [f"- {verdict.name}: {verdict.runs}" for verdict in verdict_counts(index)]
    lines += ["", f"[{text.of('_register')['link']}](register.md) ([CSV](register.csv))"]
    names = level_name(index), sentences["at"], sentences["after"]
    head = _plain([sentences["run"], sentences["verdict"], *names])
    rows = [_row(place, index) for place in index.order[:_MOST_ROWS]]
    lines += ["", *_table(head, rows)]
    if len(batch.records) > _MOST_ROWS:
        count = {"count": text.integer(len(batch.records) - _MOST_ROWS)}
        lines += ["", text.fill(sentences["few"], count)]
    if index.groups:
        names = mean_name(index), sentences["deviation"], sentences["verdicts"]
        head = _plain([sentences["group"], sentences["members"], *names])
        groups = [_group(group, index) for group in index.groups[:_MOST_ROWS]]
        lines += ["", f"## {sentences['groups']}", "", plain(groups_why(index)), ""]
        lines += [f"**{plain(line)}**\n" for line in unstable_lines(index)]
        lines += _table(head, groups)
    unread = unread_rows(index)
    if unread:
        head = [sentences[name] for name in ("file", "reason", "count")]
        lines += ["", f"## {sentences['unread']}", "", *_table(head, map(_plain, unread))]
    return "\n".join(lines) + "\n"


def _row(place: int, index: Index) -> list[str]:
    record, text = index.batch.records[place], index.text
    level, point = plain(level_shown(record, index)), plain(point_shown(record, index))
    return [
        plain(index.shown_names[place]),
        marked_verdict(record.verdict, record.mark, text),
        f"{level} ({point})" if point else level,
        place_shown(record.best, text),
        share_shown(record.after_best, text),
    ]


def _group(group: Repeats, index: Index) -> list[str]:
    row = group_row(group, index)
    mean = f"{row.mean} ({row.raw})" if row.raw else row.mean
    return _plain([row.settings, row.members, mean, row.deviation, row.verdicts])


def _plain(cells: Iterable[str]) -> list[str]:
    return [plain(cell) for cell in cells]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
