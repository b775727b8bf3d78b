"""The files of a site beside its reports: an index as HTML and Markdown, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from analyzer.batch.index import build_index, in_language
from analyzer.batch.index_html import index_html
from analyzer.batch.index_markdown import index_markdown
from analyzer.batch.index_tables import ranking_latex, runs_workbook
from analyzer.batch.many import Many, build_many
from analyzer.batch.many_html import ends, many_html, part_pages
from analyzer.batch.many_markdown import many_markdown
from analyzer.batch.many_search import shards
from analyzer.batch.notes import Notes
from analyzer.batch.record import Record
from analyzer.batch.register import build_register
from analyzer.batch.register_pages import register_csv, register_markdown
from analyzer.batch.result import Batch, Options
from analyzer.batch.rows import LARGE, Whole
from analyzer.batch.spelled import records_alike, spelled_alike
from analyzer.batch.tables import findings_jsonl, runs_csv, unreadable_jsonl
from analyzer.comparing.repeats import varying
from analyzer.reading.site import index_page
from analyzer.text import languages_from

Content = bytes | Iterable[bytes]  # a short file, or the parts of a long one
_PART = 1 << 20  # characters


def pages(
    batch: Batch,
    options: Options,
    *,
    missing: int,
    notes: Notes | None = None,
    whole: Whole | None = None,
) -> Iterable[tuple[str, Content]]:
    """Yield (name, content) of each file; ``missing`` runs are still to come.

    Tables of all runs come in parts. ``whole`` gives the records of a batch that has short ones.
    """
    batch, options = spelled_alike(batch, options)
    vary = varying([record.summary.settings for record in batch.records])
    yield "runs.csv", encoded_parts(runs_csv(batch.records, vary))
    yield "findings.jsonl", encoded_parts(findings_jsonl(whole or batch.records))
    unread = unreadable_jsonl(batch.unreadable, batch.refused, options.lang)
    yield "unreadable.jsonl", _encoded(unread)
    yield from register_pages(batch.records, options, notes or {})
    if len(batch.records) > LARGE:
        yield from _many_pages(build_many(batch, options, missing=missing), whole)
        return
    index = build_index(batch, options, missing=missing)
    yield "ranking.tex", _encoded(ranking_latex(index))
    yield "runs.xlsx", runs_workbook(index)
    yield "index.md", _encoded(index_markdown(index))
    for lang in languages_from(options.lang)[1:]:
        yield index_page(lang), _encoded(index_html(in_language(index, lang)))
    yield "index.html", _encoded(index_html(index))


def _many_pages(many: Many, whole: Whole | None) -> Iterator[tuple[str, Content]]:
    """Yield the pages of a large batch, the index last."""
    for name, page in chain(shards(many), part_pages(many)):
        yield name, _encoded(page)
    places = [place for _, places in ends(many) for place in places]
    shown = {place: many.records[place] for place in places} if whole is None else whole.at(places)
    yield "index.md", _encoded(many_markdown(many))
    for lang in languages_from(many.index.options.lang)[1:]:
        other = replace(many, index=in_language(many.index, lang))
        yield index_page(lang), _encoded(many_html(other, shown))
    yield "index.html", _encoded(many_html(many, shown))


def register_pages(
    records: Sequence[Record], options: Options, notes: Notes
) -> Iterable[tuple[str, Content]]:
    """Yield (name, content) of the files of the register."""
    register = build_register(records_alike(records), notes)
    yield "register.csv", encoded_parts(register_csv(register))
    yield "register.md", _encoded(register_markdown(register, options))


def encoded_parts(parts: Iterable[str]) -> Content:
    """Return a text as bytes, in parts of about a MiB if it is longer than one."""
    chunks = _chunks(parts)
    first = next(chunks, b"")
    second = next(chunks, None)
    return first if second is None else chain([first, second], chunks)


def _chunks(parts: Iterable[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    length = 0
    for part in parts:
        waiting.append(part)
        length += len(part)
        if length >= _PART:
            yield _encoded("".join(waiting))
            waiting, length = [], 0
    yield _encoded("".join(waiting))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
