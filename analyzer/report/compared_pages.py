"""A comparison as a page in both languages, as Markdown, and as text for a terminal."""

from __future__ import annotations

import hashlib

from analyzer.comparing.comparison import Comparison
from analyzer.report.bilingual import laid_over
from analyzer.report.charted import render_charted
from analyzer.report.compared import Compared, build_compared
from analyzer.report.markdown import plain
from analyzer.report.templates import template
from analyzer.safe.names import visible
from analyzer.text import languages_from, words

_MOST_CHANGED = 6  # settings on a line


def render_compared_html(comparison: Comparison, lang: str) -> str:
    """Return the comparison as a page in both languages. Raises ConfigError."""
    every = [build_compared(comparison, language) for language in languages_from(lang)]
    langs = [compared.lang for compared in every]
    names = [name for name in Compared.__dataclass_fields__ if name != "charts"]
    texts = [words(language) for language in langs]
    sentences = [text.sentences("_compare") for text in texts]
    parts = [{name: getattr(compared, name) for name in names} for compared in every]
    return render_charted(
        "compare.html.j2",
        {compared.lang: compared.title for compared in every},
        {compared.lang: compared.charts for compared in every},
        _key(comparison),
        {
            "it": {name: laid_over(langs, [part[name] for part in parts]) for name in names},
            "answers": every[0].answers,
            "compare": laid_over(langs, sentences),
            "nothing_changed": laid_over(
                langs, [_nothing_changed(comparison, language) for language in langs]
            ),
        },
    )


def render_compared_markdown(comparison: Comparison, lang: str) -> str:
    """Return the comparison as Markdown. Raises ConfigError."""
    return template("compare.md.j2", plain).render(
        it=build_compared(comparison, lang),
        compare=words(lang).of("_compare"),
        nothing_changed=_nothing_changed(comparison, lang),
    )


def render_compared_terminal(comparison: Comparison, lang: str, *, empty: str = "") -> str:
    """Return the comparison as a few lines: what is better, what was changed, the table.

    ``empty`` stands in the cells of the table that have no value.
    """
    compared = build_compared(comparison, lang)
    table = [[visible(cell) or empty for cell in row] for row in (compared.head, *compared.rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [*compared.sentences, *compared.warnings]
    if compared.command:
        lines.append(f"{compared.command_label}: {compared.command}")
    lines.append("")
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    lines += _changed_lines(compared, lang)
    if compared.importances:
        lines += ["", compared.importances_said]
        lines += ["  ".join(row) for row in (compared.importance_head, *compared.importances)]
    lines += ["", compared.correlations_said]
    lines += ["  ".join(row) for row in compared.correlations]
    return "\n".join(map(visible, lines))


def _changed_lines(compared: Compared, lang: str) -> list[str]:
    """Return a line for each side that says what it changed, unless its name says so already."""
    what = words(lang).of("_compare")["changed"]
    lines = []
    for name, rows in compared.changed:
        told = [f"{key} {old} → {new}" for key, old, new in rows if f"{key}=" not in name]
        if told:
            more = " ..." if len(told) > _MOST_CHANGED else ""
            lines.append(f"{what} ({name}): {', '.join(told[:_MOST_CHANGED])}{more}")
    return ["", *lines] if lines else []


def _key(comparison: Comparison) -> str:
    """Return the key by which a page remembers what its reader chose."""
    values = repr([(side.name, side.values) for side in comparison.sides])
    return hashlib.sha256(values.encode("utf-8", "replace")).hexdigest()[:16]


def _nothing_changed(comparison: Comparison, lang: str) -> str:
    base = comparison.sides[comparison.baseline].name
    text = words(lang)
    return text.fill(text.of("_compare")["nothing_changed"], {"base": base})
