"""Live reports in the pages of the site, made from sample_logs when the site is built."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path

from gallery import card, diagnosis, examples

import analyzer
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.headline import badge
from analyzer.text import words

# What a page may contain, each in a line of its own or within one:
_LIVE = re.compile(r"<!-- live report: (\w+) \| (.+?) -->")
_GALLERY = "<!-- gallery -->"


def with_reports(pages: Mapping[str, str]) -> dict[str, bytes]:
    """Return pages with their reports, cards and frames, and the files of those reports.

    A page is named as mkdocs-static-i18n wants it: ``gallery.md``, ``gallery.es.md``.
    """
    made: dict[str, bytes] = {}
    for name, text in pages.items():
        lang = "es" if name.endswith(".es.md") else "en"
        shown = {case: diagnosis(case) for case, _ in _LIVE.findall(text)}
        text = _LIVE.sub(lambda match, lang=lang: frame(match[1], match[2], lang), text)
        if _GALLERY in text:
            chosen = examples().values()
            shown |= {example.name: example.diagnosis for example in chosen}
            cards = "\n".join(card(example, lang) for example in chosen)
            text = text.replace(_GALLERY, f'<ul class="cards">\n{cards}\n</ul>')
        made[name] = text.encode()
        for title, judged in shown.items():
            suffix = "" if lang == "en" else f".{lang}"
            path = f"reports/{title}{suffix}.html"
            if path not in made:
                made[path] = report(judged, lang)
    return made


def frame(case: str, caption: str, lang: str) -> str:
    """Return the report of a sample log within a page, and a link to it."""
    title = escape(f"{case}: {badge(diagnosis(case), words(lang))}")
    page = f"reports/{case}.html"
    return (
        f'<figure class="live"><iframe src="{page}" title="{title}" loading="lazy"></iframe>'
        f'<figcaption><a href="{page}">{escape(caption)}</a></figcaption></figure>'
    )


def report(judged: Diagnosis, lang: str) -> bytes:
    """Return the report of a run as a page."""
    with tempfile.TemporaryDirectory() as place:
        path = analyzer.write_report(judged, Path(place) / "report.html", lang=lang)
        return path.read_bytes()
