"""The records of a batch in the order of its units: whole ones of some runs, short ones of many."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from analyzer.batch.record import Record
from analyzer.batch.state import State

LARGE = 5000  # runs: up to here the index is a table, above it a summary

Kind = TypeVar("Kind")


class Rows:
    """Collects records. Once there are more than 5,000 it keeps of each what tables need.

    A short record has no curve, of its findings only detector and severity, and shares with the
    others what is equal: the parent of 100,000 runs has room for a kilobyte each.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.is_large = False
        self._known: dict[Any, Any] = {}

    def add(self, record: Record) -> None:
        """Add the record of the next run."""
        self.records.append(self._short(record) if self.is_large else record)
        if not self.is_large and len(self.records) > LARGE:
            self.is_large = True
            self.records = [self._short(whole) for whole in self.records]

    def _short(self, record: Record) -> Record:
        kinds = [(finding["detector"], finding["severity"]) for finding in record.findings]
        findings = tuple(self._one(("finding", *kind), _finding(*kind)) for kind in kinds)
        best, scale = record.best, record.scale
        if best is not None:
            best = replace(best, split=sys.intern(best.split), metric=sys.intern(best.metric))
        return replace(
            record,
            verdict=sys.intern(record.verdict),
            best=best,
            findings=self._one(("findings", *kinds), findings),
            summary=replace(record.summary, settings=self._settings(record.summary.settings)),
            sparks=(),
            trace=None,
            scale=None if scale is None else sys.intern(scale),
            todos=self._one(("todos", record.todos), record.todos),
        )

    def _settings(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        shared = {
            sys.intern(key): sys.intern(value) if isinstance(value, str) else value
            for key, value in settings.items()
        }
        same = hashlib.blake2b(repr(shared).encode("utf-8", "replace"), digest_size=16).digest()
        return self._one(same, shared)

    def _one(self, key: Any, value: Kind) -> Kind:
        known: Kind = self._known.setdefault(key, value)
        return known


def _finding(detector: str, severity: str) -> Mapping[str, Any]:
    return {"detector": detector, "severity": severity}


class Whole:
    """The whole records of a batch in its order, read from the state when they are needed.

    ``unit_of`` names the unit of each.
    """

    def __init__(self, state: State, unit_of: Sequence[str]) -> None:
        self._state = state
        self._unit_of = unit_of

    def __iter__(self) -> Iterator[Record]:
        for stored in self._state.stored():
            yield from stored.result.records

    def at(self, places: Iterable[int]) -> dict[int, Record]:
        """Return the records of some places; others are not read."""
        found: dict[int, Record] = {}
        for place in places:
            unit, start = self._unit_of[place], place
            while start and self._unit_of[start - 1] == unit:
                start -= 1
            stored = self._state.get(unit)
            if stored is not None:
                found[place] = stored.result.records[place - start]
        return found
