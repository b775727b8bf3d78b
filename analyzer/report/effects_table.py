"""The measured effects as tables: of the remedies for a finding, or of one remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.advice import effects
from analyzer.advice.context import GENERAL, LARGE_FROM
from analyzer.model.advice import Effect
from analyzer.report.measured import cause_phrase
from analyzer.text import Words

_FILE = "_advice"
_APART = "  "  # between columns
_COLUMNS = ("finding", "remedy", "context", "runs", "share", "median", "worse")
Cells = tuple[str, ...]


def effects_of(
    text: Words, *, finding: str = "", remedy: str = "", every_context: bool = False
) -> list[Cells]:
    """Return a table of the measured effects: its head, then a row each; [] if none was measured.

    Rows are by finding, then by gain, and the contexts of a remedy after all runs. Only what
    ``effects.is_enough`` is shown. What the table is about, or is the same in all rows, has no
    column.
    """
    own = text.of(_FILE)
    shown = []
    for row in effects.load(effects.PATH).rows.values():
        wanted = finding in ("", row.finding) and remedy in ("", row.remedy)
        if wanted and effects.is_enough(row) and (every_context or row.context == GENERAL):
            shown.append(row)
    if not shown:
        return []
    left_out = {name for name, only in (("finding", finding), ("remedy", remedy)) if only}
    left_out |= set() if every_context else {"context"}
    columns = [name for name in _COLUMNS if name not in left_out]
    head = tuple(str(own[f"column_{name}"]) for name in columns)
    rows = [_cells(row, text) for row in _sorted(shown)]
    return [head, *(tuple(cells[name] for name in columns) for cells in rows)]


def _sorted(rows: Sequence[Effect]) -> list[Effect]:
    """Return rows by finding; within one, the remedy with the highest gain over all runs first."""
    gains = {(row.finding, row.remedy): row.gain for row in rows}
    gains |= {(row.finding, row.remedy): row.gain for row in rows if row.context == GENERAL}

    def place(row: Effect) -> tuple[str, float, str, str]:
        return row.finding, -gains[row.finding, row.remedy], row.remedy, row.context

    return sorted(rows, key=place)


def _cells(row: Effect, text: Words) -> dict[str, str]:
    """Return the cells of a row by their columns; what a plug-in has no words for by its id."""
    own, title = text.of(_FILE), text.detector(row.finding).title
    return {
        "finding": title[:1].lower() + title[1:],
        "remedy": remedy_name(row.remedy, text),
        "context": _context(row.context, text),
        "runs": text.integer(row.runs),
        "share": text.fill(own["share"], row.to_dict()),
        "median": text.percent(row.median, signed=True),
        "worse": text.percent(row.worse),
    }


def remedy_name(remedy: str, text: Words) -> str:
    """Return the short name of a remedy."""
    return str(text.of(_FILE)["remedy_names"].get(remedy, remedy))


def _context(context: str, text: Words) -> str:
    """Return which runs a row is of."""
    own = text.of(_FILE)
    if context == GENERAL:
        return str(own["all_runs"])
    sentence = own["contexts"].get(context)
    return context if sentence is None else text.fill(sentence, {"examples": LARGE_FROM})


def causes_of(finding: str, text: Words) -> list[Cells]:
    """Return a table of the possible causes of a finding: its head, then a row each, or []."""
    own = text.of(_FILE)
    found = effects.causes(finding)
    head = tuple(str(own[f"column_{name}"]) for name in ("cause", "runs", "cause_share"))
    rows = []
    for cause in found:
        share = text.fill(own["share"], cause.to_dict())
        rows.append((cause_phrase(cause.cause, text), text.integer(cause.runs), share))
    return [head, *rows] if rows else []


def aligned(table: Sequence[Cells]) -> list[str]:
    """Return a table as lines whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [_line(cells, widths) for cells in table]


def _line(cells: Cells, widths: Iterable[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    return _APART.join(padded).rstrip()
