"""Other ways to extrapolate a log loss by one doubling, for more_training.py to compare.

Each returns the expected fall of the log loss. Arrays have the shape (bins,): positions ``t``
from 1, log loss ``y``, number of points ``count``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer.stats.levels import jitter_of

Array = np.ndarray[Any, Any]
LN2 = float(np.log(2))
POWERS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
RATES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # of exponentials, in lengths of the run
MOST = 40.0  # points that count as independent in a likelihood
SIGNALS, LENGTHS = (0.1, 0.3, 1.0, 3.0), (0.5, 1.0, 2.0)
FREE = 25.0  # prior variance of the level


def log_slope(t: Array, y: Array, count: Array) -> float:
    """Extend the weighted least-squares slope against ln t over the last half.

    The slope is reduced by its own error: s (1 - (2 se / s)^2), at least 0.
    """
    late = t >= t[-1] / 2
    u, y, count = np.log(t[late]), y[late], count[late]
    centre = np.average(u, weights=count)
    spread = float((count * (u - centre) ** 2).sum())
    if spread <= 0:
        return 0.0
    slope = float((count * (u - centre) * y).sum()) / spread
    left = y - np.average(y, weights=count) - slope * (u - centre)
    error = np.sqrt((count * left**2).sum() / max(len(u) - 2, 1) / spread)
    kept = max(1 - (2 * error / slope) ** 2, 0.0) if slope else 0.0
    return -slope * LN2 * kept


def shapes(t: Array, y: Array, count: Array) -> float:
    """Average power laws and exponentials with an offset of 0 or more, by their profile likelihood.

    The offset and the amplitude of each are those of least relative squares over the last three
    quarters.
    """
    last = t >= t[-1] / 4
    x, loss = t[last] / t[-1], np.exp(y[last] - y[last].mean())
    weight = count[last] / loss**2
    falls, squares = [], []
    for power in POWERS:
        fit(falls, squares, x**-power, (1.0, 2.0**-power), loss, weight)
    for rate in RATES:
        ends = (float(np.exp(-rate)), float(np.exp(-2 * rate)))
        fit(falls, squares, np.exp(-rate * x), ends, loss, weight)
    least = np.maximum(squares, 1e-12)
    likely = (least / least.min()) ** (-0.5 * min(len(x), MOST))
    return float(np.average(falls, weights=likely))


def fit(
    falls: list[float],
    squares: list[float],
    shape: Array,
    ends: tuple[float, float],
    loss: Array,
    weight: Array,
) -> None:
    """Fit offset + size x shape, both at least 0, and append its fall and its squares."""
    middle, mean = np.average(shape, weights=weight), np.average(loss, weights=weight)
    spread = float((weight * (shape - middle) ** 2).sum())
    size = float((weight * (shape - middle) * (loss - mean)).sum()) / max(spread, 1e-300)
    offset = mean - size * middle
    if offset < 0:
        offset, size = 0.0, float((weight * shape * loss).sum() / (weight * shape**2).sum())
    if size < 0:
        offset, size = mean, 0.0
    squares.append(float((weight * (loss - offset - size * shape) ** 2).sum()))
    now, later = (max(offset + size * end, 1e-9) for end in ends)
    falls.append(float(np.log(now / later)))


def damped_trend(t: Array, y: Array, count: Array) -> float:
    """Extrapolate a Gaussian process in ln t whose slope decays: an integrated Ornstein-Uhlenbeck.

    Size and damping length are those of greatest marginal likelihood; the last fifteen sixteenths
    are thinned to 40 points.
    """
    u, y, count, jitter = thinned(t, y, count)
    at = np.r_[u, 0.0, LN2] - u[0]
    best, fall = -np.inf, 0.0
    for size in SIGNALS:
        for length in LENGTHS:
            kernel = FREE + size**2 * integrated(at / length) * length**2
            inner = kernel[: len(u), : len(u)] + np.diag(jitter**2 / count + 1e-8)
            root = np.linalg.cholesky(inner)
            white = np.linalg.solve(root, y)
            likelihood = -0.5 * float(white @ white) - float(np.log(np.diag(root)).sum())
            if likelihood > best:
                step = np.linalg.solve(root, kernel[-1, : len(u)] - kernel[-2, : len(u)])
                best, fall = likelihood, -float(step @ white)
    return fall


def thinned(t: Array, y: Array, count: Array) -> tuple[Array, Array, Array, float]:
    """Return ln(t / T), log loss and count of at most 40 bins, and the jitter between points."""
    last = t >= t[-1] / 16
    t, y, count = t[last], y[last], count[last]
    jitter = max(jitter_of(y), 1e-4)
    inner = np.searchsorted(t, np.geomspace(t[0], t[-1], 41)[1:-1])
    starts = np.unique(np.r_[0, inner[inner < len(t)]])
    total = np.add.reduceat(count, starts)
    place, level = (np.add.reduceat(each * count, starts) / total for each in (t, y))
    return np.log(place / t[-1]), level, total, jitter


def integrated(at: Array) -> Array:
    """Return the covariance of the integral of a unit Ornstein-Uhlenbeck process from 0."""
    first, second = at[:, None], at[None, :]
    both = 2 * np.minimum(first, second) - 1 - np.exp(-np.abs(first - second))
    return np.asarray(both + np.exp(-first) + np.exp(-second))
