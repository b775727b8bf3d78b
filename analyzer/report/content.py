"""What a report says, in words and numbers, before anything decides what it looks like."""

from __future__ import annotations

import hashlib
import json
import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from analyzer.charts.build import build_charts
from analyzer.charts.labels import cut_end
from analyzer.charts.packed import MOST_BINS
from analyzer.charts.spec import Chart
from analyzer.model.diagnosis import Best, CheckResult, Diagnosis, Finding
from analyzer.report.about import FactText, fact_texts
from analyzer.report.checklist import Todo, checklist
from analyzer.report.measured import causes_sentence
from analyzer.report.viewed import ViewText, view_texts
from analyzer.safe import secrets
from analyzer.text import Words, is_counted, languages_from, words
from analyzer.version import __version__

_LONGEST_SETTING = 200  # characters of a hyper-parameter's value
_MOST_FILES = 4  # named as what a report was made from


class Row(NamedTuple):
    """A line of a list: its subject and its text."""

    label: str
    value: str


class GlanceRow(NamedTuple):
    """A fact at a glance; ``aside`` is what stands beside it in grey, if anything."""

    label: str
    value: str
    aside: str = ""

    @property
    def line(self) -> str:
        """The value, and what stands beside it, as one text."""
        return f"{self.value}; {self.aside}" if self.aside else self.value


class IssueText(NamedTuple):
    """A problem of the log in words."""

    severity: str
    text: str


@dataclass(frozen=True)
class FindingText:
    """One finding in words."""

    title: str  # of its detector
    severity: str  # the key, for colours
    severity_name: str
    confidence: str  # "" if the detector has no calibrated one
    summary: str  # what was measured, with the numbers
    why: str  # why it matters
    how: str  # how it was computed
    causes: str  # what was wrong in measured runs with this finding; "" if not known
    evidence: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Report:
    """Everything a reader gets about one run, in one language."""

    lang: str
    key: str  # tells diagnoses apart, whatever the language
    run: str  # its name
    verdict: str  # the key, for colours
    verdict_name: str
    sentence: str  # the verdict in one sentence
    checks_line: str  # how many checks ran and fired
    facts: tuple[GlanceRow, ...]  # five, to see at a glance
    charts: tuple[tuple[Chart, ...], ...]  # stacks of charts that stand above each other
    thinned: bool  # curves longer than their drawing
    findings: tuple[FindingText, ...]
    explained: tuple[str, ...]  # findings that another one makes redundant, a sentence each
    clear: tuple[Row, ...]  # checks that found nothing, and what that means
    skipped: tuple[Row, ...]  # checks that could not judge, and why
    checklist: tuple[Todo, ...]
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
    charts = build_charts(diagnosis, text, counted=is_counted(run))
    explained = _by_status(diagnosis, "explained")
    settings = sorted(secrets.config(run.config).items())
    return Report(
        lang=lang,
        key=_key(diagnosis),
        run=run.name,
        verdict=diagnosis.verdict,
        verdict_name=text.verdict(diagnosis.verdict),
        sentence=verdict_sentence(diagnosis, text),
        checks_line=_checks_line(diagnosis, text),
        facts=facts(diagnosis, text),
        charts=tuple(charts),
        thinned=any(len(series) > MOST_BINS for series in run.series),
        findings=tuple(_finding(finding, diagnosis, text) for finding in diagnosis.findings),
        explained=tuple(_explained(check, text) for check in explained),
        clear=_clear(diagnosis, text),
        skipped=skipped_rows(diagnosis, text),
        checklist=checklist(diagnosis, text),
        about=fact_texts(diagnosis, text),
        views=view_texts(diagnosis, text),
        issues=tuple(IssueText(issue.severity, text.issue(issue)) for issue in diagnosis.issues),
        config=tuple(Row(name, _setting(value)) for name, value in settings),
        command=_command(diagnosis, lang, output),
        made_by=_made_by(diagnosis, text),
        superseded=_superseded(diagnosis, text),
    )


def title(detector: str, text: Words) -> str:
    """Return the title of a detector."""
    return text.detector(detector).title


def verdict_sentence(diagnosis: Diagnosis, text: Words) -> str:
    """Return the verdict with its onset, in one sentence."""
    for finding in diagnosis.findings:
        if finding.severity != "info":
            return text.finding(finding, "headline", diagnosis.run)
    reason = diagnosis.inconclusive_reason
    if reason is not None and reason.key == "ends_worse":
        step, epoch = reason.values["step"], reason.values["epoch"]
        place = text.place(step, epoch, counted=is_counted(diagnosis.run))
        return text.ui(reason.key, change=text.percent(reason.values["change"]), place=place)
    if reason is not None and reason.key == "cut_short":
        return text.ui(f"{reason.key}_{reason.values['unit']}", **reason.values)
    if reason is not None and reason.key in ("generalization_open", "reward_open"):
        (check,) = (
            check for check in diagnosis.checks if check.detector == reason.values["detector"]
        )
        return text.ui(reason.key, reason=text.check_reason(check))
    key = diagnosis.verdict
    if diagnosis.findings and key == "healthy":
        key = "notes_only"
    skipped = len(_by_status(diagnosis, "skipped", "error"))
    return text.ui(
        key,
        total=len(diagnosis.checks),
        ran=len(diagnosis.checks) - skipped,
        clear=len(_by_status(diagnosis, "clear")),
        skipped=skipped,
        notes=len(diagnosis.findings),
    )


