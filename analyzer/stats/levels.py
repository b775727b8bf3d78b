"""Levels of a curve: medians of neighbouring points, so that no level is one lucky epoch."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats

TAIL = 0.05  # the level at the end is the median of the last 5 %


def tail_of(points: int) -> int:
    """Return how many points make a level: 5 % of them, at least three."""
    return min(points, max(3, round(TAIL * points)))


def end_level(y: Floats) -> float:
    """Return the level at the end: the median of the last 5 % (at least three points)."""
    return float(np.median(y[-tail_of(len(y)) :]))


def level_at(y: Floats, at: int) -> float:
    """Return the median of the 5 % of the points around a place, fewer at the ends."""
    half = tail_of(len(y)) // 2
    return float(np.median(y[max(0, at - half) : at + half + 1]))


def running_median(y: Floats, width: int) -> Floats:
    """Return the median of ``width`` neighbours around each value (one more where even), fewer at the ends."""
    half = width // 2
    if half == 0 or not len(y):
        return y.copy()
    padded = np.concatenate([np.full(half, np.nan), y, np.full(half, np.nan)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    out: Floats = np.empty(len(y))
    inner = slice(half, len(y) - half)
    out[inner] = np.median(windows[inner], axis=1)
    for at in (*range(min(half, len(y))), *range(max(len(y) - half, half), len(y))):
        out[at] = np.median(y[max(0, at - half) : at + half + 1])
    return out


def noise_of(y: Floats) -> float:
    """Return the standard deviation of the point-to-point noise, from first differences by their median."""
    if len(y) < 3:
        return 0.0
    steps = np.diff(y)
    return 1.4826 * float(np.median(np.abs(steps - np.median(steps))) / np.sqrt(2))


def movement(y: Floats) -> float:
    """Return the mean absolute change between neighbouring points."""
    return float(np.abs(np.diff(y)).mean()) if len(y) > 1 else 0.0


def swing(y: Floats) -> float:
    """Return the mean absolute change between neighbouring points beyond the steady change of the whole."""
    if len(y) < 2:
        return 0.0
    steps = np.diff(y)
    return float(np.abs(steps - steps.mean()).mean())
