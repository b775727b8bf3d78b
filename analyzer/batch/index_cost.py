"""What the runs of a site took in all, and how much of it came after their best checkpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from analyzer.batch.record import Record
from analyzer.comparing.copies import same_points_in
from analyzer.text import Words

_TIME = "time"
_MOST_FOR_ONE = 2  # runs: one run says nothing of what more of them took


class Cost(NamedTuple):
    """What ``runs`` of ``every`` took in all, what came after their best, and what could be saved.

    In seconds if ``unit`` is "time", else in that unit of an axis. What early stopping would have
    saved is counted over the same runs. Of runs with the same points one is counted, unless they
    began at different times; ``copies`` are the others.
    """

    unit: str
    runs: int
    every: int
    total: float
    after: float
    saved: float
    copies: int = 0

    @classmethod
    def of(cls, records: Sequence[Record]) -> Cost | None:
        """Return the cost of those runs that are measured alike; None if these are too few.

        They are measured in time if half of the runs were timed, or as many as in any other unit.
        """
        copied = _copies(records)
        known = [
            record
            for at, record in enumerate(records)
            if record.spent is not None and at not in copied
        ]
        every = len(records) - len(copied)
        unit = _measured_in(known, every)
        alike = [record for record in known if _is_in(record, unit)]
        if not alike or (len(alike) == 1 and every > _MOST_FOR_ONE):
            return None
        total = after = saved = 0.0
        for record in alike:
            whole, wasted = _of(record, unit)
            total, after = total + whole, after + wasted
            saved += min(_saved(record, whole, unit), wasted)
        return cls(unit, len(alike), every, total, after, saved, len(copied))


def cost_line(cost: Cost | None, text: Words) -> str:
    """Return how much compute came after the best; empty if unknown."""
    if cost is None:
        return ""
    said = text.of("_index")["cost"]
    values: dict[str, Any] = {
        "total": _shown(cost.total, cost.unit, text),
        "after": _shown(cost.after, cost.unit, text),
        "share": text.percent(cost.after / cost.total if cost.total else 0.0),
        "saved": _shown(cost.saved, cost.unit, text),
        "runs": cost.runs,
        "all": text.integer(cost.every),
        "copies": cost.copies,
    }
    where = "runs" if cost.runs == cost.every else f"some_{cost.unit}"
    values["where"] = text.fill(said[where], values)
    if cost.copies:
        values["where"] = text.fill(said["without_copies"], values)
    key = "saved" if cost.saved else "none_after" if not cost.after else "not_saved"
    return text.fill(said[key], values)


def _copies(records: Sequence[Record]) -> set[int]:
    """Return the places of runs whose compute is that of another one with the same points."""
    found = set()
    for later, first in same_points_in([record.summary for record in records]).items():
        starts = records[first].start, records[later].start
        if None not in starts and starts[0] != starts[1]:
            continue  # the same training was done again
        found.add(first if starts[0] is None and starts[1] is not None else later)
    return found


def _measured_in(known: Sequence[Record], every: int) -> str:
    """Return "time" if half of ``every`` run was timed, else what most of them are measured in."""
    timed = sum(_is_in(record, _TIME) for record in known)
    if 2 * timed >= every:
        return _TIME
    unit, runs = Counter(map(_unit, known)).most_common(1)[0] if known else (_TIME, 0)
    return unit if runs > timed else _TIME


def _is_in(record: Record, unit: str) -> bool:
    """Say whether a run was measured in a unit."""
    if unit != _TIME:
        return _unit(record) == unit
    return record.spent is not None and record.spent.seconds is not None


def _unit(record: Record) -> str:
    return "" if record.spent is None else record.spent.unit


def _of(record: Record, unit: str) -> tuple[float, float]:
    """Return what a run took, and what of it came after its best."""
    spent = record.spent
    if spent is None:
        return 0.0, 0.0
    if unit != _TIME:
        return spent.total, spent.after
    return spent.seconds or 0.0, spent.seconds_after or 0.0


def _saved(record: Record, whole: float, unit: str) -> float:
    spare = record.spare
    if spare is None:
        return 0.0
    return spare.seconds or 0.0 if unit == _TIME else spare.share * whole


def _shown(value: float, unit: str, text: Words) -> str:
    if unit == _TIME:
        return text.duration(value)
    count = {"count": round(value)}
    return text.fill(text.of("_index")["cost"][unit], count)
