"""Levels of a curve: medians of neighbouring points, so that no level is one lucky epoch."""

from __future__ import annotations

from bisect import insort

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.stats.median import median

TAIL = 0.05  # share of the points in a level
_FEWEST = 3  # points in a level of a long enough curve
_MOST_CELLS = 1 << 20  # points times width: 8 MiB of windows, sorted in some 10 ms
_Z95 = 1.96  # 95 % of a normal distribution lie within this many standard deviations


def tail_of(points: int) -> int:
    """Return how many points make a level: 5 %, at least three."""
    return min(points, max(_FEWEST, round(TAIL * points)))


def is_coarse(points: int) -> bool:
    """Say whether a level of so few points is more than 5 % of them: it lags behind a slope."""
    return TAIL * points < _FEWEST


def end_level(y: Floats) -> float:
    """Return the level at the end: the median of the last 5 %, at least three points."""
    return median(y[-tail_of(len(y)) :])


def end_reach(y: Floats) -> float:
    """Return how far the level at the end of a curve that jumps may be off, with 95 % confidence.

    The noise is the jitter of the second half, in which a smooth turn hardly counts. So few points
    need Student's quantile (Cornish-Fisher's expansion), not the normal one: 2.8 instead of 2 for
    six points.
    """
    half = y[len(y) // 2 :]
    freedom = max(len(half) - 2, 1)
    third = (_Z95**3 + _Z95) / 4
    fifth = (5 * _Z95**5 + 16 * _Z95**3 + 3 * _Z95) / 96
    error = float(np.sqrt(np.pi / 2)) * jitter_of(half) / float(np.sqrt(tail_of(len(y))))
    return (_Z95 + third / freedom + fifth / freedom**2) * error


def level_at(y: Floats, at: int) -> float:
    """Return the median of the 5 % of the points around an index, fewer at the ends."""
    half = tail_of(len(y)) // 2
    return median(y[max(0, at - half) : at + half + 1])


def running_median(y: Floats, width: int) -> Floats:
    """Return the median of ``width`` points around each value, fewer at the ends.

    An even width counts as the next odd one. Shapes: (n,) -> (n,).
    """
    half = width // 2
    if half == 0 or not len(y):
        return y.copy()
    out: Floats = np.empty(len(y))
    if len(y) > 2 * half:
        out[half : len(y) - half] = _middles(y, half)
    edge = min(half, len(y))
    out[:edge] = _first_medians(y, half, edge)
    out[len(y) - edge :] = _first_medians(y[::-1], half, edge)[::-1]
    return out


def _middles(y: Floats, half: int) -> Floats:
    """Return the median of each whole window of 2 * ``half`` + 1 points; NaN if one is NaN."""
    width = 2 * half + 1
    if len(y) * width > _MOST_CELLS:
        return _filtered(y, half)
    windows = np.lib.stride_tricks.sliding_window_view(y, width)
    middles: Floats = np.partition(windows, half, axis=1)[:, half]
    if np.isnan(y).any():
        middles[np.isnan(windows).any(axis=1)] = np.nan
    return middles


def _filtered(y: Floats, half: int) -> Floats:
    """Return the same for many points and wide windows, without a copy of each window."""
    from scipy.ndimage import median_filter

    missing = np.isnan(y)
    width = 2 * half + 1
    middles: Floats = median_filter(np.where(missing, 0.0, y), width)[half : len(y) - half]
    if missing.any():
        before = np.concatenate([[0], np.cumsum(missing)])
        middles[before[width:] > before[:-width]] = np.nan
    return middles


def _first_medians(y: Floats, half: int, count: int) -> Floats:
    """Return the medians of the first ``half`` + 1 points, of one more, and so on."""
    if np.isnan(y[: half + count]).any():
        return np.array([np.median(y[: at + half + 1]) for at in range(count)])
    values = y[: half + count].tolist()
    window = sorted(values[:half])
    medians = []
    for at in range(count):
        if half + at < len(values):
            insort(window, values[half + at])
        middle = len(window) // 2
        is_odd = len(window) % 2
        medians.append(window[middle] if is_odd else (window[middle - 1] + window[middle]) / 2)
    return np.array(medians)


def noise_of(y: Floats) -> float:
    """Return the standard deviation of the point-to-point noise; 0 below three points.

    Estimated from the median absolute deviation of the first differences.
    """
    if len(y) < 3:
        return 0.0
    steps = np.diff(y)
    return 1.4826 * median(np.abs(steps - median(steps))) / float(np.sqrt(2))


def jitter_of(y: Floats) -> float:
    """Return the standard deviation of the noise from point to point, beyond any straight trend.

    From the median of second differences, or their mean if most are 0, as with rounded values; 0
    below three points.
    """
    if len(y) < 3:
        return 0.0
    second = np.abs(y[2:] - 2 * y[1:-1] + y[:-2]) / np.sqrt(6)
    typical = median(second) / 0.6745
    return typical if typical > 0 else float(second.mean()) * float(np.sqrt(np.pi / 2))


def movement(y: Floats) -> float:
    """Return the mean absolute change between neighbouring points."""
    return float(np.abs(np.diff(y)).mean()) if len(y) > 1 else 0.0


def swing(y: Floats) -> float:
    """Return the mean absolute change between neighbouring points, beyond the overall trend."""
    if len(y) < 2:
        return 0.0
    steps = np.diff(y)
    return float(np.abs(steps - steps.mean()).mean())


def largest_fall(y: Floats) -> float:
    """Return the largest fall from any point to a later one, 0 if there is none."""
    return float((np.maximum.accumulate(y) - y).max())
