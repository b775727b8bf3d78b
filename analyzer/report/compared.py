"""A comparison in words and charts: what the page, the Markdown and the terminal say of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from analyzer.charts.overlay import MOST_DRAWN, overlay
from analyzer.charts.spec import Chart
from analyzer.comparison import BASELINE, SWEEP, Comparison, Side
from analyzer.model import VERDICTS
from analyzer.report.bilingual import laid_over
from analyzer.report.charted import render_charted
from analyzer.report.markdown import plain
from analyzer.report.templates import template
from analyzer.text import Words, is_counted, languages_from, words
from analyzer.visible import visible

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
    charts: tuple[tuple[Chart, ...], ...]
    not_drawn: str
    correlations_said: str
    correlation_head: tuple[str, ...]
    correlations: tuple[tuple[str, ...], ...]


def build_compared(comparison: Comparison, lang: str = "en") -> Compared:
    """Return a comparison in words. Raises ConfigError for an unknown language."""
    text = words(lang)
    said = text.of("_compare")
    base = comparison.sides[comparison.baseline]
    others = [one for one in comparison.sides if one.answer != BASELINE]
    label = text.metric(comparison.metric, comparison.split, alone=True)
    drawn = min(len(comparison.sides), MOST_DRAWN)
    heads = ("side", "answer", "runs", "best", "deviation", "difference", "interval", "verdicts")
    counts = {"drawn": text.integer(drawn), "all": text.integer(len(comparison.sides))}
    return Compared(
        lang=lang,
        title=said["title"],
        sentences=tuple(_sentence(one, base, label, text) for one in others),
        warnings=tuple(warning for one in others for warning in _warning(one, base, text)),
        head=tuple(text.fill(said[key], {"base": base.name, "metric": label}) for key in heads),
        rows=tuple(_row(one, text) for one in comparison.sides),
        answers=tuple(one.answer for one in comparison.sides),
        changed_head=(said["setting"], said["base"], said["here"]),
        changed=tuple((one.name, _changed(one)) for one in others),
        charts=_charts(comparison, text),
        not_drawn=text.fill(said["not_drawn"], counts) if drawn < len(comparison.sides) else "",
        correlations_said=_correlations_said(comparison, text),
        correlation_head=(said["setting"], said["rho"], said["chance"]),
        correlations=tuple(
            (one.setting, text.number(one.rho), _chance(one.chance, text)) for one in comparison.correlations
        ),
    )


def _sentence(side: Side, base: Side, label: str, text: Words) -> str:
    said = text.of("_compare")
    found = side.difference
    values = {"name": side.name, "base": base.name, "metric": label}
    if found is None:
        return text.fill(said["sentence_missing"], values)
    values["difference"] = _signed(found.value, text)
    if found.low is None or found.high is None:
        return text.fill(said["sentence_single"], values)
    interval = {"low": _signed(found.low, text), "high": _signed(found.high, text)}
    return text.fill(said[f"sentence_{side.answer}"], {**values, **interval})


def _warning(side: Side, base: Side, text: Words) -> list[str]:
    said = text.of("_compare")
    if len(side.changed) > 1:
        keys = ", ".join(key for key, _, _ in side.changed[:6]) + (" …" if len(side.changed) > 6 else "")
        return [f"{side.name}: {text.fill(said['several_changed'], {'base': base.name, 'keys': keys})}"]
    return []


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
        "" if found is None else _signed(found.value, text),
        f"{_signed(found.low, text)} … {_signed(found.high, text)}" if found and interval else "",
        ", ".join(text.verdict(one) + (f" {text.integer(count[one])}" if len(side.members) > 1 else "")
                  for one in VERDICTS if count[one]),
    )  # fmt: skip


def _changed(side: Side) -> tuple[tuple[str, str, str], ...]:
    return tuple((key, _plain(old), _plain(new)) for key, old, new in side.changed)


def _chance(chance: float, text: Words) -> str:
    return text.percent(chance) if chance >= _RARE else f"< {text.percent(_RARE)}"


def _signed(value: float | None, text: Words) -> str:
    return ("+" if value is not None and value > 0 else "") + text.number(value)


def _plain(value: object) -> str:
    return "–" if value is None else str(value)


def _correlations_said(comparison: Comparison, text: Words) -> str:
    said = text.of("_compare")
    runs = sum(len(side.known) for side in comparison.sides)
    if runs <= SWEEP:
        return text.fill(said["too_few"], {"needed": text.integer(SWEEP), "runs": text.integer(runs)})
    if not comparison.correlations:
        return str(said["none_found"])
    return text.fill(said["correlations_why"], {"runs": text.integer(runs)})


def _charts(comparison: Comparison, text: Words) -> tuple[tuple[Chart, ...], ...]:
    """Return the compared metric, held-out and training, with the first run of each side on one axis."""
    runs = [(side.name, comparison.diagnoses[side.members[0]].run) for side in comparison.sides]
    counted = all(is_counted(run) for _, run in runs)
    splits = dict.fromkeys((comparison.split, "train" if comparison.split != "train" else "val"))
    charts = [overlay(runs, comparison.metric, split, text, counted=counted) for split in splits]
    return tuple((chart,) for chart in charts if chart is not None)


def render_compared_html(comparison: Comparison, lang: str) -> str:
    """Return the comparison as a page in both languages. Raises ConfigError."""
    every = [build_compared(comparison, one) for one in languages_from(lang)]
    langs = [one.lang for one in every]
    base = comparison.sides[comparison.baseline].name
    names = [name for name in Compared.__dataclass_fields__ if name != "charts"]
    key = hashlib.sha256(repr([(side.name, side.values) for side in comparison.sides]).encode("utf-8", "replace"))
    nothing = [words(one).fill(words(one).of("_compare")["nothing_changed"], {"base": base}) for one in langs]
    return render_charted(
        "compare.html.j2",
        {one.lang: one.title for one in every},
        {one.lang: one.charts for one in every},
        key.hexdigest()[:16],
        {
            "it": {name: laid_over(langs, [getattr(one, name) for one in every]) for name in names},
            "answers": every[0].answers,
            "compare": laid_over(langs, [words(one).sentences("_compare") for one in langs]),
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
    table = [it.head, *it.rows]
    widths = [max(len(row[at]) for row in table) for at in range(len(it.head))]
    rows = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    lines = [*it.sentences, *it.warnings, "", *rows, "", it.correlations_said]
    lines += ["  ".join(row) for row in it.correlations]
    return "\n".join(map(visible, lines))