def facts(diagnosis: Diagnosis, text: Words) -> tuple[GlanceRow, ...]:
    """Return the five facts at a glance, and the size of the validation set if it is known."""
    best, run = diagnosis.best, diagnosis.run
    after, gap = diagnosis.facts.get("after_best"), diagnosis.facts.get("train_val_gap")
    values = dict.fromkeys(("best", "final", "after", "gap"), text.ui("unknown"))
    label, aside = text.metric("loss", alone=True), ""
    if best:
        label = text.metric(best.metric, best.split, alone=True)
        values["best"], aside = _best(diagnosis, best, text)
    if after:
        values["final"] = _final(after["final"], after["change"], text)
        key = "fact_after_value" if after["seconds"] is None else "fact_after_time"
        values["after"] = text.ui(key, share=text.percent(after["share"]), spent=after["seconds"])
    if gap:
        shown = {name: text.number(gap[name]) for name in ("at_best", "at_end", "low", "high")}
        key = "fact_gap_value" if gap["low"] is None else "fact_gap_interval"
        values["gap"] = text.ui(key, **shown)
    files = len(run.meta.files)
    if trend := diagnosis.facts.get("reward_trend"):
        del values["gap"]  # an agent has no validation set
        levels = {name: text.number(trend[name]) for name in ("start", "best", "end")}
        values["reward"] = text.ui(f"reward_{trend['trend']}", **levels)
    size = diagnosis.facts.get("validation_set")
    if size and size["examples"] is not None:
        values["set"] = text.ui("fact_set_value", examples=size["examples"])
    values["points"] = text.ui("fact_points_value", points=run.points, files=files)
    return tuple(
        GlanceRow(text.ui(f"fact_{key}", label=label), value, aside if key == "best" else "")
        for key, value in values.items()
    )


def _best(diagnosis: Diagnosis, best: Best, text: Words) -> tuple[str, str]:
    """Return the level at the best and, beside it, the best point; one of them if they agree."""
    place = text.place(best.step, best.epoch, counted=is_counted(diagnosis.run))
    point, level = text.number(best.value), diagnosis.facts.get("best_level")
    if level is None or level["low"] is None or text.number(level["value"]) == point:
        return text.ui("fact_best_value", value=point, place=place), ""
    shown = {name: text.number(level[name]) for name in ("value", "low", "high")}
    return (
        text.ui("fact_level_value", **shown),
        text.ui("fact_level_point", value=point, place=place),
    )


def _final(final: float, change: float | None, text: Words) -> str:
    """Return the last value, and how far it is from the best if that is a number."""
    value = text.number(final)
    if change is None or not math.isfinite(change):
        return value
    return text.ui("fact_final_value", final=value, change=text.percent(change, signed=True))


def _key(diagnosis: Diagnosis) -> str:
    """Return the key of a page's ticked boxes: pages opened from a disk share one store."""
    return diagnosis.once(("key",), lambda: _new_key(diagnosis))


def _new_key(diagnosis: Diagnosis) -> str:
    todos = [todo.text for todo in checklist(diagnosis, words("en"))]
    content = json.dumps([diagnosis.data, todos], sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _by_status(diagnosis: Diagnosis, *statuses: str) -> Sequence[CheckResult]:
    return [check for check in diagnosis.checks if check.status in statuses]


def _checks_line(diagnosis: Diagnosis, text: Words) -> str:
    skipped = len(_by_status(diagnosis, "skipped", "error"))
    fired = len(_by_status(diagnosis, "found", "explained"))
    return text.ui("checks_line", total=len(diagnosis.checks), fired=fired, skipped=skipped)


def _finding(finding: Finding, diagnosis: Diagnosis, text: Words) -> FindingText:
    own = text.detector(finding.detector)
    values = text.finding_values(finding, diagnosis.run)
    evidence = [Row(label, value) for label, value in text.evidence(finding, diagnosis.run)]
    why = own.of_finding("why", finding.tags)
    return FindingText(
        title=own.title,
        severity=finding.severity,
        severity_name=text.severity(finding.severity),
        confidence=text.confidence(finding.confidence),
        summary=text.finding(finding, "summary", diagnosis.run),
        why=text.fill_or(why, why, values, finding.detector),
        how=text.about(finding.detector, "how", finding.thresholds),
        causes=causes_sentence(finding.advice.causes, text),
        evidence=tuple(evidence),
    )


def _explained(check: CheckResult, text: Words) -> str:
    by = _uncapitalized(title(check.explained_by or "", text))
    return text.ui("explained_by", title=title(check.detector, text), by=by)


def _clear(diagnosis: Diagnosis, text: Words) -> tuple[Row, ...]:
    checks = _by_status(diagnosis, "clear")
    return tuple(
        Row(title(check.detector, text), text.about(check.detector, "clear", check.thresholds))
        for check in checks
    )


def skipped_rows(diagnosis: Diagnosis, text: Words) -> tuple[Row, ...]:
    """Return each reason for which checks could not judge, after the titles of these checks."""
    titles: dict[str, list[str]] = {}
    for check in _by_status(diagnosis, "skipped", "error"):
        titles.setdefault(text.check_reason(check), []).append(title(check.detector, text))
    rows = []
    for why, (first, *others) in titles.items():
        rows.append(Row(", ".join([first, *map(_uncapitalized, others)]), why))
    return tuple(rows)


def _uncapitalized(name: str) -> str:
    """Return a title as it is written inside a sentence."""
    return name[:1].lower() + name[1:]


def _setting(value: Any) -> str:
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
