"""The register of a site: its runs in the order of time, what each changed, and what came of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from analyzer.batch.index_names import distinct_names
from analyzer.batch.judged_alike import measures_of
from analyzer.batch.notes import NONE, Notes, RunNotes
from analyzer.batch.record import Item, Record
from analyzer.comparing.tries import Outcome, Try, tries

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Entry:
    """A line of the register; ``before`` is the name of the run that it is held against."""

    record: Record
    name: str
    date: str
    attempt: Try
    before: str
    notes: RunNotes

    @property
    def todo(self) -> list[tuple[int, Item]]:
        """The items of the checklist that are open, with their numbers from 1."""
        items = enumerate(self.record.todos, 1)
        return [(number, item) for number, item in items if item.key not in self.notes.done]


@dataclass(frozen=True)
class Register:
    """The lines of the register; ``undated`` are the runs whose logs hold no time."""

    entries: tuple[Entry, ...]
    undated: int


def build_register(records: Sequence[Record], notes: Notes) -> Register:
    """Return the register of some runs.

    Runs whose logs hold no time come last, in the order of their paths.
    """
    ordered = sorted(records, key=_order)
    names = distinct_names(ordered)
    measures = measures_of(ordered)
    outcomes = [
        Outcome(measure, record.result) for measure, record in zip(measures, ordered, strict=True)
    ]
    attempts = tries([record.summary for record in ordered], outcomes)
    entries = []
    for record, name, attempt in zip(ordered, names, attempts, strict=True):
        before = "" if attempt.before is None else names[attempt.before]
        own = notes.get(record.note_key, NONE)
        entries.append(Entry(record, name, date_shown(record.start), attempt, before, own))
    return Register(tuple(entries), sum(record.start is None for record in records))


def _order(record: Record) -> tuple[bool, float, str, str]:
    """Return the sort key of a run: its time, then its path with the numbers in it as numbers."""
    path = _natural(f"{record.source}\0{record.run}")
    return record.start is None, record.start or 0.0, path, record.folder


def _natural(text: str) -> str:
    """Return a text that sorts as the parts of another: its numbers by their values.

    One text takes a fifth of the memory of a list of parts. A part ends with two NUL, which sort
    before all that may follow in it; a number begins with how many digits it has.
    """
    parts = _DIGITS.split(text.replace("\0", "\0\1"))
    numbers = [digits.lstrip("0") for digits in parts[1::2]]
    parts[::2] = [f"{part}\0\0" for part in parts[::2]]
    parts[1::2] = [f"{chr(min(len(number), sys.maxunicode))}{number}" for number in numbers]
    return "".join(parts)


def date_shown(start: float | None) -> str:
    """Return a time as UTC to the minute, empty if it is unknown or no date."""
    if start is None:
        return ""
    try:
        return datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return ""
