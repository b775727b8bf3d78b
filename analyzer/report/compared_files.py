"""A comparison as tables for papers and spreadsheets: LaTeX and .xlsx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from analyzer.comparing.comparison import Comparison
from analyzer.comparing.sides import BASELINE
from analyzer.report.compared import build_compared
from analyzer.report.compared_tables import HEADS, side_verdicts
from analyzer.report.latex import latex_table, preamble
from analyzer.report.mark import mark, marked_verdict
from analyzer.report.spreadsheet import Sheet, workbook
from analyzer.text import Words, words

_NUMBERS = ("runs", "best", "deviation", "raw", "difference", "interval")


def render_compared_latex(comparison: Comparison, lang: str) -> str:
    """Return the groups of a comparison, and the importances of its settings, as tabulars.

    A document that includes them needs the package booktabs. Raises ConfigError.
    """
    compared = build_compared(comparison, lang)
    right = [at for at, key in enumerate(HEADS) if key in _NUMBERS]
    parts = [latex_table(compared.head, compared.rows, right=right)]
    if compared.importances:
        table = latex_table(compared.importance_head, compared.importances, right=(1, 2, 3))
        parts.append(table)
    tables = "\n".join(parts)
    return preamble(compared.sentences[0], tables) + tables


def render_compared_sheets(comparison: Comparison, lang: str) -> bytes:
    """Return the groups, the runs, and the effects of settings as sheets with full numbers.

    Raises ConfigError for an unknown language.
    """
    text = words(lang)
    sentences = text.of("_compare")
    names = sentences["sheets"]
    label = text.metric(comparison.metric, comparison.split, alone=True)
    level = text.fill(sentences["best"], {"metric": label})
    head = [
        sentences["side"],
        sentences["answer_short"],
        sentences["runs"],
        level,
        sentences["deviation"],
    ]
    head += [
        sentences["raw"],
        sentences["difference"],
        sentences["low"],
        sentences["high"],
        sentences["verdicts"],
    ]
    sheets = [Sheet(names["groups"], head, _sides(comparison, text))]
    vary = comparison.settings.vary
    head = [
        sentences["run"],
        sentences["side"],
        sentences["verdict"],
        level,
        sentences["raw"],
        *vary,
    ]
    sheets.append(Sheet(names["runs"], head, _runs(comparison, text)))
    if comparison.importances:
        head = [
            sentences["setting"],
            sentences["importance"],
            sentences["low"],
            sentences["high"],
            sentences["chance"],
        ]
        rows = [
            (found.setting, found.share, found.low, found.high, found.chance)
            for found in comparison.importances
        ]
        sheets.append(Sheet(names["importances"], head, rows))
    if comparison.correlations:
        head = [sentences["setting"], sentences["rho"], sentences["chance"]]
        pairs = [(found.setting, found.rho, found.chance) for found in comparison.correlations]
        sheets.append(Sheet(names["correlations"], head, pairs))
    return workbook(sheets)


def _sides(comparison: Comparison, text: Words) -> Iterator[Sequence[Any]]:
    for side in comparison.sides:
        change = side.difference
        is_best = comparison.is_ranked and side.answer == BASELINE
        yield (
            side.name,
            text.of("_compare")["answers"]["best" if is_best else side.answer],
            len(side.members),
            side.mean,
            side.deviation,
            side.raw_mean,
            None if change is None else change.value,
            None if change is None else change.low,
            None if change is None else change.high,
            side_verdicts(side, comparison.diagnoses, text),
        )


def _runs(comparison: Comparison, text: Words) -> Iterator[Sequence[Any]]:
    settings, vary = comparison.settings
    for side in comparison.sides:
        for at, raw, level in zip(side.members, side.raw, side.values, strict=True):
            diagnosis = comparison.diagnoses[at]
            own = [settings[at].get(key) for key in vary]
            verdict = marked_verdict(diagnosis.verdict, mark(diagnosis), text)
            yield (diagnosis.run.name, side.name, verdict, level, raw, *own)
