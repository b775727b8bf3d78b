"""What a report says, in words and numbers, before anything decides what it looks like."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from analyzer.charts.build import constant_rate
from analyzer.charts.gallery import MOST as MOST_PICTURES
from analyzer.charts.gallery import Thumbnail, gallery
from analyzer.charts.labels import cut_end
from analyzer.charts.lead import report_charts
from analyzer.charts.packed import MOST_BINS
from analyzer.charts.spec import Chart
from analyzer.model.diagnosis import CheckResult, Diagnosis
from analyzer.report.about import FactText, fact_texts
from analyzer.report.checklist import Todo, checklist, first_steps
from analyzer.report.findings import FindingText, Row, finding_texts
from analyzer.report.glance import GlanceRow, facts, first_facts
from analyzer.report.headline import (
    action_sentence,
    badge,
    by_status,
    checks_line,
    tone,
    verdict_name,
    verdict_sentence,
)
from analyzer.report.viewed import ViewText, view_texts
from analyzer.safe import secrets
from analyzer.text import Words, is_counted, languages_from, words
from analyzer.version import __version__

_WHOLE = 2.0**53  # below it a float has all whole numbers
_LONGEST_SETTING = 200  # characters of a hyper-parameter's value
_MOST_FILES = 4  # named as what a report was made from


class IssueText(NamedTuple):
    """A problem of the log in words."""

    severity: str
    text: str


class Source(NamedTuple):
    """A source of the checklist: its key, its title, and its address, "" if it is not public."""

    key: str
    title: str
    link: str


@dataclass(frozen=True)
class Sure:
    """A calibrated confidence: in words, and as a share in percent for a meter."""

    text: str
    percent: int


@dataclass(frozen=True, eq=False)
class Report:
    """Everything a reader gets about one run, in one language."""

    lang: str
    key: str  # tells diagnoses apart, whatever the language
    run: str  # its name
    verdict: str  # the key, for colours
    verdict_name: str
    badge: str  # the verdict, in the words of the check that decides it
    action: str  # what to do, and why: the headline
    sentence: str  # the verdict in one sentence
    subtitle: str  # the same, empty if the headline says it already
    sure: Sure | None  # how sure that is
    checks_line: str  # how many findings, and how many checks were clear
    first_facts: tuple[GlanceRow, ...]  # at most four, beside the headline
    facts: tuple[GlanceRow, ...]  # five, to see at a glance
    charts: tuple[tuple[Chart, ...], ...]  # stacks that share their places; the first chart leads
    constant_rate: str  # the learning rate, if it never changed
    gallery: tuple[Thumbnail, ...]  # logged series that no chart shows
    gallery_title: str  # how many there are, and how many of them are shown
    thinned: bool  # curves longer than their drawing
    findings: tuple[FindingText, ...]
    explained: tuple[Row, ...]  # checks whose finding another one makes redundant, and which
    clear: tuple[Row, ...]  # checks that found nothing, and what that means
    skipped: tuple[Row, ...]  # checks that could not judge, and why
    checklist: tuple[Todo, ...]
    first_steps: tuple[Todo, ...]  # what to do now: at most three of the checklist
    all_steps: str  # the words of the link to all of them
    sources: tuple[Source, ...]  # of the checklist, by their keys
    about: tuple[FactText, ...]  # what else the log tells, never a reason for the verdict
    views: tuple[ViewText, ...]  # what the log holds beside its curves
    issues: tuple[IssueText, ...]
    config: tuple[Row, ...]  # hyper-parameters, secrets masked
    command: str  # makes this report again
    made_by: str
    superseded: str  # "" unless points were logged again after a restart


def in_every_language(diagnosis: Diagnosis, lang: str) -> list[Report]:
    """Return the reports in all languages, the reader's first. Raises ConfigError."""
    return [build_report(diagnosis, language) for language in languages_from(lang)]


def build_report(diagnosis: Diagnosis, lang: str = "en", *, output: str = "report.html") -> Report:
    """Return the report of a diagnosis; its last lines say how to make it again as ``output``.

    Raises ConfigError if the language is unknown.
    """
    text = words(lang)
    run = diagnosis.run
    explained = by_status(diagnosis, "explained")
    todos = checklist(diagnosis, text)
    charts = report_charts(diagnosis, text, counted=is_counted(run))
    drawn = {"lr", *(chart.metric for stack in charts for chart in stack)}
    pictures, count = gallery(run, drawn, text)
    settings = sorted(secrets.config(run.config).items())
    action, sentence = action_sentence(diagnosis, text), verdict_sentence(diagnosis, text)
    return Report(
        lang=lang,
        key=_key(diagnosis),
        run=run.name,
        verdict=tone(diagnosis),
        verdict_name=verdict_name(diagnosis, text),
        badge=badge(diagnosis, text),
        action=action,
        sentence=sentence,
        subtitle="" if _says(action, sentence) else sentence,
        sure=_sure(diagnosis, text),
        checks_line=checks_line(diagnosis, text),
        first_facts=first_facts(diagnosis, text),
        facts=facts(diagnosis, text),
        charts=charts,
        constant_rate=constant_rate(run, text),
        gallery=pictures,
        gallery_title=_gallery_title(count, text),
        thinned=any(len(series) > MOST_BINS for series in run.series),
        findings=finding_texts(diagnosis, text),
        explained=tuple(_explained(check, text) for check in explained),
        clear=_clear(diagnosis, text),
        skipped=skipped_rows(diagnosis, text),
        checklist=todos,
        first_steps=first_steps(todos),
        all_steps=text.ui("all_steps", count=len(todos)),
        sources=_sources(todos, text),
        about=fact_texts(diagnosis, text),
        views=view_texts(diagnosis, text),
        issues=tuple(IssueText(issue.severity, text.issue(issue)) for issue in diagnosis.issues),
        config=tuple(Row(name, _setting(value)) for name, value in settings),
        command=_command(diagnosis, lang, output),
        made_by=_made_by(diagnosis, text),
        superseded=_superseded(diagnosis, text),
    )


