"""The report as Markdown, to paste into a pull request or a note.

Names from a log stay text, whatever is in them.
"""

from __future__ import annotations

import re

from analyzer.report.content import Report
from analyzer.report.templates import template
from analyzer.safe.names import visible
from analyzer.text import words

MARKDOWN = "report.md.j2"
_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&])")
# A joiner breaks what GitHub would turn into a link: it goes before the sign of an address, since
# browsers drop one behind it, and inside a mention, a reference, an emoji, a commit,
# a command to the workflow that prints the text.
_BEFORE = re.compile(r"(?<=www)\.|://", re.IGNORECASE)
_AFTER = re.compile(
    r"@(?=\w)|#(?=\d)|^:(?=:)|\bgh-(?=\d)|:(?=[\w+-]+:)|\b(?=\d*[a-f])[0-9a-f](?=[0-9a-f]{6,39}\b)",
    re.IGNORECASE,
)
# A heading, a list or a rule at the start of a line.
_START = re.compile(r"^(?:([#+-]{1,6}|=+|-+)(?=\s|$)|(\d{1,9})([.)])(?=\s|$))")
_JOINER = "\N{WORD JOINER}"  # has no width


def render_markdown(report: Report) -> str:
    """Return the report in the words of its language, without its charts."""
    return template(MARKDOWN, plain).render(report=report, ui=words(report.lang).of("_ui"))


def plain(text: str) -> str:
    """Return text that GitHub shows as it is: no markup, mention or link, and no issue closed."""
    broken = _BEFORE.sub(rf"{_JOINER}\g<0>", visible(text).lstrip())
    broken = _AFTER.sub(rf"\g<0>{_JOINER}", broken)
    return _START.sub(_escaped, _MARKUP.sub(r"\\\1", broken))


def _escaped(start: re.Match[str]) -> str:
    sign, number, stop = start.groups()
    return f"\\{sign}" if sign else f"{number}\\{stop}"
