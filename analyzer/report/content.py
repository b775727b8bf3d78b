"""What a report says, in words and numbers, before anyone has decided what it looks like."""

from __future__ import annotations

import hashlib
import json
import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.charts.build import build_charts
from analyzer.charts.spec import Chart
from analyzer.engine import ends_worse
from analyzer.model.diagnosis import CheckResult, Diagnosis, Finding
from analyzer.safe import secrets
from analyzer.text import Words, is_counted, languages_from, words
from analyzer.version import __version__


@dataclass(frozen=True)
class FindingText:
    """One finding in words; ``evidence`` is (label, value)."""

    title: str
    severity: str
    severity_name: str
    confidence: str
    summary: str
    why: str
    how: str
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Todo:
    """One item of the checklist and the source it rests on."""

    text: str
    source_key: str
    source: str


@dataclass(frozen=True, eq=False)
class Report:
    """Everything a reader gets about one run, in one language. ``key`` tells diagnoses apart, whatever the language."""

    lang: str
    key: str
    run: str
    verdict: str
    verdict_name: str
    sentence: str
    checks_line: str
    facts: tuple[tuple[str, str], ...]
    charts: tuple[tuple[Chart, ...], ...]
    thinned: bool
    findings: tuple[FindingText, ...]
    explained: tuple[str, ...]
    clear: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]
    checklist: tuple[Todo, ...]
    issues: tuple[tuple[str, str], ...]
    config: tuple[tuple[str, str], ...]
    command: str
    made_by: str
    superseded: str


def in_every_language(diagnosis: Diagnosis, lang: str) -> list[Report]:
    """Return the reports of a diagnosis in all languages, that of the reader first. Raises ConfigError."""
    return [build_report(diagnosis, language) for language in languages_from(lang)]


def build_report(diagnosis: Diagnosis, lang: str = "en", *, output: str = "report.html") -> Report:
    """Return the report of a diagnosis; its last lines say how to make it as ``output``.

    Raises ConfigError for an unknown language.
    """
    text = words(lang)
    run = diagnosis.run
    counted = is_counted(run)
    superseded = sum(int(series.superseded.sum()) for series in run.series)
    files = run.meta.files
    return Report(
        lang=lang,
        key=_key(diagnosis),
        run=run.name,
        verdict=diagnosis.verdict,
        verdict_name=text.verdict(diagnosis.verdict),
        sentence=verdict_sentence(diagnosis, text),
        checks_line=_checks_line(diagnosis, text),
        facts=facts(diagnosis, text),
        charts=tuple(build_charts(diagnosis, text, counted=counted)),
        thinned=any(len(series) > 1000 for series in run.series),
        findings=tuple(_finding(finding, diagnosis, text) for finding in diagnosis.findings),
        explained=tuple(
            _explained(check, text) for check in diagnosis.checks if check.status == "explained"
        ),
        clear=tuple(
            (title(check.detector, text), text.detector(check.detector).clear)
            for check in _by(diagnosis, "clear")
        ),
        skipped=tuple(
            (title(check.detector, text), text.check_reason(check))
            for check in _by(diagnosis, "skipped", "error")
        ),
        checklist=checklist(diagnosis, text),
        issues=tuple((issue.severity, text.issue(issue)) for issue in diagnosis.issues),
        config=tuple(
            (key, _setting(value)) for key, value in sorted(secrets.config(run.config).items())
        ),
        command=_command(diagnosis, lang, output),
        made_by=text.ui(
            "made_by", version=__version__, files=", ".join(files[:4]) + ("…" if files[4:] else "")
        ),
        superseded=text.ui("restarted", count=superseded) if superseded else "",
    )


def title(detector: str, text: Words) -> str:
    """Return the title of a detector."""
    return text.detector(detector).title


def verdict_sentence(diagnosis: Diagnosis, text: Words) -> str:
    """Return the verdict with its onset, in one sentence."""
    deciding = [finding for finding in diagnosis.findings if finding.severity != "info"]
    if deciding:
        return text.finding(deciding[0], "headline", diagnosis.run)
    best, after = diagnosis.best, diagnosis.facts.get("after_best")
    if diagnosis.verdict == "inconclusive" and best and after and ends_worse(best, after):
        place = text.place(best.step, best.epoch, counted=is_counted(diagnosis.run))
        return text.ui("ends_worse", change=text.percent(after["level_change"]), place=place)
    key = (
        "notes_only" if diagnosis.findings and diagnosis.verdict == "healthy" else diagnosis.verdict
    )
    counts = {
        "total": len(diagnosis.checks),
        "clear": len(_by(diagnosis, "clear")),
        "skipped": len(_by(diagnosis, "skipped", "error")),
        "notes": len(diagnosis.findings),
    }
    counts["ran"] = counts["total"] - counts["skipped"]
    return text.ui(key, **counts)


