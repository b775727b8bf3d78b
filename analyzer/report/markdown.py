"""The report as Markdown, to paste into a pull request or a note; names from a log are text, whatever they hold."""

from __future__ import annotations

import re

from analyzer.report.content import Report
from analyzer.report.templates import template
from analyzer.safe.names import visible
from analyzer.text import words

_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&])")
# A joiner breaks what GitHub would make a link of: before the sign of an address (browsers drop one behind it), and
# inside a mention, a reference, a picture, a commit.
_BEFORE = re.compile(r"(?<=www)\.|://", re.IGNORECASE)
_AFTER = re.compile(
    r"@(?=\w)|#(?=\d)|\bgh-(?=\d)|:(?=[\w+-]+:)|\b(?=\d*[a-f])[0-9a-f](?=[0-9a-f]{6,39}\b)",
    re.IGNORECASE,
)
_START = re.compile(
    r"^(?:([#+-]{1,6}|=+|-+)(?=\s|$)|(\d{1,9})([.)])(?=\s|$))"
)  # a heading, a list, a rule
_JOINER = "\N{WORD JOINER}"  # no width


def render_markdown(report: Report) -> str:
    """Return the report in the words of its language, without its charts."""
    return template("report.md.j2", plain).render(report=report, ui=words(report.lang).of("_ui"))


def plain(text: str) -> str:
    """Return text that GitHub's Markdown shows as it is: no markup, no mention, no link, no issue closed."""
    broken = _AFTER.sub(rf"\g<0>{_JOINER}", _BEFORE.sub(rf"{_JOINER}\g<0>", visible(text).lstrip()))
    return _START.sub(_escaped, _MARKUP.sub(r"\\\1", broken))


def _escaped(start: re.Match[str]) -> str:
    return f"\\{start[1]}" if start[1] else f"{start[2]}\\{start[3]}"
