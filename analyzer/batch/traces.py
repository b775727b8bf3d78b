"""The trace of a run: the curve that it is judged by, small enough to be in the index of all runs.

At most 48 values at even places of the axis, each a code of 12 bits in two letters.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from analyzer.batch.typed import number, string
from analyzer.charts.limits import DRAWABLE, spans_decades
from analyzer.model.diagnosis import Diagnosis
from analyzer.stats.arrays import Floats
from analyzer.stats.thin import column_means

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUES = 48
_TOP = len(LETTERS) ** 2 - 1  # the highest code
_UNITS = ("epoch", "step")
_PLACE = {letter: place for place, letter in enumerate(LETTERS)}


class Trace(NamedTuple):
    """A curve from ``first`` to ``last`` in a ``unit`` ("epoch" or "step").

    Code 0 of ``codes`` stands for ``low``, the highest one for ``high``: in logarithms if
    ``is_log``.
    """

    unit: str
    first: float
    last: float
    low: float
    high: float
    is_log: bool
    codes: str

    def values(self) -> Floats:
        """Return the values, shape (at most 48,)."""
        letters = np.array([_PLACE[letter] for letter in self.codes], dtype=float)
        share: Floats = (len(LETTERS) * letters[::2] + letters[1::2]) / _TOP
        if not self.is_log:
            return self.low + share * (self.high - self.low)
        values: Floats = self.low * (self.high / self.low) ** share
        return values


def trace_of(diagnosis: Diagnosis) -> Trace | None:
    """Return the trace of a run, None if it is judged by no curve of two finite values."""
    best = diagnosis.best
    if best is None:
        return None
    curve = diagnosis.run.find_curve(best.metric, best.split, at_least=2)
    if curve is None:
        return None
    curve = curve.finite()
    if len(curve) < 2:
        return None
    x, y = _thinned(curve.x, np.clip(curve.value, -DRAWABLE, DRAWABLE))
    low, high = float(f"{y.min():.6g}"), float(f"{y.max():.6g}")
    is_log = spans_decades(low, high)
    first, last = float(f"{x[0]:.6g}"), float(f"{x[-1]:.6g}")
    return Trace(curve.unit, first, last, low, high, is_log, _codes(y, low, high, is_log=is_log))


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return a curve at up to 48 even places: means of stretches, with both extremes as they are.

    Shapes: (n,), (n,) -> two of (at most 48,).
    """
    count = min(_VALUES, len(y))
    starts = np.linspace(0, len(y), count, endpoint=False).astype(int)
    stretch = np.searchsorted(starts, np.arange(len(y)), side="right") - 1
    means = column_means(y, stretch, count)
    centre = np.bincount(stretch, x, minlength=count) / np.bincount(stretch, minlength=count)
    even = np.linspace(x[0], x[-1], count)
    if np.abs(centre - even).max() < even[1] - even[0]:  # logged at even places
        return even, means
    return even, np.interp(even, centre, means)


def _codes(y: Floats, low: float, high: float, *, is_log: bool) -> str:
    if is_log:
        y, low, high = np.log(y), float(np.log(low)), float(np.log(high))
    share = np.clip((y - low) / (high - low or 1.0), 0, 1)
    codes = np.round(share * _TOP).astype(int)
    return "".join(LETTERS[code // len(LETTERS)] + LETTERS[code % len(LETTERS)] for code in codes)


def read_trace(data: Any) -> Trace:
    """Return a trace from JSON. Raises TypeError or ValueError for anything else."""
    unit, first, last, low, high, is_log, codes = data
    if unit not in _UNITS or len(string(codes)) % 2 or not 4 <= len(codes) <= 2 * _VALUES:
        raise ValueError(codes)
    if not _PLACE.keys() >= set(codes):
        raise ValueError(codes)
    ends = number(first), number(last), number(low), number(high)
    return Trace(unit, *ends, is_log is True, codes)
