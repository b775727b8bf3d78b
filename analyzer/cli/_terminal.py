"""The terminal: how wide it is, and the colours of verdicts and severities on it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.model.diagnosis import Diagnosis
    from analyzer.text import Words

_NARROWEST, _WIDEST = 40, 120  # columns: longer lines are hard to read
_COLOURS = {"critical": "red", "warning": "yellow", "info": "cyan", "healthy": "green"}


def width_or(default: int) -> int:
    """Return the columns of the terminal, within reason; in a pipe ``default``."""
    columns = 0
    if sys.stdout.isatty():
        with suppress(ValueError, OSError):
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
    return min(max(columns, _NARROWEST), _WIDEST) if columns else default


def has_colour() -> bool:
    """Say whether stdout is a terminal that shows colours, and nobody asked for none.

    NO_COLOR asks for none (https://no-color.org), else CLICOLOR_FORCE for colours in a pipe too
    (https://bixense.com/clicolors).
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    plain = os.environ.get("TERM") == "dumb" or os.environ.get("CLICOLOR") == "0"
    return sys.stdout.isatty() and not plain


def colours_of(diagnoses: Sequence[Diagnosis], lang: str) -> Mapping[str, str]:
    """Return the colours of words: severities, and verdicts by the worst finding that gave them."""
    if not has_colour():
        return {}
    from analyzer.model.diagnosis import INCONCLUSIVE, SEVERITIES
    from analyzer.report.headline import tone
    from analyzer.text import words

    text = words(lang)
    colours: dict[str, str] = {}
    for diagnosis in diagnoses:
        given = [finding.severity for finding in diagnosis.findings if finding.severity != "info"]
        shown = tone(diagnosis)
        calm = "warning" if shown != diagnosis.verdict and shown != INCONCLUSIVE else shown
        worst = min(given, key=SEVERITIES.index, default=calm)
        if worst in _COLOURS:
            for word in _names(diagnosis, text):
                if colours.get(word) != _COLOURS["critical"]:
                    colours[word] = _COLOURS[worst]
    severities = {text.severity(severity): _COLOURS[severity] for severity in SEVERITIES}
    return colours | severities


def _names(diagnosis: Diagnosis, text: Words) -> set[str]:
    """Return how lines name the verdict of a run: in a report, in a table and with its mark."""
    from analyzer.report.headline import badge, verdict_name
    from analyzer.report.mark import mark, marked_verdict

    marked = marked_verdict(diagnosis.verdict, mark(diagnosis), text)
    return {badge(diagnosis, text), verdict_name(diagnosis, text), marked}


def coloured(line: str, colours: Mapping[str, str]) -> str:
    """Return a line of a report with its verdict or severity in colour.

    That is the word at the end of "NAME: verdict", after a dash, or between the columns of a table.
    """
    import click

    for word, colour in colours.items():
        shown = click.style(word, fg=colour, bold=True)
        if line.endswith(f": {word}"):
            return line.removesuffix(word) + shown
        if line.startswith((f"- {word},", f"- {word}:")):
            return f"- {shown}{line[2 + len(word) :]}"
        if f"  {word}  " in line:
            return line.replace(f"  {word}  ", f"  {shown}  ", 1)
        if f": {word}, " in line:
            return line.replace(f": {word}, ", f": {shown}, ", 1)
    return line
