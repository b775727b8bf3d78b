"""A chart in words, for readers who cannot see it: ends and extremes of each line, and its turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.charts.spec import Line
from analyzer.stats.arrays import Floats

if TYPE_CHECKING:
    from analyzer.text import Words

_LEAST_SHARE = 0.05  # of a line's span on either side of its turn: less is not seen either
_NOISES = 2.0  # deviations of the values from their trend on either side: less may be noise


class Turn(NamedTuple):
    """The place on the x axis at which a line turns, and whether it rises from there."""

    at: float
    is_upward: bool


def describe(
    names: Sequence[str], lines: Sequence[Line], points: Sequence[int], words: Words, *, unit: str
) -> str:
    """Return a sentence or two for each line, in the order given.

    ``points`` counts what was logged, values that are not finite included; ``unit`` is what the
    x axis counts.
    """
    parts = []
    for name, line, count in zip(names, lines, points, strict=True):
        parts.append(_extremes(name, line, count, words, unit))
        turn = turn_of(line)
        if turn is not None:
            key = "line_turns_up" if turn.is_upward else "line_turns_down"
            parts.append(words.ui(key, at=_place(turn.at, words, unit)))
    return " ".join(parts)


def turn_of(line: Line) -> Turn | None:
    """Return where the trend of a line turns from falling to rising or back, if it does clearly.

    The trend is the smoothed form, or the values where there is none. It turns at its lowest or
    highest value, whichever stands out more from both ends: by a share of the span, and by the
    noise of the values around the trend.
    """
    x, y = _finite(line.smooth_x, line.smooth_y) if line.is_smoothed else _finite(line.x, line.y)
    if len(y) < 3:
        return None
    low, high = int(y.argmin()), int(y.argmax())
    rise = float(min(y[0] - y[low], y[-1] - y[low]))
    fall = float(min(y[high] - y[0], y[high] - y[-1]))
    least = max(_LEAST_SHARE * float(np.ptp(y)), _NOISES * _noise(line))
    if not max(rise, fall) > least:
        return None
    return Turn(float(x[low]), True) if rise >= fall else Turn(float(x[high]), False)


def _extremes(name: str, line: Line, count: int, words: Words, unit: str) -> str:
    x, y = _finite(line.x, line.y)
    low, high = int(y.argmin()), int(y.argmax())
    values = {"first": y[0], "last": y[-1], "low": y[low], "high": y[high]}
    shown = {key: words.number(float(value)) for key, value in values.items()}
    shown["low_at"] = _place(float(x[low]), words, unit)
    shown["high_at"] = _place(float(x[high]), words, unit)
    return words.ui("line_description", name=name, points=count, **shown)


def _place(x: float, words: Words, unit: str) -> str:
    return words.place(round(x), x if unit == "epoch" else None)


def _noise(line: Line) -> float:
    """Return the standard deviation of the values around the smoothed form, 0 without one."""
    if not line.is_smoothed:
        return 0.0
    x, y = _finite(line.x, line.y)
    return float(np.std(y - np.interp(x, line.smooth_x, line.smooth_y)))


def _finite(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(y)
    return x[known], y[known]
