"""The files of a site beside its reports: an index as HTML and Markdown, and tables."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.batch.index import build_index
from analyzer.batch.index_html import index_html
from analyzer.batch.index_markdown import index_markdown
from analyzer.batch.result import Batch, Options
from analyzer.batch.tables import findings_jsonl, runs_csv, unreadable_jsonl


def pages(batch: Batch, options: Options, *, missing: int) -> Iterable[tuple[str, bytes]]:
    """Yield (name, content) of each file; ``missing`` runs are still to come."""
    index = build_index(batch, options, missing=missing)
    yield "runs.csv", _encoded(runs_csv(batch.records, index.vary))
    yield "findings.jsonl", _encoded(findings_jsonl(batch.records))
    unread = unreadable_jsonl(batch.unreadable, batch.refused, options.lang)
    yield "unreadable.jsonl", _encoded(unread)
    yield "index.md", _encoded(index_markdown(index))
    yield "index.html", _encoded(index_html(index))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
