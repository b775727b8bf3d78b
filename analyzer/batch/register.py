"""The register of a site: its runs in the order of time, what each changed, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from analyzer.batch.index_names import distinct_names
from analyzer.batch.notes import NONE, Notes, RunNotes
from analyzer.batch.record import Item, Record
from analyzer.comparing.tries import Measure, Outcome, Try, tries

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
    attempts = tries([record.summary for record in ordered], list(map(_outcome, ordered)))
    entries = []
    for record, name, attempt in zip(ordered, names, attempts, strict=True):
        before = "" if attempt.before is None else names[attempt.before]
        own = notes.get(record.note_key, NONE)
        entries.append(Entry(record, name, _date(record.start), attempt, before, own))
    return Register(tuple(entries), sum(record.start is None for record in records))


def _order(record: Record) -> tuple[bool, float, list[tuple[int, str]], str]:
    """Return the sort key of a run: its time, then its path with the numbers in it as numbers."""
    parts = _DIGITS.split(f"{record.source}\0{record.run}")
    natural = [(0, part) for part in parts]
    numbers = [digits.lstrip("0") for digits in parts[1::2]]
    natural[1::2] = [(len(number), number) for number in numbers]
    return record.start is None, record.start or 0.0, natural, record.folder


def _outcome(record: Record) -> Outcome:
    best = record.best
    if best is None:
        return Outcome(None, None)
    return Outcome(Measure(best.split, best.metric, record.scale), record.result)


def _date(start: float | None) -> str:
    """Return a time as UTC to the minute, empty if it is unknown or no date."""
    if start is None:
        return ""
    try:
        return datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return ""
