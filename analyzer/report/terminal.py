"""The report in a terminal: plain lines, to which the command line adds colour."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from analyzer.comparing.gate import NOT_JUDGED, Outcome
from analyzer.model.diagnosis import SEVERITIES, Diagnosis, Finding
from analyzer.report.about import fact_texts
from analyzer.report.checklist import checklist
from analyzer.report.content import skipped_rows, title
from analyzer.report.findings import alike_line
from analyzer.report.glance import GlanceRow, facts
from analyzer.report.headline import verdict_name, verdict_sentence
from analyzer.report.measured import causes_sentence
from analyzer.report.sparkline import sparklines
from analyzer.report.viewed import view_lines
from analyzer.safe.names import visible
from analyzer.text import Words, is_counted, words

WIDTH = 92
LINES = 30
_NARROW = 60  # columns
_MOST_FINDINGS, _MOST_SKIPPED, _MOST_ISSUES = 8, 5, 4  # lines of a section, its heading included
_CHECKLIST = 6  # lines: with fewer the other lists only say how long they are
_USUAL_CHECKLIST = 10  # lines that the facts leave to the checklist, if it has as many
_MOST_VIEWS = 7  # lines on what else the log holds
_FIRST_STEPS = 8  # lines of the checklist that the views leave
_SOME_FACTS = 5  # lines: with fewer, no fact is shown
_NARROWEST = 20  # columns of a value: the name of a metric may be as long as a line
_FEWEST = 3  # lines of a section: a blank line, its heading, and one item or how many there are


def check_line(diagnosis: Diagnosis, lang: str, fail_on: str) -> str:
    """Return one line: name, verdict, onset, findings at or above ``fail_on``."""
    text = words(lang)
    parts = [verdict_name(diagnosis, text)]
    onset = _deciding_onset(diagnosis, text)
    if onset:
        parts.append(onset)
    named = []
    for finding, *_ in diagnosis.alike:
        if finding.severity in _severities_from(fail_on):
            named.append(f"{text.severity(finding.severity)}: {title(finding.detector, text)}")
    if named:
        parts.append("; ".join(named))
    return visible(f"{diagnosis.run.name}: {', '.join(parts)}")


def _deciding_onset(diagnosis: Diagnosis, text: Words) -> str:
    """Return the onset of the finding that decided the verdict, "" if it has none."""
    finding = diagnosis.deciding_finding
    if finding is None or finding.onset is None:
        return ""
    onset, counted = finding.onset, is_counted(diagnosis.run)
    place = text.place(onset.step, onset.epoch, counted=counted, alone=True)
    return f"{place} ({text.interval(onset)})"


def _severities_from(fail_on: str) -> Sequence[str]:
    """Return the severities at or above a limit."""
    if fail_on == "never":
        return ()
    return SEVERITIES[: SEVERITIES.index(fail_on) + 1]


def outcome_line(outcome: Outcome, lang: str) -> str:
    """Return one line on a requirement: its text, whether it is met, and the value."""
    text = words(lang)
    status = text.of("_ui")["gate"][outcome.status]
    value = text.outcome(outcome.key, outcome.values)
    mark = ":" if outcome.status == NOT_JUDGED else ";"
    return visible(f"  {text.requirement(outcome.name)}: {status}{mark} {value}")


def render_terminal(
    diagnosis: Diagnosis, lang: str, *, written: str = "", width: int = WIDTH
) -> str:
    """Return the report of one run in at most 30 lines of at most ``width`` columns.

    Below 60 columns there are more lines, for as many letters.

    What does not fit is cut, and a line says how much is missing; what could not be judged and the
    log issues make room for the first items of the checklist. ``written`` is a path to name at the
    end.
    """
    text = words(lang)
    ui = text.of("_ui")
    name = f"{diagnosis.run.name}: {verdict_name(diagnosis, text)}"
    lines = [
        *_wrap([name, verdict_sentence(diagnosis, text)], width),
        "",
        *_columns(facts(diagnosis, text), width),
        "",
        *sparklines(diagnosis, text, width),
    ]
    tail = [text.ui("written", path=written)] if written else []
    most_lines = max(LINES, LINES * _NARROW // width)
    issues = [text.issue(issue) for issue in diagnosis.issues]
    todos = [f"[ ] {item.text} {item.brief}".rstrip() for item in checklist(diagnosis, text)]
    skipped = [f"- {row.label}: {row.value}" for row in skipped_rows(diagnosis, text)]
    taken = len(lines) + len(tail) + _FEWEST * (bool(skipped) + bool(issues))
    for with_causes in (True, False):
        found = _findings(diagnosis, text, with_causes=with_causes)
        shown = _section(ui["findings"], found, _MOST_FINDINGS, text, width)
        if most_lines - 1 - taken - len(shown) >= _USUAL_CHECKLIST:
            break
    lines += shown
    room = most_lines - 1 - len(lines) - len(tail)
    for most in ((_MOST_SKIPPED, _MOST_ISSUES), (_FEWEST, _FEWEST)):
        notes = _section(ui["skipped"], skipped, most[0], text, width)
        notes += _section(ui["issues"], issues, most[1], text, width)
        if room - len(notes) >= _CHECKLIST:
            break
    lines += notes
    about = [f"- {fact.title}: {fact.sentences[0]}" for fact in fact_texts(diagnosis, text)]
    room -= len(notes)
    needed = len(_section(ui["checklist"], todos, _USUAL_CHECKLIST, text, width))
    views = [f"- {line}" for line in view_lines(diagnosis, text)]
    view_room = min(_MOST_VIEWS, room - min(needed, _FIRST_STEPS))
    shown = _section(ui["views"], views, view_room, text, width)
    lines += shown
    room -= len(shown)
    if room - needed >= _SOME_FACTS:
        lines += _section(ui["about"], about, room - needed, text, width)
    room = most_lines - 1 - len(lines) - len(tail)
    lines += _section(ui["checklist"], todos, room, text, width)
    return "\n".join([*lines, *tail])


def _findings(diagnosis: Diagnosis, text: Words, *, with_causes: bool) -> list[str]:
    """Return the findings; possible causes give way to the checklist, and stand in the pages."""
    items = []
    for group in diagnosis.alike:
        finding = group[0]
        summary = text.finding(finding, "summary", diagnosis.run)
        others = alike_line(group, diagnosis, text)
        causes = causes_sentence(finding.advice.causes, text) if with_causes else ""
        said = " ".join(filter(None, (summary, others, causes)))
        items.append(f"- {_heading(finding, text)}: {said}")
    return items


def _heading(finding: Finding, text: Words) -> str:
    """Return the severity of a finding, and its confidence if it has one."""
    parts = [text.severity(finding.severity), text.confidence(finding.confidence)]
    return ", ".join(filter(None, parts))


def _section(heading: str, items: Sequence[str], most: int, text: Words, width: int) -> list[str]:
    """Return a heading and its items in at most ``most`` lines, the last for those left out.

    An empty section, or one without room for an item, has no lines.
    """
    if not items or most < _FEWEST:
        return []
    lines = ["", heading]
    for index, item in enumerate(items):
        part = _wrap([item], width)
        left = len(items) - index
        room = most if left == 1 else most - 1  # the last line counts those left out
        if len(lines) + len(part) > room:
            if index == 0:
                return [*lines, *_wrap([text.ui("none_shown", count=left)], width)]
            return [*lines, *_wrap([text.ui("more", count=text.integer(left))], width)]
        lines += part
    return lines


def _columns(rows: Sequence[GlanceRow], columns: int) -> list[str]:
    """Return facts in two columns; a value that is too long goes on in a second line."""
    width = max(len(row.label) for row in rows)
    room = max(_NARROWEST, columns - width - 2)
    lines = []
    for row in rows:
        label = row.label
        for part in textwrap.wrap(
            visible(row.line), room, max_lines=2, placeholder=" …", break_on_hyphens=False
        ):
            lines.append(visible(f"{label:<{width}}  {part}")[:columns])
            label = ""
    return lines


def _wrap(items: Sequence[str], width: int) -> list[str]:
    """Return items as lines that fit, the further lines of a list item indented."""
    lines = []
    for item in items:
        lines += textwrap.wrap(
            visible(item), width, subsequent_indent=_indent(item), break_on_hyphens=False
        ) or [""]
    return lines


def _indent(item: str) -> str:
    if item.startswith("[ ]"):
        return "    "
    if item.startswith("- "):
        return "  "
    return ""