def facts(diagnosis: Diagnosis, text: Words) -> tuple[tuple[str, str], ...]:
    """Return the five facts at a glance as (label, value)."""
    best, run = diagnosis.best, diagnosis.run
    after, gap = diagnosis.facts.get("after_best"), diagnosis.facts.get("train_val_gap")
    unknown = text.ui("unknown")
    label = text.metric(best.metric if best else "loss", best.split if best else "", alone=True)
    said = dict.fromkeys(("best", "final", "after", "gap"), unknown)
    if best:
        place = text.place(best.step, best.epoch, counted=is_counted(run))
        said["best"] = text.ui("fact_best_value", value=text.number(best.value), place=place)
    if after:
        said["final"] = text.number(after["final"])
        if after["change"] is not None and math.isfinite(after["change"]):
            change = text.percent(after["change"], signed=True)
            said["final"] = text.ui("fact_final_value", final=said["final"], change=change)
        said["after"] = text.ui("fact_after_value", share=text.percent(after["share"]))
    if gap:
        at_best, at_end = text.number(gap["at_best"]), text.number(gap["at_end"])
        said["gap"] = text.ui("fact_gap_value", at_best=at_best, at_end=at_end)
        if gap["low"] is not None:
            low, high = text.number(gap["low"]), text.number(gap["high"])
            said["gap"] = text.ui(
                "fact_gap_interval", at_best=at_best, at_end=at_end, low=low, high=high
            )
    files = len(run.meta.files)
    said["points"] = text.ui("fact_points_value", points=run.points, files=files)
    return tuple((text.ui(f"fact_{key}", label=label), value) for key, value in said.items())


def checklist(diagnosis: Diagnosis, text: Words) -> tuple[Todo, ...]:
    """Return what to do next: the items of every finding, worst finding first, no sentence twice.

    English decides which sentences are the same, so that the list is as long in every language.
    """
    todos: dict[str, Todo] = {}
    sources, english = text.of("_terms")["sources"], words("en")
    for finding in diagnosis.findings:
        values, same = (
            language.finding_values(finding, diagnosis.run) for language in (text, english)
        )
        name = finding.detector
        items = zip(text.detector(name).checklist, english.detector(name).checklist, strict=True)
        for item, original in items:
            if item.when in ("", *finding.tags):
                action = text.fill_or(item.text, item.text, values, name)
                source = sources.get(item.source, item.source)
                key = english.fill_or(original.text, original.text, same, name)
                todos.setdefault(key, Todo(action, item.source, source))
    if all(
        finding.severity == "info" for finding in diagnosis.findings
    ):  # notes do not make a run a bad baseline
        key = (
            "inconclusive"
            if diagnosis.verdict != "healthy"
            else "notes"
            if diagnosis.findings
            else "healthy"
        )
        todos = {key: Todo(text.ui(f"checklist_{key}"), "S1", sources["S1"]), **todos}
    if any(issue.severity == "warning" for issue in diagnosis.issues):
        todos["issues"] = Todo(text.ui("checklist_issues"), "", "")
    return tuple(todos.values())


def _key(diagnosis: Diagnosis) -> str:
    """Return what a page remembers its ticked boxes by: pages opened from a disk share one store."""
    said = json.dumps(
        [diagnosis.to_dict(), [todo.text for todo in checklist(diagnosis, words("en"))]],
        sort_keys=True,
    )
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _by(diagnosis: Diagnosis, *statuses: str) -> Sequence[CheckResult]:
    return [check for check in diagnosis.checks if check.status in statuses]


def _checks_line(diagnosis: Diagnosis, text: Words) -> str:
    skipped = len(_by(diagnosis, "skipped", "error"))
    fired = len(_by(diagnosis, "found", "explained"))
    return text.ui("checks_line", total=len(diagnosis.checks), fired=fired, skipped=skipped)


def _finding(finding: Finding, diagnosis: Diagnosis, text: Words) -> FindingText:
    own = text.detector(finding.detector)
    values = text.finding_values(finding, diagnosis.run)
    return FindingText(
        title=own.title,
        severity=finding.severity,
        severity_name=text.severity(finding.severity),
        confidence=text.confidence(finding.confidence),
        summary=text.finding(finding, "summary", diagnosis.run),
        why=text.fill_or(own.why, own.why, values, finding.detector),
        how=own.how,
        evidence=text.evidence(finding, diagnosis.run),
    )


def _explained(check: CheckResult, text: Words) -> str:
    by = title(check.explained_by or "", text)
    return text.ui("explained_by", title=title(check.detector, text), by=by[:1].lower() + by[1:])


def _setting(value: Any) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 200 else shown[:199] + "…"


def _command(diagnosis: Diagnosis, lang: str, output: str) -> str:
    run = diagnosis.run
    path = run.meta.path or run.name
    path = f"./{path}" if path.startswith("-") else path  # else it would be read as an option
    words_ = ["analyzer", "report", path, "-o", output]
    if not run.meta.alone:
        words_ += ["--run", run.name]
    if lang != "en":
        words_ += ["--lang", lang]
    return shlex.join(words_)
