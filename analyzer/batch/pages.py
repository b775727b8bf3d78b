"""The files of a site beside its reports: an index as HTML and Markdown, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.batch.index import build_index
from analyzer.batch.index_html import index_html
from analyzer.batch.index_markdown import index_markdown
from analyzer.batch.index_tables import ranking_latex, runs_workbook
from analyzer.batch.notes import Notes
from analyzer.batch.record import Record
from analyzer.batch.register import build_register
from analyzer.batch.register_pages import register_csv, register_markdown
from analyzer.batch.result import Batch, Options
from analyzer.batch.tables import findings_jsonl, runs_csv, unreadable_jsonl


def pages(
    batch: Batch, options: Options, *, missing: int, notes: Notes | None = None
) -> Iterable[tuple[str, bytes]]:
    """Yield (name, content) of each file; ``missing`` runs are still to come."""
    index = build_index(batch, options, missing=missing)
    yield "runs.csv", _encoded(runs_csv(batch.records, index.vary))
    yield "findings.jsonl", _encoded(findings_jsonl(batch.records))
    unread = unreadable_jsonl(batch.unreadable, batch.refused, options.lang)
    yield "unreadable.jsonl", _encoded(unread)
    yield from register_pages(batch.records, options, notes or {})
    yield "ranking.tex", _encoded(ranking_latex(index))
    yield "runs.xlsx", runs_workbook(index)
    yield "index.md", _encoded(index_markdown(index))
    yield "index.html", _encoded(index_html(index))


def register_pages(
    records: Sequence[Record], options: Options, notes: Notes
) -> Iterable[tuple[str, bytes]]:
    """Yield (name, content) of the files of the register."""
    register = build_register(records, notes)
    yield "register.csv", _encoded(register_csv(register))
    yield "register.md", _encoded(register_markdown(register, options))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
