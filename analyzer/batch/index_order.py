"""The order of the runs in the index: the best first, or those in trouble."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer import metrics
from analyzer.batch.index_sweep import Sweep
from analyzer.batch.judged_alike import ranked_alike
from analyzer.batch.record import Record
from analyzer.model.diagnosis import HEALTHY, INCONCLUSIVE, SEVERITIES

_MARKED = 0.25  # of a run without a problem that is not simply healthy
_UNKNOWN = 0.5  # trouble of a run that could not be judged: more than healthy, less than any note


def trouble(record: Record) -> float:
    """Return how bad a run is: 0 if healthy, up to 3 and its confidence for a critical finding."""
    if record.verdict == INCONCLUSIVE:
        return _UNKNOWN
    worst = 0.0
    for finding in record.findings:
        severity, confidence = finding["severity"], finding.get("confidence")
        if severity not in SEVERITIES:
            continue
        sure = confidence if isinstance(confidence, float) else 0.0
        worst = max(worst, len(SEVERITIES) - SEVERITIES.index(severity) + min(sure, 0.999))
    if record.verdict == HEALTHY:
        return 0.0 if record.mark is None else _MARKED
    return worst


def judged_order(records: Sequence[Record]) -> list[int]:
    """Return the indices of the runs that are judged alike, the best first."""
    places = [place for place in ranked_alike(records) if records[place].result is not None]
    if not places:
        return []
    best = records[places[0]].best
    lower = best is None or metrics.kind(best.metric) != "score"
    return sorted(places, key=lambda place: (records[place].result or 0.0) * (1 if lower else -1))


def ordered(records: Sequence[Record], sweep: Sweep | None) -> list[int]:
    """Return the indices of the runs: those of a sweep first, by their level, then by trouble."""
    ranked = frozenset(sweep.places if sweep is not None else ())
    lower = sweep is None or sweep.lower_is_better

    def place(at: int) -> tuple[bool, float]:
        value = records[at].result
        if at not in ranked or value is None:
            return True, -trouble(records[at])
        return False, value if lower else -value

    return sorted(range(len(records)), key=place)
