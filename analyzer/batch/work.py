"""The units of a batch: which wait, which are worked on, and which logs of one are read apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from analyzer.batch.result import UnitResult
from analyzer.batch.tree import Unit


class _Apart:
    """A unit whose logs are read each on its own, and what they gave so far."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.result = UnitResult()
        self.left = len(unit.groups)

    def add(self, part: Unit, result: UnitResult) -> None:
        """Add what a log gave; a failure names the log."""
        self.left -= 1
        failures = tuple(replace(failure, source=part.key) for failure in result.failures)
        self.result = UnitResult(
            records=(*self.result.records, *result.records),
            issues=(*self.result.issues, *result.issues),
            skipped=(*self.result.skipped, *result.skipped),
            failures=(*self.result.failures, *failures),
            names=(*self.result.names, *result.names),
        )


class _Item(NamedTuple):
    """A unit to work on; ``apart`` is the whole of which it is one log."""

    unit: Unit
    apart: _Apart | None = None


class Work:
    """Hands out the units of a batch by number, and puts together what became of them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._waiting: Iterator[_Item] = map(_Item, units)
        self._again: deque[_Item] = deque()
        self._now: dict[int, _Item] = {}
        self._numbers = count()

    @property
    def is_going_on(self) -> bool:
        """Whether a unit was handed out and is not done."""
        return bool(self._now)

    @property
    def is_done(self) -> bool:
        """Whether every unit is done."""
        if not self._now and not self._again and (item := next(self._waiting, None)) is not None:
            self._again.append(item)
        return not self._now and not self._again

    def take(self) -> int | None:
        """Hand out a unit; None if none waits."""
        item = self._again.popleft() if self._again else next(self._waiting, None)
        if item is None:
            return None
        number = next(self._numbers)
        self._now[number] = item
        return number

    def unit(self, number: int) -> Unit:
        """Return a unit that was handed out."""
        return self._now[number].unit

    def put_back(self) -> None:
        """Let what was handed out and is not done wait again."""
        self._again.extend(self._now.values())
        self._now.clear()

    def done(self, number: int, result: UnitResult) -> list[tuple[Unit, UnitResult]]:
        """Note what became of a unit; return the unit and its result once that is complete.

        Of several logs that failed together, each is to be worked on once more.
        """
        unit, apart = self._now.pop(number)
        if apart is not None:
            apart.add(unit, result)
            return [] if apart.left else [(apart.unit, apart.result)]
        if result.failures and len(unit.groups) > 1:
            apart = _Apart(unit)
            self._again.extend(_Item(part, apart) for part in unit.parts)
            return []
        return [(unit, result)]
