"""Name the schedule of a learning rate from its values alone.

A rate is set, not measured: a family of schedules that is right fits to the last digit logged.
Each family is fitted by least squares to the part after the warm-up; the simplest one whose error
is next to nothing wins.

References
----------
Loshchilov, I. & Hutter, F. (2017). SGDR. arXiv:1608.03983 (cosine, warm restarts).
Smith, L. N. (2017). Cyclical learning rates. arXiv:1506.01186; (2018) arXiv:1803.09820 (one cycle).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats, Ints

CONSTANT, STEP, LINEAR, EXPONENTIAL, COSINE = "constant", "step", "linear", "exponential", "cosine"
INVERSE_ROOT, POLYNOMIAL, ONE_CYCLE = "inverse_sqrt", "polynomial", "one_cycle"
CYCLIC, RESTARTS, OTHER = "cyclic", "warm_restarts", "other"

MOST = 4000  # points that are looked at; a longer series is thinned evenly
_SAME = 1e-3  # of the highest rate: what four digits keep
_TURN = 0.15  # of the range: a smaller rise or fall is no turn of a cycle
_GOOD = 0.012  # of the range of the fall: root mean square error of a family that fits
_SIMPLER = 2.0  # a simpler family may err by so many times the best error
_SOME = 1e-4  # and by so much besides, for rounding
_FEWEST = 4  # points of a fall whose shape can be told
_STEEP = 0.75  # a stair that falls by less is a smooth decay by epochs
_FEW_STAIRS = 3  # stairs of any height
_ONE_CYCLE_START = (0.01, 0.5)  # of the highest rate; a warm-up starts near 0
_ONE_CYCLE_RISE = 0.15  # of the run: a usual warm-up is shorter
_SUDDEN = 0.15  # of a cycle: a restart is a jump
_ENDS = np.concatenate([np.geomspace(0.3, 1, 60), np.geomspace(1, 8, 121)[1:]])  # of the fall
_POWERS = (0.5, 0.9, 2.0, 3.0)


class Schedule(NamedTuple):
    """A schedule by its kind, and what it was set to; None where the kind has no such thing."""

    kind: str
    highest: float
    lowest: float
    last: float
    warmup: int  # index of the first point after the warm-up, 0 without one
    factor: float | None = None  # of each stair, or of the whole exponential fall by unit of t
    drops: tuple[int, ...] = ()  # indices of the first points after a drop
    period: float | None = None  # of a cycle, in units of t
    cycles: int | None = None
    power: float | None = None  # of a polynomial


class Fit(NamedTuple):
    """How well a family fits: root mean square error, as a share of the range."""

    kind: str
    error: float
    detail: float | None = None


def schedule_of(t: Floats, value: Floats) -> Schedule | None:
    """Return the schedule of a rate at sorted positions; None with fewer than two points.

    Shapes: (n,), (n,). Only finite values of 0 or more, one of them above 0, make a rate.
    """
    if len(value) < 2 or not np.isfinite(value).all() or value.min() < 0 or value.max() <= 0:
        return None
    kept = _thinned(value)
    t, value = t[kept], value[kept]
    highest = float(value.max())
    ends = highest, float(value.min()), float(value[-1])
    if ends[0] - ends[1] <= _SAME * highest:
        return Schedule(CONSTANT, *ends, warmup=0)
    cyclic = _cycles(t, value)
    if cyclic is not None:
        kind, period, cycles = cyclic
        return Schedule(kind, *ends, warmup=0, period=period, cycles=cycles)
    peak = int(np.argmax(value >= highest * (1 - _SAME)))
    if peak > 1 and np.ptp(value[:peak]) <= _SAME * highest:
        return Schedule(OTHER, *ends, warmup=0)  # raised at once, long after the start
    found = _fall(t, value, peak, ends)
    if _is_one_cycle(t, value, peak, found):
        found = found._replace(kind=ONE_CYCLE)
    return found._replace(
        warmup=int(kept[peak]) if value[0] < highest * (1 - _SAME) else 0,
        drops=tuple(int(kept[at]) for at in found.drops),
    )


def _thinned(value: Floats) -> Ints:
    """Return the indices of evenly spaced points, the last among them."""
    count = len(value)
    if count <= MOST:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, MOST).round().astype(np.int64))


def _cycles(t: Floats, value: Floats) -> tuple[str, float, int] | None:
    """Return the kind, period and number of the cycles of a rate that rises again after a fall."""
    turns = _turns(value)
    rises = [(low, high) for low, high in pairwise(turns) if value[high] > value[low] and low > 0]
    if not rises or value[rises[0][1]] < 0.3 * value.max():
        return None
    tops = [high for _, high in rises]
    first_fall = turns[0] if value[turns[0]] > value[turns[1]] else turns[1]
    tops = [first_fall, *tops] if first_fall < tops[0] else tops
    period = float(np.median(np.diff(t[tops]))) if len(tops) > 1 else float(t[-1] - t[0])
    spans = [t[high] - t[low] for low, high in rises]
    single = float(np.median(np.diff(t)))
    sudden = float(np.median(spans)) <= max(_SUDDEN * period, 1.01 * single)
    return (RESTARTS if sudden else CYCLIC), period, len(tops)


def _turns(value: Floats) -> list[int]:
    """Return the ends and the turning points of a curve, without turns below ``_TURN``."""
    least = _TURN * float(value.max() - value.min())
    turns, low, high, direction = [0], 0, 0, 0
    for at, now in enumerate(value.tolist()):
        if now > value[high]:
            high = at
        if now < value[low]:
            low = at
        if direction >= 0 and value[high] - now >= least:
            if high > turns[-1]:
                turns.append(high)
            direction, low, high = -1, at, at
        elif direction <= 0 and now - value[low] >= least:
            if low > turns[-1]:
                turns.append(low)
            direction, low, high = 1, at, at
    end = len(value) - 1
    last = high if direction > 0 else low
    return [*turns, *([last] if last > turns[-1] else []), *([end] if last < end else [])]


def _fall(t: Floats, value: Floats, peak: int, ends: tuple[float, float, float]) -> Schedule:
    """Return the schedule after the highest rate was reached."""
    held = value[peak:] >= ends[0] * (1 - _SAME)
    start = peak + len(held) - 1 - int(np.argmax(held[::-1]))  # the last point at the highest
    if start == len(value) - 1:
        return Schedule(CONSTANT, *ends, warmup=peak)
    top = int(np.argmax(value))
    first = [0, *(np.flatnonzero(~_close(value[top + 1 :], value[top:-1])) + 1).tolist()]
    stairs = top + np.array(first, dtype=np.int64)
    levels = value[stairs]
    factors = levels[1:] / levels[:-1]
    is_stair = len(levels) <= (len(value) - peak) / 2 + 1 and bool((factors < 1).all())
    steep = len(factors) > 0 and float(np.median(factors)) <= _STEEP
    if is_stair and (steep or len(levels) <= _FEW_STAIRS):
        drops = tuple(stairs[1:].tolist())
        return Schedule(STEP, *ends, peak, float(np.median(factors)), drops=drops)
    points = stairs if is_stair and len(stairs) >= _FEWEST else np.arange(start, len(value))
    fit = _best_fit(t[points], value[points])
    if fit is None:
        return Schedule(OTHER, *ends, warmup=peak)
    factor = fit.detail if fit.kind == EXPONENTIAL else None
    power = fit.detail if fit.kind == POLYNOMIAL else None
    return Schedule(fit.kind, *ends, peak, factor, power=power)


def _close(a: Floats, b: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.abs(a - b) <= 1e-6 * np.maximum(np.abs(a), np.abs(b))


def _best_fit(t: Floats, value: Floats) -> Fit | None:
    """Return the simplest family that fits a fall, None if none does or the points are few."""
    if len(t) < _FEWEST:
        return None
    u = (t - t[0]) / (t[-1] - t[0])
    w = (value - value.min()) / (value.max() - value.min())
    fits = [_linear(u, w), _exponential(t, value), _cosine(u, w), _inverse_root(t, value)]
    fits += [_polynomial(u, w, power) for power in _POWERS]
    best = min(fit.error for fit in fits)
    if best > _GOOD:
        return None
    return next(fit for fit in fits if fit.error <= _SIMPLER * best + _SOME)


def _linear(u: Floats, w: Floats) -> Fit:
    """Fit a straight fall, also one that ends in a floor before the last point."""
    return Fit(LINEAR, _over_ends(u, w, lambda share: 1 - share, _ENDS[_ENDS <= 1]))


def _cosine(u: Floats, w: Floats) -> Fit:
    """Fit half a cosine that may end before or after the last point."""
    return Fit(COSINE, _over_ends(u, w, lambda share: np.cos(np.pi * share), _ENDS))


def _polynomial(u: Floats, w: Floats, power: float) -> Fit:
    error = _over_ends(u, w, lambda share: (1 - share) ** power, _ENDS[_ENDS >= 1])
    return Fit(POLYNOMIAL, error, power)


def _over_ends(u: Floats, w: Floats, shape: Callable[[Floats], Floats], ends: Floats) -> float:
    """Return the least error of floor + height * shape(u / end), over the ends and between them."""
    error = np.array([_error_of(shape(np.minimum(u / end, 1.0)), w) for end in ends])
    at = int(np.argmin(error))
    low, high = ends[max(at - 1, 0)], ends[min(at + 1, len(ends) - 1)]
    finer = np.linspace(low, high, 41)
    return float(min(_error_of(shape(np.minimum(u / end, 1.0)), w) for end in finer))


def _error_of(x: Floats, y: Floats) -> float:
    """Return the root mean square error of the straight line of y on x."""
    dx, dy = x - x.mean(), y - y.mean()
    spread = float(dx @ dx)
    if spread < 1e-12:
        return float(np.sqrt(np.mean(dy**2)))
    rest = dy - dx * (float(dx @ dy) / spread)
    return float(np.sqrt(np.mean(rest**2)))


def _exponential(t: Floats, value: Floats) -> Fit:
    """Fit value = a * b ** t; the detail is b."""
    if value.min() <= 0:
        return Fit(EXPONENTIAL, np.inf)
    slope, level = np.polyfit(t - t[0], np.log(value), 1)
    return Fit(EXPONENTIAL, _relative(np.exp(level + slope * (t - t[0])), value), np.exp(slope))


def _inverse_root(t: Floats, value: Floats) -> Fit:
    """Fit value = a / sqrt(t + b), as the Transformer does after its warm-up."""
    if value.min() <= 0:
        return Fit(INVERSE_ROOT, np.inf)
    slope, level = np.polyfit(t - t[0], 1 / value**2, 1)
    inverse = level + slope * (t - t[0])
    if inverse.min() <= 0:
        return Fit(INVERSE_ROOT, np.inf)
    return Fit(INVERSE_ROOT, _relative(1 / np.sqrt(inverse), value))


def _relative(fitted: Floats, value: Floats) -> float:
    spread = float(value.max() - value.min())
    return float(np.sqrt(np.mean((fitted - value) ** 2))) / spread


def _is_one_cycle(t: Floats, value: Floats, peak: int, found: Schedule) -> bool:
    """Say whether a rise from a share of the highest rate and a fall below it make one cycle."""
    if found.kind not in (COSINE, LINEAR, OTHER) or peak < 2:
        return False
    low, high = _ONE_CYCLE_START
    start, share = value[0] / value.max(), (t[peak] - t[0]) / (t[-1] - t[0])
    if not low <= start <= high or share < _ONE_CYCLE_RISE:
        return False
    rise_t, rise = t[: peak + 1], value[: peak + 1]
    u = (rise_t - rise_t[0]) / (rise_t[-1] - rise_t[0])
    straight, curved = _error_of(u, rise), _error_of(np.cos(np.pi * u), rise)
    return curved < straight or (found.kind == LINEAR and value[-1] < value[0])
