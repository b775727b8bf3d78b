"""A comparison in words and charts: everything that its page, Markdown and terminal text show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.charts.overlay import MOST_DRAWN, overlay
from analyzer.charts.spec import Chart
from analyzer.comparing.comparison import Comparison
from analyzer.comparing.contrast import BETTER, WORSE, certain_of_single
from analyzer.comparing.sides import BASELINE, Side
from analyzer.comparing.sweep import SWEEP
from analyzer.measures.scale import on_one_scale
from analyzer.report.compared_apart import not_compared, without_other_loss
from analyzer.report.compared_best import best_label, best_said
from analyzer.report.compared_cautions import data_said, failed, one_group, only_seeds_differ
from analyzer.report.compared_ranking import (
    importance_rows,
    importances_said,
    ranked_sentences,
    shown_chance,
    valleys,
)
from analyzer.report.compared_tables import (
    HEADS,
    MOST_SINGLY,
    Row,
    changed_rows,
    heads_of,
    side_row,
    side_verdicts,
    sweep_table,
)
from analyzer.report.compared_title import title
from analyzer.report.differences import contrast_sentence, counted_verdicts
from analyzer.report.single_runs import order_sentences
from analyzer.text import Words, is_counted, words

_COPIES, _KEYS, _NAMED = 5, 6, 8  # that are named
_MANY = 5  # answers at 95 %: in one of four such sets at least one is luck


@dataclass(frozen=True, eq=False)
class Compared:
    """Everything a reader gets about a comparison, in one language; rows are texts."""

    lang: str
    title: str
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]
    command: str  # the best settings as options, empty if nothing is ranked
    command_label: str
    head: Row
    rows: tuple[Row, ...]
    point_column: int  # the column of the best points, which decide nothing
    answers: tuple[str, ...]
    changed_head: Row
    changed: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    settings_head: Row
    settings: tuple[Row, ...]
    settings_said: str
    charts: tuple[tuple[Chart, ...], ...]
    not_drawn: str
    importances_said: str
    importance_head: Row
    importances: tuple[Row, ...]
    correlations_said: str
    correlation_head: Row
    correlations: tuple[Row, ...]


def build_compared(comparison: Comparison, lang: str = "en") -> Compared:
    """Return a comparison in words. Raises ConfigError for an unknown language."""
    text = words(lang)
    sentences = text.of("_compare")
    base = comparison.sides[comparison.baseline]
    others = [side for side in comparison.sides if side.answer != BASELINE]
    label = text.metric(comparison.metric, comparison.split, alone=True)
    sweep = sweep_table(comparison, others, text)
    singly = others if len(others) <= MOST_SINGLY else []
    return Compared(
        lang=lang,
        title=title(comparison, text),
        sentences=(
            _ranked(comparison, label, text)
            if comparison.is_ranked
            else (
                *one_group(comparison, label, text),
                *_sentences(
                    _apart(comparison, others),
                    base,
                    label,
                    text,
                    lower_is_better=comparison.lower_is_better,
                ),
            )
        ),
        warnings=(
            *best_said(comparison, text),
            *_copied(comparison, text),
            *only_seeds_differ(comparison, text),
            *data_said(comparison.run_settings, text),
            *failed(comparison, others, text),
            *not_compared(comparison, label, text),
            *_unstable(comparison.sides, text),
            *(() if comparison.is_ranked else _many(others, text)),
            *(() if comparison.is_ranked else _confounded(others, base, text)),
        ),
        command=comparison.command,
        command_label=best_label(comparison, text),
        head=tuple(
            text.fill(sentences[key], {"base": base.name, "metric": label})
            for key in heads_of(comparison)
        ),
        rows=tuple(
            side_row(
                side,
                side_verdicts(side, comparison.diagnoses, text),
                text,
                is_ranked=comparison.is_ranked,
                lower_is_better=comparison.lower_is_better,
            )
            for side in comparison.sides
        ),
        point_column=HEADS.index("raw"),
        answers=tuple(side.answer for side in comparison.sides),
        changed_head=(sentences["setting"], sentences["base"], sentences["here"]),
        changed=tuple((side.name, changed_rows(side.changed, text)) for side in singly),
        settings_head=sweep.head,
        settings=sweep.rows,
        settings_said=sweep.note,
        charts=_charts(comparison, text),
        not_drawn=_not_drawn(comparison, text),
        importances_said=importances_said(comparison.sides, comparison.importances, text),
        importance_head=tuple(
            sentences[key] for key in ("setting", "importance", "interval", "chance")
        ),
        importances=importance_rows(comparison.importances, text),
        correlations_said=_correlations_said(comparison, text),
        correlation_head=(sentences["setting"], sentences["rho"], sentences["chance"]),
        correlations=tuple(
            (found.setting, text.number(found.rho), shown_chance(found.chance, text))
            for found in comparison.correlations
        ),
    )


def _ranked(comparison: Comparison, label: str, text: Words) -> tuple[str, ...]:
    lower = comparison.lower_is_better
    return ranked_sentences(comparison.sides, label, lower_is_better=lower, text=text)


def _apart(comparison: Comparison, others: Sequence[Side]) -> list[Side]:
    """Return the sides that get a sentence: with the same loss, and with points of their own.

    Of a single run with the points of the baseline, a warning says so.
    """
    base = comparison.sides[comparison.baseline]
    pairs = {frozenset(pair) for pair in (*comparison.copies, *comparison.same_points)}
    first = comparison.diagnoses[base.members[0]].run.name
    found = []
    for side in without_other_loss(comparison, others):
        name = comparison.diagnoses[side.members[0]].run.name
        is_same = len(side.members) == len(base.members) == 1 and {first, name} in pairs
        if not is_same:
            found.append(side)
    return found


def left_out(comparison: Comparison, lang: str) -> list[str]:
    """Return what a drawing of a comparison leaves out, a line each."""
    text = words(lang)
    lines = [*_copied(comparison, text), _not_drawn(comparison, text)]
    return [line for line in lines if line]


def _sentences(
    others: Sequence[Side], base: Side, label: str, text: Words, *, lower_is_better: bool
) -> tuple[str, ...]:
    """Return a sentence for each side; several single runs share one, in the order of levels."""
    single = [side for side in others if side.difference and side.contrast_with(base).is_single]
    if len(single) < 2:
        single = []
    found = [
        contrast_sentence(
            side.contrast_with(base), text, name=side.name, base=base.name, metric=label
        )
        for side in others
        if side not in single
    ]
    if single:
        sign = 1 if lower_is_better else -1
        ranked = sorted([base, *single], key=lambda side: sign * (side.mean or 0.0))
        names = ", ".join(f"{side.name} ({text.number(side.mean)})" for side in ranked[:_NAMED])
        if len(ranked) > _NAMED:
            more = {"count": text.integer(len(ranked) - _NAMED)}
            names += text.fill(text.of("_compare")["ranked_more"], more)
        key = "sentence_lowest" if lower_is_better else "sentence_highest"
        values = {"metric": label, "names": names}
        listed = text.fill(text.of("_compare")[key], values)
        others_told = [(side.name, certain_of_single(ranked[0], side)) for side in ranked[1:]]
        told = order_sentences(ranked[0].name, others_told, text)
        found.insert(0, " ".join([listed, *told]))
    return tuple(found)


def _not_drawn(comparison: Comparison, text: Words) -> str:
    if len(comparison.sides) <= MOST_DRAWN:
        return ""
    counts = {"drawn": text.integer(MOST_DRAWN), "all": text.integer(len(comparison.sides))}
    key = "best_drawn" if comparison.is_ranked else "not_drawn"
    return text.fill(text.of("_compare")[key], counts)


def _copied(comparison: Comparison, text: Words) -> list[str]:
    """Return a warning about copies of a run, and one about equal runs with other settings."""
    found = []
    for key, same in (("copied", comparison.copies), ("same_points", comparison.same_points)):
        if same:
            pairs = ", ".join(f"{run} = {earlier}" for run, earlier in same[:_COPIES])
            end = " …" if len(same) > _COPIES else ""
            found.append(text.fill(text.of("_compare")[key], {"pairs": f"{pairs}{end}"}))
    return found


def _many(others: Sequence[Side], text: Words) -> list[str]:
    """Return a warning if so many sides are judged that one of them likely differs by luck."""
    clear = any(side.answer in (BETTER, WORSE) for side in others)
    judged = [side for side in others if side.difference and side.difference.low is not None]
    if not clear or len(judged) < _MANY:
        return []
    return [text.fill(text.of("_compare")["many"], {"count": text.integer(len(judged))})]


def _unstable(sides: Sequence[Side], text: Words) -> list[str]:
    """Return a warning for each side whose repeats get different verdicts; many share one."""
    sentences = text.of("_compare")
    found = [side for side in sides if side.is_unstable]
    if len(found) > MOST_SINGLY:
        repeated = sum(side.by_seed for side in sides)
        values = {"count": text.integer(len(found)), "all": text.integer(repeated)}
        return [text.fill(sentences["unstable_in"], values)]
    return [
        text.fill(
            sentences["unstable"],
            {"name": side.name, "verdicts": counted_verdicts(side.verdicts, text)},
        )
        for side in found
    ]


def _confounded(others: Sequence[Side], base: Side, text: Words) -> list[str]:
    """Return a warning for each side that changed several things; those of a sweep share one."""
    sentences = text.of("_compare")
    compared = [side for side in others if side.difference is not None]
    found = [side for side in compared if len(side.changed) > 1]
    if len(found) > MOST_SINGLY:
        values = {"base": base.name, "count": text.integer(len(found))}
        return [text.fill(sentences["several_changed_in"], values)]
    lines = []
    for side in found:
        values = {"base": base.name, "keys": _keys(side)}
        lines.append(f"{side.name}: {text.fill(sentences['several_changed'], values)}")
    return lines


def _keys(side: Side) -> str:
    keys = ", ".join(change.setting for change in side.changed[:_KEYS])
    return f"{keys} …" if len(side.changed) > _KEYS else keys


def _correlations_said(comparison: Comparison, text: Words) -> str:
    sentences = text.of("_compare")
    runs = sum(len(side.known) for side in comparison.sides)
    if runs <= SWEEP:
        counts = {"needed": text.integer(SWEEP), "runs": text.integer(runs)}
        return text.fill(sentences["too_few"], counts)
    if not comparison.correlations:
        return str(sentences["none_found"])
    why = text.fill(sentences["correlations_why"], {"runs": text.integer(runs)})
    return " ".join([why, *valleys(comparison.correlations, text)])


def _charts(comparison: Comparison, text: Words) -> tuple[tuple[Chart, ...], ...]:
    """Return the compared metric, held-out and training, with the first run of each side."""
    scaled = on_one_scale([diagnosis.run for diagnosis in comparison.diagnoses], comparison.metric)
    runs = []
    for side in without_other_loss(comparison, comparison.sides):
        run = scaled[side.members[0]]
        if run is not None:
            runs.append((side.name, run))
    counted = all(is_counted(run) for _, run in runs)
    other = "val" if comparison.split == "train" else "train"
    charts = [
        overlay(runs, comparison.metric, split, text, counted=counted)
        for split in (comparison.split, other)
    ]
    return tuple((chart,) for chart in charts if chart is not None)
