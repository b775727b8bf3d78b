"""Swings of a curve of a few points: how often it went up and down by a given step."""

from __future__ import annotations

from analyzer.stats.arrays import Floats
from analyzer.stats.levels import largest_fall

STEP = 0.25  # of the log loss: a loss that rises by a quarter has changed for anybody who looks
MANY = 12  # points; with six in its second half a curve shows its noise
RESTLESS = 3  # swings: up, down and up again is no trend with one bad point in it


def swings(y: Floats, least: float = STEP) -> int:
    """Return how many moves of ``least`` or more a curve made, alternately up and down.

    A fall that comes first is learning and does not count. Shape: (n,).
    """
    count = direction = 0
    low = high = float(y[0])
    for value in y[1:].tolist():
        low, high = min(low, value), max(high, value)
        if direction <= 0 and value - low >= least:
            count, direction, high = count + 1, 1, value
        elif direction >= 0 and high - value >= least:
            count, direction, low = count + (direction > 0), -1, value
    return count


def only_swings(y: Floats, lowest: int) -> bool:
    """Say whether the rise from the lowest of a few points to the end is a swing like the others.

    The curve went up, down and up again, and before its lowest point it rose by half as much. From
    ``MANY`` points on, the noise tells.
    """
    if len(y) >= MANY or swings(y) < RESTLESS:
        return False
    before = largest_fall(-y[: lowest + 1])
    return before >= float(y[-1] - y[lowest]) / 2
