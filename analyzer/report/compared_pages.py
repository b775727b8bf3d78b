"""A comparison as a page in both languages, as Markdown, and as text for a terminal."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

from analyzer.comparing.comparison import Comparison
from analyzer.report.bilingual import laid_over
from analyzer.report.charted import render_charted
from analyzer.report.compared import Compared, build_compared
from analyzer.report.compared_tables import HEADS, Row
from analyzer.report.effects_table import aligned
from analyzer.report.markdown import plain
from analyzer.report.templates import template
from analyzer.safe.names import visible, without_middle
from analyzer.text import languages_from, words

_MOST_CHANGED = 6  # settings on a line
_APART = 2  # columns between cells
_SHORTEST, _LONGEST = 16, 48  # columns of the name of a side
_NARROWEST = 12  # columns of other cells: their heads are broken between words
_LEFT_OUT = ("raw", "deviation", "runs", "verdicts", "interval", "difference")  # in this order


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


def render_compared_terminal(
    comparison: Comparison, lang: str, *, empty: str = "", width: int | None = None
) -> str:
    """Return the comparison as a few lines: what is better, what was changed, the table.

    ``empty`` stands in the cells of the table that have no value. In ``width`` columns, lines are
    wrapped, a table has as many of its columns as fit, and long names lose their middle.
    """
    compared = build_compared(comparison, lang)
    told = [*compared.sentences, *compared.warnings]
    if compared.command:
        told.append(f"{compared.command_label}: {compared.command}")
    table = [
        tuple(visible(cell) or empty for cell in row) for row in (compared.head, *compared.rows)
    ]
    lines = [*_wrapped(told, width), "", *aligned(table if width is None else fitted(table, width))]
    lines += _wrapped(_changed_lines(compared, lang), width)
    if compared.importances:
        lines += ["", *_wrapped([compared.importances_said], width)]
        lines += aligned([compared.importance_head, *compared.importances])
    lines += ["", *_wrapped([compared.correlations_said], width)]
    if compared.correlations:
        lines += aligned([compared.correlation_head, *compared.correlations])
    return "\n".join(map(visible, lines))


def fitted(table: Sequence[Row], width: int) -> list[Row]:
    """Return the rows of sides, the head first, with the columns that fit ``width``.

    Empty columns and what says least about which side is better are left out first, and heads
    take several lines.
    Names that would look alike are not cut.
    """
    longest = min(max(len(row[0]) for row in table), _LONGEST)
    filled = [any(column) for column in zip(*table[1:], strict=True)]
    shown = [at for at, is_filled in enumerate(filled) if is_filled]
    for place in map(HEADS.index, _LEFT_OUT):
        if _width_of(table[1:], shown[1:]) <= width - longest:
            break
        shown = [at for at in shown if at != place]
    rows = [tuple(row[at] for at in shown) for row in table]
    room = max(_SHORTEST, width - _width_of(table[1:], shown[1:]))
    names = [without_middle(row[0], room, head=room // 3) for row in rows[1:]]
    if len(set(names)) == len({row[0] for row in rows[1:]}):
        rows[1:] = [(name, *row[1:]) for name, row in zip(names, rows[1:], strict=True)]
    parts = []
    for head, *column in zip(*rows, strict=True):
        widest = max(_NARROWEST, *map(len, column))
        parts.append(textwrap.wrap(head, widest, break_on_hyphens=False))
    heads = list(zip_longest(*(part[::-1] for part in parts), fillvalue=""))
    return [*reversed(heads), *rows[1:]]


def _width_of(rows: Sequence[Row], places: Sequence[int]) -> int:
    """Return the width of columns with what stands before each of them."""
    return sum(max(_NARROWEST, *(len(row[at]) for row in rows)) + _APART for at in places)


def _wrapped(lines: Sequence[str], width: int | None) -> list[str]:
    """Return lines broken between words if there is a ``width``; empty ones stay."""
    if width is None:
        return list(lines)
    broken: list[str] = []
    for line in lines:
        broken += textwrap.wrap(line, width, break_on_hyphens=False) or [""]
    return broken


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
