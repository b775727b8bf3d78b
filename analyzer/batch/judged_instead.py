"""Another metric for runs whose losses cannot be compared, if all of them logged one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from analyzer.batch.judged_alike import UNIT, measures_of
from analyzer.batch.others import Other
from analyzer.batch.record import Record
from analyzer.comparing.comparable import Measure, units_of
from analyzer.comparing.suspicion import BELOW
from analyzer.comparing.tries import Measure as JudgedBy


class Instead(NamedTuple):
    """The metric that takes the place of losses, and what these are; one if their units differ."""

    measure: Measure
    losses: tuple[str | None, ...]


def judged_instead(records: Sequence[Record]) -> tuple[Sequence[Record], Instead | None]:
    """Return the records by a metric that all runs share if their losses cannot be compared.

    The losses must be of different kinds (``comparable``), and all runs that are judged at all by
    the same name. The records are returned as they are if there is no such metric.
    """
    judged = [at for at, record in enumerate(records) if record.best is not None]
    losses = _apart(measures_of([records[at] for at in judged]))
    if not losses:
        return records, None
    shared = _shared([records[at] for at in judged])
    if shared is None:
        return records, None
    made = list(records)
    for at in judged:
        made[at] = _by(records[at], shared)
    return made, Instead(shared, losses)


def _apart(measures: Sequence[JudgedBy | None]) -> tuple[str | None, ...]:
    """Return the losses of one name that cannot be compared, none if they can."""
    known = [measure for measure in measures if measure is not None]
    if len({measure[:2] for measure in known}) != 1:
        return ()
    losses = tuple(dict.fromkeys(measure.loss for measure in known))
    in_other_units = any((measure.scale or "").startswith(f"{UNIT} ") for measure in known)
    return losses if len(losses) > 1 or in_other_units else ()


def _shared(records: Sequence[Record]) -> Measure | None:
    """Return the first metric of the first run that all have, on one scale and in one unit."""
    verdicts = [record.verdict for record in records]
    for other in records[0].others:
        measure = (other.best.split, other.best.metric)
        same = [_other(record, measure) for record in records]
        known = [found for found in same if found is not None]
        if len(known) < len(records) or len({found.scale for found in known}) > 1:
            continue
        if len(set(units_of([found.reach for found in known], verdicts))) == 1:
            return measure
    return None


def _other(record: Record, measure: Measure) -> Other | None:
    for other in record.others:
        if (other.best.split, other.best.metric) == measure:
            return other
    return None


def _by(record: Record, measure: Measure) -> Record:
    """Return a record that is judged by another metric; its curve is that of the loss, so it goes.

    So does the suspicion that the loss lies too far below that of training.
    """
    other = _other(record, measure)
    if other is None:
        return record
    is_of_loss = record.suspicion is not None and record.suspicion.key == BELOW
    return replace(
        record,
        best=other.best,
        level=other.level,
        after_best=other.after_best,
        scale=other.scale,
        reach=other.reach,
        trace=None,
        suspicion=None if is_of_loss else record.suspicion,
    )
