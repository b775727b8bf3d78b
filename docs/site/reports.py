"""Live reports in the pages of the site, made from sample_logs when the site is built."""

from __future__ import annotations

import functools
import re
import tempfile
import tomllib
from collections.abc import Mapping
from html import escape
from pathlib import Path

import analyzer
from analyzer.batch.sparks import sparks_of
from analyzer.engine import known_verdicts
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.headline import action_sentence, badge
from analyzer.resources import folder
from analyzer.text import words

# What a page may contain, each in a line of its own or within one:
_LIVE = re.compile(r"<!-- live report: (\w+) \| (.+?) -->")
_GALLERY = "<!-- gallery -->"
_UNSEEN = "<!-- conditions without a sample -->"
_SPARK = '<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">'


def with_reports(pages: Mapping[str, str]) -> dict[str, bytes]:
    """Return pages with their reports, cards and frames, and the files of those reports.

    A page is named as mkdocs-static-i18n wants it: ``gallery.md``, ``gallery.es.md``.
    """
    made: dict[str, bytes] = {}
    for name, text in pages.items():
        lang = "es" if name.endswith(".es.md") else "en"
        shown = set(_LIVE.findall(text))
        cases = {case for case, _ in shown}
        text = _LIVE.sub(lambda match, lang=lang: frame(match[1], match[2], lang), text)
        if _GALLERY in text:
            chosen = examples()
            cases |= set(chosen.values())
            cards = "\n".join(card(case, lang) for case in chosen.values())
            text = text.replace(_GALLERY, f'<ul class="cards">\n{cards}\n</ul>')
            text = text.replace(_UNSEEN, unseen(lang))
        made[name] = text.encode()
        for case in cases:
            suffix = "" if lang == "en" else f".{lang}"
            made[f"reports/{case}{suffix}.html"] = report(case, lang)
    return made


def examples() -> dict[str, str]:
    """Return a sample log for every verdict that one shows: the surest of those labelled so."""
    found: dict[str, tuple[float, str]] = {}
    for case in sorted(path.name for path in folder("sample_logs").iterdir() if path.is_dir()):
        verdict = diagnosis(case).verdict
        label = tomllib.loads((folder("sample_logs") / case / "expected.toml").read_text())
        sure = _sureness(diagnosis(case))
        if label["verdict"] == verdict and sure > found.get(verdict, (-1.0, ""))[0]:
            found[verdict] = (sure, case)
    return {verdict: found[verdict][1] for verdict in known_verdicts() if verdict in found}


def _sureness(judged: Diagnosis) -> float:
    """Return the confidence of a verdict; of one without a finding, whether it has no notes."""
    if judged.deciding_finding is None:
        return float(not judged.findings)
    return judged.deciding_finding.confidence or 0.0


def unseen(lang: str) -> str:
    """Return the names of the verdicts that no sample log shows."""
    shown = examples()
    names = [words(lang).verdict(name) for name in known_verdicts() if name not in shown]
    return ", ".join(names)


def card(case: str, lang: str) -> str:
    """Return the card of a run: its curves, its verdict with a link to the report, what to do."""
    judged, text = diagnosis(case), words(lang)
    paths = [f'<path class="{spark.role}" d="{spark.path}"/>' for spark in sparks_of(judged)]
    return (
        f'<li class="{judged.verdict}">{_SPARK}{"".join(paths)}</svg>'
        f'<h2><a href="reports/{case}.html">{escape(badge(judged, text))}</a></h2>'
        f"<p>{escape(action_sentence(judged, text))}</p><code>{case}</code></li>"
    )


def frame(case: str, caption: str, lang: str) -> str:
    """Return the report of a sample log within a page, and a link to it."""
    title = escape(f"{case}: {badge(diagnosis(case), words(lang))}")
    page = f"reports/{case}.html"
    return (
        f'<figure class="live"><iframe src="{page}" title="{title}" loading="lazy"></iframe>'
        f'<figcaption><a href="{page}">{escape(caption)}</a></figcaption></figure>'
    )


@functools.cache
def diagnosis(case: str) -> Diagnosis:
    """Return what the analyzer says about a sample log."""
    return analyzer.diagnose(analyzer.load(folder("sample_logs") / case)[0])


@functools.cache
def report(case: str, lang: str) -> bytes:
    """Return the report of a sample log as a page."""
    with tempfile.TemporaryDirectory() as place:
        path = analyzer.write_report(diagnosis(case), Path(place) / "report.html", lang=lang)
        return path.read_bytes()
