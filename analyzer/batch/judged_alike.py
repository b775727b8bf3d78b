"""Which runs of a site can be ranked: those that most share a metric, its scale and their loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from analyzer.batch.record import Record
from analyzer.comparing.comparable import units_of
from analyzer.comparing.copies import copies
from analyzer.comparing.losses import losses_of
from analyzer.comparing.tries import Measure

UNIT = "unit"  # begins the scale of a loss that is not in the unit of most
UNJUDGED, METRIC, LOSS, SCALE, COPY = "unjudged", "metric", "loss", "scale", "copy"


class Unranked(NamedTuple):
    """How many runs are not ranked for one reason, and by what they were judged instead."""

    reason: str
    runs: int
    measures: tuple[Measure, ...]


def measures_of(records: Sequence[Record]) -> list[Measure | None]:
    """Return by what each run is judged, None if by nothing.

    Losses of the same name in plainly different units have different scales.
    """
    bests = [record.best for record in records]
    settings = [record.summary.settings for record in records]
    losses = losses_of(settings, [None if best is None else best.metric for best in bests])
    found = [
        None if best is None else Measure(best.split, best.metric, record.scale, loss)
        for best, record, loss in zip(bests, records, losses, strict=True)
    ]
    for measure in set(found):
        places = [place for place, other in enumerate(found) if other == measure]
        if measure is None or all(records[place].reach is None for place in places):
            continue
        reaches = [records[place].reach for place in places]
        verdicts = [records[place].verdict for place in places]
        for place, unit in zip(places, units_of(reaches, verdicts), strict=True):
            if unit:
                found[place] = measure._replace(scale=f"{UNIT} {unit}")
    return found


def ranked_by(records: Sequence[Record]) -> Measure | None:
    """Return by what most runs are judged, the first of equals; None if no run is judged."""
    return _most_common(measures_of(records))


def ranked_alike(records: Sequence[Record]) -> list[int]:
    """Return the indices of the runs that are judged as most are, without copies."""
    measures = measures_of(records)
    chosen = _most_common(measures)
    if chosen is None:
        return []
    left_out = copies([record.summary for record in records])
    return [
        place
        for place, measure in enumerate(measures)
        if measure == chosen and place not in left_out
    ]


def unranked(records: Sequence[Record]) -> list[Unranked]:
    """Return why the other runs are not ranked, the most frequent reason first."""
    measures = measures_of(records)
    chosen = _most_common(measures)
    left_out = copies([record.summary for record in records])
    found: dict[str, list[Measure | None]] = {}
    for place, measure in enumerate(measures):
        reason = _reason(measure, chosen)
        if reason is None and place in left_out:
            reason = COPY
        if reason is not None:
            found.setdefault(reason, []).append(measure)
    reasons = sorted(found.items(), key=lambda item: -len(item[1]))
    return [Unranked(reason, len(runs), _distinct(runs)) for reason, runs in reasons]


def _most_common(measures: Sequence[Measure | None]) -> Measure | None:
    count = Counter(measure for measure in measures if measure is not None)
    return count.most_common(1)[0][0] if count else None


def _reason(measure: Measure | None, chosen: Measure | None) -> str | None:
    if measure is None or chosen is None:
        return UNJUDGED
    if measure[:2] != chosen[:2]:
        return METRIC
    if measure.scale != chosen.scale:
        return SCALE
    return LOSS if measure.loss != chosen.loss else None


def _distinct(measures: Sequence[Measure | None]) -> tuple[Measure, ...]:
    count = Counter(measure for measure in measures if measure is not None)
    return tuple(measure for measure, _ in count.most_common())
