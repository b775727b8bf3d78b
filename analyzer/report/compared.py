"""A comparison in words and charts: what the page, the Markdown and the terminal say of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.charts.overlay import MOST_DRAWN, overlay
from analyzer.charts.spec import Chart
from analyzer.comparing.comparison import BASELINE, BETTER, WORSE, Comparison, Side
from analyzer.comparing.settings import alike
from analyzer.comparing.sweep import SWEEP
from analyzer.engine import known_verdicts
from analyzer.measures.scale import on_one_scale
from analyzer.report.bilingual import laid_over
from analyzer.report.charted import render_charted
from analyzer.report.markdown import plain
from analyzer.report.templates import template
from analyzer.safe.names import visible
from analyzer.text import PRECISIONS, Words, is_counted, languages_from, words

_COPIES, _KEYS = 5, 6  # that are named
_EACH = 4  # sides that get a sentence and a table each: of more it is said once
_MANY = 5  # answers at 95 %: in one of four such sets at least one is luck
_COLUMNS = 8  # settings beside a side: more do not fit
_RARE = 0.001  # a probability below this is said to be smaller, and never 0


@dataclass(frozen=True, eq=False)
class Compared:
    """Everything a reader gets about a comparison, in one language; rows are texts."""

    lang: str
    title: str
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    answers: tuple[str, ...]
    changed_head: tuple[str, ...]
    changed: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    settings_head: tuple[str, ...]
    settings: tuple[tuple[str, ...], ...]
    settings_said: str
    charts: tuple[tuple[Chart, ...], ...]
    not_drawn: str
    correlations_said: str
    correlation_head: tuple[str, ...]
    correlations: tuple[tuple[str, ...], ...]


def build_compared(comparison: Comparison, lang: str = "en") -> Compared:
    """Return a comparison in words. Raises ConfigError for an unknown language."""
    text = words(lang)
    sentences = text.of("_compare")
    base = comparison.sides[comparison.baseline]
    others = [side for side in comparison.sides if side.answer != BASELINE]
    label = text.metric(comparison.metric, comparison.split, alone=True)
    heads = ("side", "answer", "runs", "best", "deviation", "difference", "interval", "verdicts")
    return Compared(
        lang=lang,
        title=sentences["title"],
        sentences=_sentences(others, base, label, text),
        warnings=(
            *_copied(comparison, text),
            *_many(others, text),
            *_confounded(others, base, text),
        ),
        head=tuple(
            text.fill(sentences[key], {"base": base.name, "metric": label}) for key in heads
        ),
        rows=tuple(_row(side, text) for side in comparison.sides),
        answers=tuple(side.answer for side in comparison.sides),
        changed_head=(sentences["setting"], sentences["base"], sentences["here"]),
        changed=tuple(
            (other.name, _changed(other, text)) for other in others if len(others) <= _EACH
        ),
        **_settings(comparison, others, text),
        charts=_charts(comparison, text),
        not_drawn=_not_drawn(comparison, text),
        correlations_said=_correlations_said(comparison, text),
        correlation_head=(sentences["setting"], sentences["rho"], sentences["chance"]),
        correlations=tuple(
            (correlation.setting, text.number(correlation.rho), _chance(correlation.chance, text))
            for correlation in comparison.correlations
        ),
    )


def _sentences(others: Sequence[Side], base: Side, label: str, text: Words) -> tuple[str, ...]:
    """Return a sentence for each side, and one for all single runs where they are a sweep."""
    alone = [
        other
        for other in others
        if other.difference is not None and len(other.known) == len(base.known) == 1
    ]
    if len(alone) <= _EACH:
        return tuple(answer(other, base, label, text) for other in others)
    values = {"base": base.name, "metric": label, "count": text.integer(len(alone))}
    rest = (answer(other, base, label, text) for other in others if other not in alone)
    return (*rest, text.fill(text.of("_compare")["sentence_sweep"], values))


def answer(side: Side, base: Side, label: str, text: Words, *, against: str = "") -> str:
    """Return what became of a side in one sentence.

    ``against`` is what the baseline is called, else its name.
    """
    sentences = text.of("_compare")
    found = side.difference
    values = {"name": side.name, "base": against or base.name, "metric": label}
    if found is None:
        return text.fill(sentences["sentence_missing"], values)
    values["difference"] = signed(found.value, text)
    if found.low is None or found.high is None:
        key = "sentence_single" if len(side.known) == len(base.known) == 1 else "sentence_alike"
        return text.fill(sentences[key], values)
    how = sentences["how_paired"] if found.paired else ""
    interval = {"low": signed(found.low, text), "high": signed(found.high, text), "how": how}
    return text.fill(sentences[f"sentence_{side.answer}"], {**values, **interval})


def left_out(comparison: Comparison, lang: str) -> list[str]:
    """Return what a drawing of a comparison leaves out, a line each."""
    text = words(lang)
    return [*_copied(comparison, text), *filter(None, [_not_drawn(comparison, text)])]


def _not_drawn(comparison: Comparison, text: Words) -> str:
    if len(comparison.sides) <= MOST_DRAWN:
        return ""
    counts = {"drawn": text.integer(MOST_DRAWN), "all": text.integer(len(comparison.sides))}
    return text.fill(text.of("_compare")["not_drawn"], counts)


def _copied(comparison: Comparison, text: Words) -> list[str]:
    """Return a warning of runs that were left out because they repeat an earlier one."""
    if not comparison.copies:
        return []
    shown = [f"{name} = {first}" for name, first in comparison.copies[:_COPIES]]
    rest = " …" if len(comparison.copies) > _COPIES else ""
    return [text.fill(text.of("_compare")["copied"], {"pairs": ", ".join(shown) + rest})]


def _many(others: Sequence[Side], text: Words) -> list[str]:
    """Return a warning if so many sides are judged that one is likely to differ by chance."""
    clear = any(other.answer in (BETTER, WORSE) for other in others)
    judged = sum(
        other.difference is not None and other.difference.low is not None for other in others
    )
    if not clear or judged < _MANY:
        return []
    return [text.fill(text.of("_compare")["many"], {"count": text.integer(judged)})]


def _confounded(others: Sequence[Side], base: Side, text: Words) -> list[str]:
    """Return a warning for each side in which several settings changed.

    Or one for all sides of a sweep.
    """
    sentences = text.of("_compare")
    found = [other for other in others if len(other.changed) > 1]
    if len(found) > _EACH:
        return [
            text.fill(
                sentences["several_changed_in"],
                {"base": base.name, "count": text.integer(len(found))},
            )
        ]
    return [
        f"{item.name}: "
        f"{text.fill(sentences['several_changed'], {'base': base.name, 'keys': _keys(item)})}"
        for item in found
    ]


def _keys(side: Side) -> str:
    return ", ".join(key for key, _, _ in side.changed[:_KEYS]) + (
        " …" if len(side.changed) > _KEYS else ""
    )


def _row(side: Side, text: Words) -> tuple[str, ...]:
    found = side.difference
    count = Counter(side.verdicts)
    interval = found is not None and found.low is not None and found.high is not None
    return (
        side.name,
        text.of("_compare")["answers"][side.answer],
        text.integer(len(side.members)),
        "" if side.mean is None else text.number(side.mean),
        "" if side.deviation is None else text.number(side.deviation),
        "" if found is None else signed(found.value, text),
        f"{signed(found.low, text)} … {signed(found.high, text)}" if found and interval else "",
        ", ".join(
            text.verdict(verdict)
            + (f" {text.integer(count[verdict])}" if len(side.members) > 1 else "")
            for verdict in known_verdicts()
            if count[verdict]
        ),
    )


def _changed(side: Side, text: Words) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, *_column([old, new], text)) for key, old, new in side.changed)  # type: ignore[misc]


def _settings(comparison: Comparison, others: Sequence[Side], text: Words) -> dict[str, Any]:
    """Return the table of the settings of a sweep, one row per side, or nothing.

    Settings with the fewest values come first.
    """
    sentences = text.of("_compare")
    values: dict[str, set[str]] = {}
    for side in others:
        for key, _, here in side.changed:
            values.setdefault(key, set()).add(alike(here))
    keys = sorted(values, key=lambda key: (len(values[key]), key))[:_COLUMNS]
    if len(others) <= _EACH or not keys:
        return {"settings_head": (), "settings": (), "settings_said": ""}
    sides = [comparison.sides[comparison.baseline], *others]
    columns = [_column([side.settings.get(key) for side in sides], text) for key in keys]
    counts = {"shown": text.integer(len(keys)), "all": text.integer(len(values))}
    return {
        "settings_head": (sentences["side"], *keys),
        "settings": tuple(
            (side.name, *row) for side, row in zip(sides, zip(*columns, strict=True), strict=True)
        ),
        "settings_said": text.fill(sentences["settings_left"], counts)
        if len(keys) < len(values)
        else "",
    }


def _column(values: Sequence[Any], text: Words) -> list[str]:
    """Return settings with as many digits as tell apart all that differ."""
    different = len({alike(value) for value in values})
    for digits in PRECISIONS:
        shown = [_setting(value, text, digits) for value in values]
        if len(set(shown)) == different:
            break
    return shown


def _setting(value: Any, text: Words, digits: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, tuple):  # the runs of a side differ in it
        return str(text.of("_compare")["several"])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return text.number(value, digits)
    return str(value)


def _chance(chance: float, text: Words) -> str:
    return text.percent(chance) if chance >= _RARE else f"< {text.percent(_RARE)}"


def signed(value: float | None, text: Words) -> str:
    """Return a difference with its sign."""
    return ("+" if value is not None and value > 0 else "") + text.number(value)


def _correlations_said(comparison: Comparison, text: Words) -> str:
    sentences = text.of("_compare")
    runs = sum(len(side.known) for side in comparison.sides)
    if runs <= SWEEP:
        return text.fill(
            sentences["too_few"], {"needed": text.integer(SWEEP), "runs": text.integer(runs)}
        )
    if not comparison.correlations:
        return str(sentences["none_found"])
    return text.fill(sentences["correlations_why"], {"runs": text.integer(runs)})


def _charts(comparison: Comparison, text: Words) -> tuple[tuple[Chart, ...], ...]:
    """Return the compared metric with the first run of each side on one axis."""
    scaled = on_one_scale([diagnosis.run for diagnosis in comparison.diagnoses], comparison.metric)
    runs = [
        (side.name, run)
        for side in comparison.sides
        if (run := scaled[side.members[0]]) is not None
    ]
    counted = all(is_counted(run) for _, run in runs)
    splits = dict.fromkeys((comparison.split, "train" if comparison.split != "train" else "val"))
    charts = [overlay(runs, comparison.metric, split, text, counted=counted) for split in splits]
    return tuple((chart,) for chart in charts if chart is not None)


def render_compared_html(comparison: Comparison, lang: str) -> str:
    """Return the comparison as a page in both languages. Raises ConfigError."""
    every = [build_compared(comparison, language) for language in languages_from(lang)]
    langs = [page.lang for page in every]
    base = comparison.sides[comparison.baseline].name
    names = [name for name in Compared.__dataclass_fields__ if name != "charts"]
    key = hashlib.sha256(
        repr([(side.name, side.values) for side in comparison.sides]).encode("utf-8", "replace")
    )
    nothing = [
        words(lang).fill(words(lang).of("_compare")["nothing_changed"], {"base": base})
        for lang in langs
    ]
    return render_charted(
        "compare.html.j2",
        {page.lang: page.title for page in every},
        {page.lang: page.charts for page in every},
        key.hexdigest()[:16],
        {
            "it": {
                name: laid_over(langs, [getattr(page, name) for page in every]) for name in names
            },
            "answers": every[0].answers,
            "compare": laid_over(langs, [words(lang).sentences("_compare") for lang in langs]),
            "nothing_changed": laid_over(langs, nothing),
        },
    )


def render_compared_markdown(comparison: Comparison, lang: str) -> str:
    """Return the comparison as Markdown. Raises ConfigError."""
    text = words(lang)
    base = comparison.sides[comparison.baseline].name
    return template("compare.md.j2", plain).render(
        it=build_compared(comparison, lang),
        compare=text.of("_compare"),
        nothing_changed=text.fill(text.of("_compare")["nothing_changed"], {"base": base}),
    )


def render_compared_terminal(comparison: Comparison, lang: str) -> str:
    """Return the comparison as a few lines: what is better, what was changed, the table."""
    it = build_compared(comparison, lang)
    table = [[visible(cell) for cell in row] for row in (it.head, *it.rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(it.head))]
    rows = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    lines = [*it.sentences, *it.warnings, "", *rows, "", it.correlations_said]
    lines += ["  ".join(row) for row in it.correlations]
    return "\n".join(map(visible, lines))
