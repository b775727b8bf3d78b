"""The tables of a comparison: its sides, what each changed, and the settings of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.comparing.comparison import Comparison
from analyzer.comparing.contrast import UNCLEAR
from analyzer.comparing.roles import alike
from analyzer.comparing.sides import BASELINE, Change, Side
from analyzer.model.diagnosis import Diagnosis
from analyzer.numbers import PRECISIONS
from analyzer.report.differences import signed, verdict_list
from analyzer.report.mark import mark
from analyzer.report.single_runs import certain_key
from analyzer.text import Words

HEADS = (
    *("side", "answer", "runs", "best", "deviation", "raw"),
    *("difference", "interval", "verdicts"),
)
MOST_SINGLY = 4  # sides that get a sentence and a table each; more share one
_COLUMNS = 8  # settings beside a side: more do not fit

Row = tuple[str, ...]


@dataclass(frozen=True)
class SweepTable:
    """The settings of a sweep, one row per side; ``note`` says if settings were left out."""

    head: Row = ()
    rows: tuple[Row, ...] = ()
    note: str = ""


def heads_of(comparison: Comparison) -> Row:
    """Return the keys of the heads of the first table: a ranking stands against its best side."""
    if not comparison.is_ranked:
        return HEADS
    return tuple("answer_ranked" if key == "answer" else key for key in HEADS)


def side_row(
    side: Side,
    verdicts: str,
    text: Words,
    *,
    is_ranked: bool = False,
    lower_is_better: bool = True,
) -> Row:
    """Return a side as a row of the first table; its columns are ``HEADS``, ``verdicts`` last."""
    answer = "best" if is_ranked and side.answer == BASELINE else side.answer
    if side.answer == UNCLEAR and side.difference and side.difference.low is None:
        answer = "single" if len(side.known) == 1 else answer
    told = certain_key(side.certain, side.difference, lower_is_better=lower_is_better)
    difference, interval = "", ""
    if side.difference is not None:
        low, high = side.difference.low, side.difference.high
        difference = signed(side.difference.value, text)
        if low is not None and high is not None:
            interval = f"{signed(low, text)} … {signed(high, text)}"
    return (
        side.name,
        text.of("_compare")["answers"][told or answer],
        text.integer(len(side.members)),
        "" if side.mean is None else text.number(side.mean),
        "" if side.deviation is None else text.number(side.deviation),
        "" if side.raw_mean is None else text.number(side.raw_mean),
        difference,
        interval,
        verdicts,
    )


def side_verdicts(side: Side, diagnoses: Sequence[Diagnosis], text: Words) -> str:
    """Return the verdicts of a side with the marks of its runs."""
    marks = [mark(diagnoses[at]) for at in side.members]
    return verdict_list(side.verdicts, text, marks=marks)


def changed_rows(changes: Sequence[Change], text: Words) -> tuple[tuple[str, str, str], ...]:
    """Return (setting, value of the baseline, value here) for what a side changed."""
    rows = []
    for change in changes:
        old, new = _column([change.old, change.new], text)
        rows.append((change.setting, old, new))
    return tuple(rows)


def sweep_table(comparison: Comparison, others: Sequence[Side], text: Words) -> SweepTable:
    """Return the settings of a sweep, those with the fewest values first; empty for few sides."""
    sentences = text.of("_compare")
    values: dict[str, set[str]] = {}
    for side in others:
        for change in side.changed:
            values.setdefault(change.setting, set()).add(alike(change.new))
    keys = sorted(values, key=lambda key: (len(values[key]), key))[:_COLUMNS]
    if len(others) <= MOST_SINGLY or not keys:
        return SweepTable()
    sides = [comparison.sides[comparison.baseline], *others]
    names = [side.name for side in sides]
    columns = [_column([side.settings.get(key) for side in sides], text) for key in keys]
    note = ""
    if len(keys) < len(values):
        counts = {"shown": text.integer(len(keys)), "all": text.integer(len(values))}
        note = text.fill(sentences["settings_left"], counts)
    return SweepTable((sentences["side"], *keys), tuple(zip(names, *columns, strict=True)), note)


def _column(values: Sequence[Any], text: Words) -> list[str]:
    """Return settings with enough digits that different ones look different."""
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
