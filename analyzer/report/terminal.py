"""The report in a terminal: plain lines, to which the command line adds colour."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from analyzer.comparing.gate import NOT_JUDGED, Outcome
from analyzer.model.diagnosis import SEVERITIES, Diagnosis, Finding
from analyzer.model.issues import LogIssue
from analyzer.report.about import fact_texts
from analyzer.report.checklist import checklist
from analyzer.report.content import skipped_rows, title
from analyzer.report.findings import alike_line
from analyzer.report.glance import GlanceRow, facts
from analyzer.report.headline import badge, verdict_name, verdict_sentence
from analyzer.report.measured import causes_sentence
from analyzer.report.sparkline import sparklines
from analyzer.report.viewed import view_lines
from analyzer.safe.names import visible
from analyzer.text import Words, is_counted, words

WIDTH = 92
LINES = 30
_NARROW = 60  # columns
_MOST_FINDINGS, _MOST_SKIPPED = 8, 5  # lines of a section, its heading included
_MOST_ISSUES = 3  # of what the log lost, one of each kind first; the others are counted
_LINES_OF_ISSUE = (3, 2, 1)  # the most that fit are taken
_FIRST_STEPS = 3  # steps of the checklist that are always there
_USUAL_CHECKLIST = 10  # lines that the facts leave to the checklist, if it has as many
_MOST_VIEWS = 7  # lines on what else the log holds
_STEPS_BESIDE_VIEWS = 8  # lines of the checklist that the views leave
_SOME_FACTS = 5  # lines: with fewer, no fact is shown
_NARROWEST = 20  # columns of a value: the name of a metric may be as long as a line
_FEWEST = 3  # lines of a section: a blank line, its heading, and one item or how many there are
_ISSUES = ("error", "warning", "info")  # the severities of log issues, worst first
_COUNTED = 2  # lines of a section that is only counted: a blank line and its heading


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
    interval = text.interval(onset)
    return f"{place[:-1]}; {interval})" if place.endswith(")") else f"{place} ({interval})"


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
    """Return the report of one run in about 30 lines of at most ``width`` columns.

    Below 60 columns there are more lines, for as many letters.

    What does not fit is cut, and a line says how much is missing. What the log lost and the first
    three steps of the checklist are always there, if need be in a few lines more; everything else
    makes room for them. ``written`` is a path to name at the end.
    """
    text = words(lang)
    ui = text.of("_ui")
    name = f"{diagnosis.run.name}: {badge(diagnosis, text)}"
    lines = [
        *_wrap([name, verdict_sentence(diagnosis, text)], width),
        "",
        *_columns(facts(diagnosis, text), width),
        "",
        *sparklines(diagnosis, text, width),
    ]
    tail = [text.ui("written", path=written)] if written else []
    room = max(LINES, LINES * _NARROW // width) - 1 - len(lines) - len(tail)
    todos = [f"[ ] {item.text} {item.brief}".rstrip() for item in checklist(diagnosis, text)]
    first = len(_first(ui["checklist"], todos, _FIRST_STEPS, text, width))
    skipped = [f"- {row.label}: {row.value}" for row in skipped_rows(diagnosis, text)]
    for with_causes in (True, False):
        found = _findings(diagnosis, text, with_causes=with_causes)
        shown = _section(ui["findings"], found, _MOST_FINDINGS, text, width)
        left = room - len(shown) - _COUNTED * bool(skipped)
        issues = _issues(diagnosis, text, width, left - first)
        if left - len(issues) >= min(first, _USUAL_CHECKLIST):
            break
    room -= len(shown) + len(issues)
    not_judged = _counted_at_least(ui["skipped"], skipped, room - first, text, width)
    lines += [*shown, *not_judged, *issues]
    room -= len(not_judged)
    needed = max(first, len(_section(ui["checklist"], todos, _USUAL_CHECKLIST, text, width)))
    views = [f"- {line}" for line in view_lines(diagnosis, text)]
    view_room = min(_MOST_VIEWS, room - min(needed, max(first, _STEPS_BESIDE_VIEWS)))
    shown = _section(ui["views"], views, view_room, text, width)
    lines += shown
    room -= len(shown)
    if room - needed >= _SOME_FACTS:
        about = [f"- {fact.title}: {fact.sentences[0]}" for fact in fact_texts(diagnosis, text)]
        shown = _section(ui["about"], about, room - needed, text, width)
        lines += shown
        room -= len(shown)
    lines += _section(ui["checklist"], todos, max(room, first), text, width)
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


def _first(heading: str, items: Sequence[str], count: int, text: Words, width: int) -> list[str]:
    """Return the section of the first items, and a line that counts the others."""
    lines = ["", heading, *_wrap(items[:count], width)]
    if len(items) > count:
        lines += _wrap([text.ui("more", count=text.integer(len(items) - count))], width)
    return lines


def _counted_at_least(
    heading: str, items: Sequence[str], room: int, text: Words, width: int
) -> list[str]:
    """Return a section in the room that is left; without any, its heading says how long it is."""
    if not items:
        return []
    lines = _section(heading, items, min(_MOST_SKIPPED, room), text, width)
    if lines:
        return lines
    return ["", *_wrap([f"{heading}: {text.ui('none_shown', count=len(items))}"], width)]


def _issues(diagnosis: Diagnosis, text: Words, width: int, room: int) -> list[str]:
    """Return the section of what the log lost, each in as many lines as there is room for.

    Errors come first, then one warning of each kind. Of what was lost, up to three issues have a
    line each, whatever the room, and the others are counted; a single one is never cut to a line.
    """
    ranked = _ranked(diagnosis.issues)
    lost = sum(issue.severity != "info" for issue in ranked)
    least = min(lost, _MOST_ISSUES)
    worded = [text.issue(issue) for issue in ranked]
    if not least:
        return _counted_at_least(text.of("_ui")["issues"], worded, room, text, width)
    for most in _LINES_OF_ISSUE:
        cut = []
        for line in worded[:least]:
            cut += _cut(line, width, most)
        lines = ["", text.of("_ui")["issues"], *cut]
        if len(worded) > least:
            lines += _wrap([text.ui("more", count=text.integer(len(worded) - least))], width)
        if len(lines) <= room or most * least <= _MOST_ISSUES:
            break
    return lines


def _ranked(issues: Sequence[LogIssue]) -> list[LogIssue]:
    """Return issues with errors first, remarks last, and one of each kind before its likes."""
    seen: dict[tuple[str, str], int] = {}
    places = []
    for at, issue in enumerate(issues):
        kind = (issue.severity, issue.key)
        seen[kind] = seen.get(kind, -1) + 1
        places.append((_ISSUES.index(issue.severity), seen[kind], at))
    return [issues[at] for *_, at in sorted(places)]


def _cut(item: str, width: int, most: int) -> list[str]:
    """Return an item in at most ``most`` lines, the last of which ends in a mark if it is cut."""
    return textwrap.wrap(
        visible(item), width, max_lines=most, placeholder=" …", break_on_hyphens=False
    )


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
