"""Leave out the rows below a table that sum it up: "mean" or "best" in the place of an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analyzer import metrics
from analyzer.model.issues import LogIssue
from analyzer.parsers._column import Column
from analyzer.safe.names import printable

_WORDS = {
    *(
        "mean",
        "avg",
        "average",
        "median",
        "std",
        "stdev",
        "sd",
        "min",
        "max",
        "best",
        "total",
        "sum",
    ),
    *("media", "promedio", "mediana", "mejor", "minimo", "maximo", "suma", "desv"),
}


class Summed(NamedTuple):
    """The columns of the rows above a summary, and what was left out."""

    columns: list[Column]
    issues: list[LogIssue]


def without_summary(columns: Sequence[Column], lines: Sequence[int], source: str) -> Summed:
    """Return columns without the last rows if their epoch or step is a word for a summary."""
    rows = len(columns[0]) if columns else 0
    for column in columns:
        if not column.text or not column.is_numeric or not metrics.is_axis(column.name):
            continue
        end = rows
        while end and _is_summary(column.text.get(end - 1, "")):
            end -= 1
        if end < rows:
            values = {"count": rows - end, "name": printable(column.text[end].strip())}
            issue = LogIssue("info", source, "summary_rows", lines[end], values=values)
            kept = range(end)
            return Summed([other.taken(kept) for other in columns], [issue])
    return Summed(list(columns), [])


def _is_summary(cell: str) -> bool:
    words = metrics.normal(cell).split("_")
    return bool(words) and words[0] in _WORDS
