"""The report in a terminal: plain lines, no colour."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from analyzer.comparing.gate import Outcome
from analyzer.model.diagnosis import SEVERITIES, Diagnosis, Finding
from analyzer.report.content import checklist, facts, title, verdict_sentence
from analyzer.report.sparkline import sparklines
from analyzer.safe.names import visible
from analyzer.text import Words, is_counted, words

WIDTH = 92
LINES = 30


def check_line(diagnosis: Diagnosis, lang: str, fail_on: str) -> str:
    """Return one line: name, verdict, onset, findings at or above ``fail_on``."""
    text = words(lang)
    parts = [text.verdict(diagnosis.verdict)]
    deciding = next((finding for finding in diagnosis.findings if finding.severity != "info"), None)
    if deciding is not None and deciding.onset is not None:
        onset, counted = deciding.onset, is_counted(diagnosis.run)
        place = text.place(onset.step, onset.epoch, counted=counted, alone=True)
        parts.append(f"{place} ({text.interval(onset)})")
    shown = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    found = [finding for finding in diagnosis.findings if finding.severity in shown]
    if found:
        parts.append(
            "; ".join(
                f"{text.severity(item.severity)}: {title(item.detector, text)}" for item in found
            )
        )
    return visible(f"{diagnosis.run.name}: {', '.join(parts)}")


def outcome_line(outcome: Outcome, lang: str) -> str:
    """Return one line on a requirement: what it asks, whether it is met, what the value is."""
    text = words(lang)
    said = text.of("_ui")["gate"][outcome.status]
    return visible(
        f"  {text.requirement(outcome.name)}: {said}; {text.outcome(outcome.key, outcome.values)}"
    )


def render_terminal(diagnosis: Diagnosis, lang: str, *, written: str = "") -> str:
    """Return the report of one run as at most 30 lines of at most 92 columns; ``written`` is a path to name at the end.

    What does not fit is cut from the checklist first, then from the findings, and a line says how much.
    """
    text = words(lang)
    ui = text.of("_ui")
    head = [
        f"{diagnosis.run.name}: {text.verdict(diagnosis.verdict)}",
        verdict_sentence(diagnosis, text),
    ]
    found = [
        f"- {_heading(finding, text)}: {text.finding(finding, 'summary', diagnosis.run)}"
        for finding in diagnosis.findings
    ]
    skipped = [
        f"- {title(check.detector, text)}: {text.check_reason(check)}"
        for check in diagnosis.checks
        if check.status in ("skipped", "error")
    ]
    lost = [text.issue(issue) for issue in diagnosis.issues]
    tail = [text.ui("written", path=written)] if written else []
    fixed = [
        *_wrap(head),
        "",
        *_columns(facts(diagnosis, text)),
        "",
        *sparklines(diagnosis, text, WIDTH),
    ]
    room = LINES - len(fixed) - len(tail) - 1
    parts = [
        _section(ui["findings"], found, 8, text),
        _section(ui["skipped"], skipped, 5, text),
        _section(ui["issues"], lost, 4, text),
    ]
    room -= sum(map(len, parts))
    parts.append(
        _section(
            ui["checklist"], [f"[ ] {item.text}" for item in checklist(diagnosis, text)], room, text
        )
    )
    return "\n".join([*fixed, *(line for part in parts for line in part), *tail])


def _heading(finding: Finding, text: Words) -> str:
    """Return the severity of a finding, and how sure it is."""
    sure = text.confidence(finding.confidence)
    return f"{text.severity(finding.severity)}, {sure}" if sure else text.severity(finding.severity)


def _section(heading: str, items: Sequence[str], most: int, text: Words) -> list[str]:
    """Return a heading and its items in at most ``most`` lines, with a line for those left out; none where empty."""
    if not items or most < 3:
        return []
    lines = ["", heading]
    for index, item in enumerate(items):
        part = _wrap([item])
        last = index == len(items) - 1
        if len(lines) + len(part) > most - (0 if last else 1):
            return [*lines, text.ui("more", count=text.integer(len(items) - index))]
        lines += part
    return lines


def _columns(rows: Sequence[tuple[str, str]]) -> list[str]:
    width = max(len(label) for label, _ in rows)
    return [visible(f"{label:<{width}}  {said}")[:WIDTH] for label, said in rows]


def _wrap(lines: Sequence[str]) -> list[str]:
    return [part for line in lines for part in _wrapped(visible(line))]


def _wrapped(line: str) -> list[str]:
    indent = "    " if line.startswith("[ ]") else ("  " if line.startswith("- ") else "")
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
