"""The verdicts of some runs in an index, with the marks of those that are not simply healthy."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.batch.record import Record
from analyzer.engine import known_verdicts
from analyzer.report.differences import verdict_list
from analyzer.report.early_end import EARLY_ENDS
from analyzer.report.mark import GAP_ALONE, MARKS, NOT_FINISHED, mark_name
from analyzer.text import Words


def verdicts_of(records: Sequence[Record], text: Words) -> str:
    """Return the verdicts and marks of some runs, with their counts if there are several."""
    verdicts = [record.verdict for record in records]
    return verdict_list(verdicts, text, marks=[record.mark for record in records])


def kind_names(text: Words) -> dict[str, str]:
    """Return the names of the kinds by which runs are counted: verdicts, then marks (``kind``)."""
    names = {verdict: text.verdict(verdict) for verdict in known_verdicts()}
    return names | {key: mark_name(key, text) for key in NOT_FINISHED}


def mark_lines(records: Sequence[Record], text: Words) -> list[str]:
    """Return how many runs have each mark, those of all early ends together."""
    said = text.of("_index")
    marks = [record.mark for record in records]
    early = sum(key in EARLY_ENDS for key in marks)
    lines = [text.fill(said["early_runs"], {"runs": early})] if early else []
    for key in MARKS:
        count = marks.count(key)
        if count and key not in (*EARLY_ENDS, GAP_ALONE):
            lines.append(text.fill(said[f"{key}_runs"], {"runs": count}))
    return lines