def _says(headline: str, sentence: str) -> bool:
    """Return whether a headline contains a sentence."""
    return sentence.rstrip(".").casefold() in headline.casefold()


def title(detector: str, text: Words) -> str:
    """Return the title of a detector."""
    return text.detector(detector).title


def _sources(todos: Sequence[Todo], text: Words) -> tuple[Source, ...]:
    links = text.of("_terms")["source_links"]
    titles = {todo.source_key: todo.source for todo in todos if todo.source}
    return tuple(Source(key, titles[key], links.get(key, "")) for key in sorted(titles))


def _gallery_title(count: int, text: Words) -> str:
    if count > MOST_PICTURES:
        return text.ui("gallery_cut", count=count, most=MOST_PICTURES)
    return text.ui("gallery", count=count)


def _sure(diagnosis: Diagnosis, text: Words) -> Sure | None:
    """Return how sure the deciding finding is, None without a calibrated confidence."""
    finding = diagnosis.deciding_finding
    if finding is None or finding.confidence is None:
        return None
    return Sure(text.confidence(finding.confidence), min(99, round(100 * finding.confidence)))


def _key(diagnosis: Diagnosis) -> str:
    """Return the key of a page's ticked boxes: pages opened from a disk share one store."""
    return diagnosis.once(("key",), lambda: _new_key(diagnosis))


def _new_key(diagnosis: Diagnosis) -> str:
    todos = [todo.text for todo in checklist(diagnosis, words("en"))]
    content = json.dumps([diagnosis.data, todos], sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _explained(check: CheckResult, text: Words) -> Row:
    own = title(check.detector, text)
    by = _uncapitalized(title(check.explained_by or "", text))
    return Row(own, text.ui("explained_by", title=own, by=by))


def _clear(diagnosis: Diagnosis, text: Words) -> tuple[Row, ...]:
    checks = by_status(diagnosis, "clear")
    return tuple(
        Row(title(check.detector, text), text.about(check.detector, "clear", check.thresholds))
        for check in checks
    )


def skipped_rows(diagnosis: Diagnosis, text: Words) -> tuple[Row, ...]:
    """Return each reason for which checks could not judge, after the titles of these checks."""
    titles: dict[str, list[str]] = {}
    for check in by_status(diagnosis, "skipped", "error"):
        titles.setdefault(text.check_reason(check), []).append(title(check.detector, text))
    rows = []
    for why, (first, *others) in titles.items():
        rows.append(Row(", ".join([first, *map(_uncapitalized, others)]), why))
    return tuple(rows)


def _uncapitalized(name: str) -> str:
    """Return a title as it is written inside a sentence."""
    return name[:1].lower() + name[1:]


def _setting(value: Any) -> str:
    if (
        isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE
    ):  # formats without whole numbers: 32.0
        value = int(value)
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return cut_end(value, _LONGEST_SETTING)


def _command(diagnosis: Diagnosis, lang: str, output: str) -> str:
    run = diagnosis.run
    path = run.meta.path or run.name
    if path.startswith("-"):  # else it would be read as an option
        path = f"./{path}"
    command = ["analyzer", "report", path, "-o", output]
    if not run.meta.alone:
        command += ["--run", run.name]
    if lang != "en":
        command += ["--lang", lang]
    return shlex.join(command)


def _made_by(diagnosis: Diagnosis, text: Words) -> str:
    files = diagnosis.run.meta.files
    named = ", ".join(files[:_MOST_FILES])
    if len(files) > _MOST_FILES:
        named += "…"
    return text.ui("made_by", version=__version__, files=named)


def _superseded(diagnosis: Diagnosis, text: Words) -> str:
    again = {id(marks): int(marks.sum()) for marks in diagnosis.run.distinct("superseded")}
    count = sum(again[id(series.superseded)] for series in diagnosis.run.series)
    return text.ui("restarted", count=count) if count else ""
