"""Round numbers for an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyzer.stats.arrays import Floats

# Steps between ticks, in powers of ten below the span, coarse to fine.
_FACTORS = (5.0, 2.5, 2.0, 1.0, 0.5, 0.25, 0.2, 0.1, 0.05)
_DECADE_FACTORS: Sequence[Sequence[int]] = ((1, 2, 5), (1, 3), (1,))  # fine to coarse
_FEWEST = 3
_END_ROOM = 0.6  # of a step, between the end of an axis and the tick before it


def linear_ticks(low: float, high: float, most: int = 6, *, whole: bool = False) -> list[float]:
    """Return evenly spaced round numbers between low and high.

    There are as many as ``most`` allows, but at least three. ``whole`` keeps to whole numbers,
    even if that leaves fewer.
    """
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10(high - low))
    ticks: list[float] = []
    for factor in _FACTORS:
        step = power * factor
        if whole and step % 1:
            continue
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if len(ticks) >= _FEWEST and last - first >= most:
            break
        ticks = [_exact(index * step) for index in range(first, last + 1)]
    return list(dict.fromkeys(ticks))


def with_end(ticks: list[float], end: float) -> list[float]:
    """Return ticks with the end of the axis as the last, in place of one too close beside it."""
    if len(ticks) < 2:
        return ticks
    least = _END_ROOM * (ticks[1] - ticks[0])
    return [*(tick for tick in ticks if end - tick >= least), _exact(end)]


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers between two positive bounds for a logarithmic axis.

    They are powers of ten, with 2 and 5 or with 3 between them if these fit; where fewer than three
    of them lie between the bounds, they are evenly spaced numbers.
    """
    ticks: list[float] = []
    for factors in _DECADE_FACTORS:
        ticks = _decade_ticks(low, high, factors)
        if len(ticks) <= most:
            return ticks if len(ticks) >= _FEWEST else linear_ticks(low, high, most)
    every = -(-len(ticks) // most)
    return [tick for tick in ticks if round(math.log10(tick)) % every == 0]


def _decade_ticks(low: float, high: float, factors: Sequence[int]) -> list[float]:
    """Return the multiples of powers of ten between two bounds, by these factors."""
    ticks = []
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        decade = [_exact(factor * 10.0**power) for factor in factors]
        ticks += [tick for tick in decade if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
    return ticks


def _exact(value: float) -> float:
    """Return a tick without the rounding error of its product: 0.3, never 0.30000000000000004."""
    return float(f"{value:.12g}")


def is_whole(x: Floats) -> bool:
    """Return whether positions are whole numbers, as steps and most epochs are."""
    return bool((x % 1 == 0).all())
