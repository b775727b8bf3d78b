"""Round numbers for an axis."""

from __future__ import annotations

import math

_FACTORS = (
    5.0,
    2.5,
    2.0,
    1.0,
    0.5,
    0.25,
    0.2,
    0.1,
    0.05,
)  # of the power of ten below the span, coarse to fine
_FEWEST = 3


def linear_ticks(low: float, high: float, most: int = 6, *, whole: bool = False) -> list[float]:
    """Return round numbers between low and high, evenly spaced: as many as ``most`` allows, but at least three.

    ``whole`` keeps to whole numbers, as few as there are.
    """
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10(high - low))
    ticks: list[float] = []
    for step in (power * factor for factor in _FACTORS):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if whole and step % 1:
            continue
        if len(ticks) >= _FEWEST and last - first >= most:
            break
        ticks = [float(f"{index * step:.12g}") for index in range(first, last + 1)]
    return list(dict.fromkeys(ticks))


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers between two positive bounds for a log axis: powers of ten, with 2 and 5 or 3 if they fit."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for factors in ((1, 2, 5), (1, 3), (1,)):
        ticks = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
        ticks = [
            float(f"{tick:.12g}") for tick in ticks if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)
        ]
        if len(ticks) <= most:
            return ticks if len(ticks) > 1 else linear_ticks(low, high, most)
    every = -(-len(ticks) // most)
    return [tick for tick in ticks if round(math.log10(tick)) % every == 0]
