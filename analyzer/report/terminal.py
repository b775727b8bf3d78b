"""The report in a terminal: plain lines, no colour."""

from __future__ import annotations

import textwrap

from analyzer.model import SEVERITIES, Diagnosis
from analyzer.report.content import checklist, facts, title, verdict_sentence
from analyzer.text import is_counted, words

WIDTH = 92


def check_line(diagnosis: Diagnosis, lang: str, fail_on: str) -> str:
    """Return one line: name, verdict, onset, findings at or above ``fail_on``."""
    text = words(lang)
    parts = [text.verdict(diagnosis.verdict)]
    deciding = next((one for one in diagnosis.findings if one.severity != "info"), None)
    if deciding is not None and deciding.onset is not None:
        place = text.place(deciding.onset.step, deciding.onset.epoch, counted=is_counted(diagnosis.run))
        parts.append(f"{place} ({text.interval(deciding.onset)})")
    shown = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    found = [one for one in diagnosis.findings if one.severity in shown]
    if found:
        parts.append("; ".join(f"{text.severity(one.severity)}: {title(one.detector, text)}" for one in found))
    return visible(f"{diagnosis.run.name}: {', '.join(parts)}")


def render_terminal(diagnosis: Diagnosis, lang: str) -> str:
    """Return the report of one run as lines of at most 92 columns."""
    text = words(lang)
    ui = text.of("_ui")
    lines = [f"{diagnosis.run.name}: {text.verdict(diagnosis.verdict)}", verdict_sentence(diagnosis, text), ""]
    facts_ = facts(diagnosis, text)
    width = max(len(label) for label, _ in facts_)
    lines += [f"{label:<{width}}  {said}" for label, said in facts_]
    if diagnosis.findings:
        lines += ["", ui["findings"]]
        for one in diagnosis.findings:
            lines.append(f"- {text.severity(one.severity)}: {text.finding(one, 'summary', diagnosis.run)}")
    skipped = [one for one in diagnosis.checks if one.status in ("skipped", "error")]
    if skipped:
        lines += ["", ui["skipped"], *(f"- {title(one.detector, text)}: {text.check_reason(one)}" for one in skipped)]
    lines += ["", ui["checklist"], *(f"[ ] {item.text}" for item in checklist(diagnosis, text))]
    lines += [text.issue(one) for one in diagnosis.issues]
    return "\n".join(part for line in lines for part in _wrapped(visible(line)))


def visible(line: str) -> str:
    """Return a line with its control characters shown instead of sent to the terminal."""
    return "".join(chr(0x2400 + ord(one)) if ord(one) < 32 else ("␡" if 127 <= ord(one) < 160 else one) for one in line)


def _wrapped(line: str) -> list[str]:
    indent = "    " if line.startswith("[ ]") else ("  " if line.startswith("- ") else "")
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
