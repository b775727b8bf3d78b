"""The report as Markdown, to paste into a pull request or a note; names from a log are text, whatever they hold."""

from __future__ import annotations

import re

from analyzer.report.content import Report
from analyzer.report.templates import template
from analyzer.text import words
from analyzer.visible import visible

_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&])")
_LINKS = re.compile(
    r"@(?=\w)|#(?=\d)|://|\bwww\.|\bgh-(?=\d)|:(?=\w+:)", re.IGNORECASE
)  # what GitHub links or replaces
_JOINER = "\N{WORD JOINER}"  # no width, breaks what a site would turn into a link


def render_markdown(report: Report) -> str:
    """Return the report in the words of its language, without its charts."""
    return template("report.md.j2", plain).render(report=report, ui=words(report.lang).of("_ui"))


def plain(text: str) -> str:
    """Return text that GitHub's Markdown shows as it is: no markup, no mention, no link, no issue closed."""
    return _MARKUP.sub(r"\\\1", _LINKS.sub(rf"\g<0>{_JOINER}", visible(text)))
