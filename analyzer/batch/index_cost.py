"""What the runs of a site took in all, and how much of it came after their best checkpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from analyzer.batch.record import Record
from analyzer.text import Words


def cost_line(records: Sequence[Record], text: Words) -> str:
    """Return how much compute came after the best, in time or else in epochs; empty if unknown.

    What early stopping would have saved is counted over the same runs.
    """
    timed = [
        record
        for record in records
        if record.spent is not None and record.spent.seconds is not None
    ]
    if timed:
        return _filled(timed, len(records), "time", text)
    known = [record for record in records if record.spent is not None]
    if not known:
        return ""
    unit = Counter(_unit(record) for record in known).most_common(1)[0][0]
    alike = [record for record in known if _unit(record) == unit]
    return _filled(alike, len(records), unit, text)


def _unit(record: Record) -> str:
    return "" if record.spent is None else record.spent.unit


def _filled(records: Sequence[Record], every: int, unit: str, text: Words) -> str:
    """Return the sentence for runs that are all measured in ``unit``, "time" for seconds."""
    said = text.of("_index")["cost"]
    total = after = saved = 0.0
    for record in records:
        whole, wasted = _of(record, unit)
        total, after = total + whole, after + wasted
        saved += min(_saved(record, whole, unit), wasted)
    values: dict[str, Any] = {
        "total": _shown(total, unit, text),
        "after": _shown(after, unit, text),
        "share": text.percent(after / total if total else 0.0),
        "saved": _shown(saved, unit, text),
        "runs": len(records),
        "all": text.integer(every),
    }
    values["where"] = text.fill(said["runs" if len(records) == every else f"some_{unit}"], values)
    key = "saved" if saved else "none_after" if not after else "not_saved"
    return text.fill(said[key], values)


def _of(record: Record, unit: str) -> tuple[float, float]:
    """Return what a run took, and what of it came after its best."""
    spent = record.spent
    if spent is None:
        return 0.0, 0.0
    if unit != "time":
        return spent.total, spent.after
    return spent.seconds or 0.0, spent.seconds_after or 0.0


def _saved(record: Record, whole: float, unit: str) -> float:
    spare = record.spare
    if spare is None:
        return 0.0
    return spare.seconds or 0.0 if unit == "time" else spare.share * whole


def _shown(value: float, unit: str, text: Words) -> str:
    if unit == "time":
        return text.duration(value)
    count = {"count": round(value)}
    return text.fill(text.of("_index")["cost"][unit], count)
