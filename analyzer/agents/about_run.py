"""One run for an agent: the diagnosis, a line of a list, and where a word occurs in it."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.agents.budget import HEADING
from analyzer.agents.marking import MarkedWords, mark_odd
from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.model.run import Run
from analyzer.model.settings import walk
from analyzer.report.about import fact_texts
from analyzer.report.checklist import checklist
from analyzer.report.content import skipped_rows, title
from analyzer.report.glance import facts
from analyzer.report.headline import action_sentence, verdict_name, verdict_sentence
from analyzer.report.measured import causes_sentence
from analyzer.safe import secrets
from analyzer.safe.names import without_end
from analyzer.text import is_counted

_LONGEST_VALUE = 80  # characters of a setting
_CURVES = 10  # in a line


def diagnosis_lines(diagnosis: Diagnosis, text: MarkedWords) -> tuple[str, ...]:
    """Return a diagnosis as lines, what matters most first; parts begin with a heading."""
    run, own = diagnosis.run, text.of("_agents")
    lines = [
        f"{run.name}: {diagnosis.verdict} ({verdict_name(diagnosis, text)})",
        verdict_sentence(diagnosis, text),
        action_sentence(diagnosis, text),
    ]
    lines += [f"{row.label}: {row.line}" for row in facts(diagnosis, text)]
    parts = {
        text.ui("findings"): [_finding(finding, diagnosis, text) for finding in diagnosis.findings],
        text.ui("checklist"): [todo.line for todo in checklist(diagnosis, text)],
        text.ui("issues"): [text.issue(issue) for issue in diagnosis.issues],
        own["checks"]: list(_checks(diagnosis, text)),
        own["settings"]: list(settings_of(run)),
        own["curves"]: list(_curve_lines(run)),
        text.ui("about"): [
            f"{fact.title}: {' '.join(fact.sentences)}" for fact in fact_texts(diagnosis, text)
        ],
    }
    for heading, items in parts.items():
        if items:
            lines += [f"{HEADING}{heading}", *(f"- {item}" for item in items)]
    return tuple(line for line in dict.fromkeys(lines) if line)


def _finding(finding: Finding, diagnosis: Diagnosis, text: MarkedWords) -> str:
    """Return a finding: its check, severity and confidence, what was measured, likely causes."""
    sure = text.confidence(finding.confidence)
    head = ", ".join(filter(None, (finding.detector, text.severity(finding.severity), sure)))
    summary = text.finding(finding, "summary", diagnosis.run)
    onset = finding.onset
    where = ""
    if onset is not None:
        place = text.place(onset.step, onset.epoch, counted=is_counted(diagnosis.run), alone=True)
        where = f" [{place}; {text.interval(onset)}]"
    causes = causes_sentence(finding.advice.causes, text)
    return f"{head}{where}: {summary} {causes}".rstrip()


def _checks(diagnosis: Diagnosis, text: MarkedWords) -> Iterator[str]:
    """Yield the outcome of the checks that found nothing to act on."""
    own = text.of("_agents")
    clear = [check.detector for check in diagnosis.checks if check.status == "clear"]
    if clear:
        yield f"{own['clear']}: {', '.join(clear)}"
    for check in diagnosis.checks:
        if check.status == "explained" and check.explained_by:
            yield f"{check.detector}: {own['explained']} {check.explained_by}"
    for row in skipped_rows(diagnosis, text):
        yield f"{row.label}: {row.value}"


def settings_of(run: Run) -> Iterator[str]:
    """Yield the settings of a run as "key=value", secrets as ***."""
    for setting in walk(secrets.config(run.config)):
        if not isinstance(setting.value, dict):
            value = without_end(str(setting.value), _LONGEST_VALUE)
            yield f"{mark_odd(setting.key)}={mark_odd(value)}"


def _curve_lines(run: Run) -> Iterator[str]:
    """Yield the curves of a run, a few in a line: a page may end between two lines."""
    names = curves_of(run).split(", ")
    for at in range(0, len(names), _CURVES):
        yield ", ".join(names[at : at + _CURVES])


def curves_of(run: Run) -> str:
    """Return the curves of a run as "val/loss (40)", the points in brackets, each name once."""
    points: dict[str, int] = {}
    for series in run.series:
        name = f"{series.split}/{series.metric}" if series.split else series.metric
        points[name] = max(len(series), points.get(name, 0))
    return ", ".join(f"{mark_odd(name)} ({count})" for name, count in points.items())


def list_line(diagnosis: Diagnosis, text: MarkedWords) -> str:
    """Return one line on a run: its name, verdict, onset, best value and size."""
    parts = [diagnosis.verdict]
    finding = diagnosis.deciding_finding
    if finding is not None:
        parts[0] += f" ({_place_of(finding, diagnosis, text) or title(finding.detector, text)})"
    best = diagnosis.best
    if best is not None:
        label = text.metric(best.metric, best.split, alone=True)
        place = text.place(best.step, best.epoch, counted=is_counted(diagnosis.run))
        parts.append(
            text.fill(
                text.of("_agents")["best"],
                {"label": label, "value": text.number(best.value), "place": place},
            )
        )
    parts.append(text.fill(text.of("_agents")["points"], {"count": diagnosis.run.points}))
    return f"{diagnosis.run.name}: {'; '.join(parts)}"


def _place_of(finding: Finding, diagnosis: Diagnosis, text: MarkedWords) -> str:
    """Return the check and the onset of a finding, "" if it has none."""
    if finding.onset is None:
        return ""
    onset, counted = finding.onset, is_counted(diagnosis.run)
    place = text.place(onset.step, onset.epoch, counted=counted, alone=True)
    return f"{title(finding.detector, text)}, {place}"


def matches(diagnosis: Diagnosis, query: str, text: MarkedWords) -> list[str]:
    """Return the texts of a run in which words occur; [] unless each word occurs in one.

    Looked through are its name, verdict, findings with what they measured, settings, curves, files
    and log issues.
    """
    found: list[str] = []
    texts = list(_searched(diagnosis, text))
    for word in query.casefold().split():
        hits = [line for line in texts if word in line.casefold()]
        if not hits:
            return []
        found += hits[:2]
    return list(dict.fromkeys(found))


def _searched(diagnosis: Diagnosis, text: MarkedWords) -> Iterator[str]:
    run = diagnosis.run
    yield run.name
    yield f"{diagnosis.verdict} ({verdict_name(diagnosis, text)})"
    for finding in diagnosis.findings:
        yield f"{finding.detector} ({title(finding.detector, text)}), {finding.severity}"
        yield text.finding(finding, "summary", diagnosis.run)
    yield from settings_of(run)
    names = dict.fromkeys((f"{series.split}/{series.metric}", series.tag) for series in run.series)
    for name, tag in names:
        yield mark_odd(name) if name.endswith(tag) else f"{mark_odd(name)} ({mark_odd(tag)})"
    for issue in diagnosis.issues:
        yield text.issue(issue)
    yield run.meta.format
    yield from map(mark_odd, run.meta.files)
