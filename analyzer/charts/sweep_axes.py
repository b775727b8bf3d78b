"""The axes of a sweep: where each run stands on a setting or a result, from 0 to 1."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from analyzer.charts.limits import DRAWABLE, spans_decades
from analyzer.charts.ticks import linear_ticks, log_ticks
from analyzer.numbers import PRECISIONS
from analyzer.stats.arrays import Floats

MOST_KINDS = 8  # different values that each get a place of their own, evenly spaced
_MOST_TICKS = 5
_SETTLED = 0.9  # the share of the runs that decides how far the axis of a result reaches
_BEYOND = 0.5  # of their span, added for the others; what lies farther is drawn at the edge

Write = Callable[..., str]  # of a number and, if they would look alike, of its digits


class Tick(NamedTuple):
    """A place on an axis and its label."""

    place: float
    label: str


@dataclass(frozen=True)
class Axis:
    """An axis with the place of each run, None where the value is missing.

    ``is_cut`` says that some runs lie farther out than the axis reaches. ``kinds`` is the number
    of evenly spaced values, 0 for a continuous axis.
    """

    name: str
    places: tuple[float | None, ...]
    ticks: tuple[Tick, ...]
    is_log: bool = False
    is_cut: bool = False
    kinds: int = 0


def setting_axis(name: str, values: Sequence[Any], write: Write) -> Axis | None:
    """Return the axis of a setting; None for a text with so many values that it is a name.

    Up to eight different values are evenly spaced; more numbers stand at their value, on a
    logarithmic axis if they span decades.
    """
    known = [value for value in values if value is not None]
    numbers = known and all(_is_number(value) for value in known)
    kinds: list[Any] = sorted(set(known)) if numbers else sorted(set(map(_text, known)))
    if not kinds:
        return None
    if len(kinds) > MOST_KINDS:
        return _continuous(name, values, write) if numbers else None
    where = {kind: (at + 0.5) / len(kinds) for at, kind in enumerate(kinds)}
    ticks = [Tick(where[kind], write(kind) if numbers else kind) for kind in kinds]
    places = []
    for value in values:
        key = value if numbers or value is None else _text(value)
        places.append(where.get(key))
    return Axis(name, tuple(places), tuple(ticks), kinds=len(kinds))


def result_axis(
    name: str, values: Sequence[float | None], write: Write, *, lower_is_better: bool
) -> Axis:
    """Return the axis of the level at the best: 0 is the lowest value, 1 the highest.

    Runs far worse than nine tenths of all lie at the edge, so that they do not flatten the others.
    """
    known = _finite(values)
    low, high = float(known.min()), float(known.max())
    if lower_is_better:
        reach = float(np.quantile(known, _SETTLED))
        high = min(high, reach + _BEYOND * (reach - low)) if reach > low else high
    else:
        reach = float(np.quantile(known, 1 - _SETTLED))
        low = max(low, reach - _BEYOND * (high - reach)) if reach < high else low
    axis = _between(name, values, (low, high), write, is_log=spans_decades(low, high))
    is_cut = bool((known < low).any() or (known > high).any())
    return Axis(name, axis.places, axis.ticks, is_log=axis.is_log, is_cut=is_cut)


def _continuous(name: str, values: Sequence[Any], write: Write) -> Axis:
    known = _finite(values)
    low, high = float(known.min()), float(known.max())
    return _between(name, values, (low, high), write, is_log=spans_decades(low, high))


def _between(
    name: str,
    values: Sequence[Any],
    bounds: tuple[float, float],
    write: Write,
    *,
    is_log: bool,
) -> Axis:
    low, high = bounds
    low = max(low, 1 / DRAWABLE) if is_log else low
    start, end = (math.log(low), math.log(high)) if is_log else (low, high)
    span = end - start or 1.0

    def place(value: float) -> float:
        inside = min(max(value, low), high)
        return ((math.log(inside) if is_log else inside) - start) / span

    ticks = log_ticks(low, high, _MOST_TICKS) if is_log else linear_ticks(low, high, _MOST_TICKS)
    places = tuple(
        place(value) if _is_number(value) and math.isfinite(value) else None for value in values
    )
    labels = _labels(ticks, write)
    marks = tuple(Tick(place(tick), label) for tick, label in zip(ticks, labels, strict=True))
    return Axis(name, places, marks, is_log)


def _labels(ticks: Sequence[float], write: Write) -> list[str]:
    """Return the labels of ticks, with enough digits that no two are equal."""
    labels = [write(tick) for tick in ticks]
    for digits in PRECISIONS:
        if len(set(labels)) == len(labels):
            break
        labels = [write(tick, digits) for tick in ticks]
    return labels


def _finite(values: Sequence[Any]) -> Floats:
    """Return the finite numbers among values, one 0 if there are none."""
    known = [float(value) for value in values if _is_number(value) and math.isfinite(value)]
    found: Floats = np.clip(np.array(known or [0.0]), -DRAWABLE, DRAWABLE)
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
