"""Where the minimum of a validation curve can lie: kriging with slow noise, and draws from the posterior.

The sampling error of a validation set is no white noise: every epoch is measured on the same few examples, so the error
wanders slowly. Left out of the model (block bootstrap of a smooth fit, Gaussian process with white noise) a "95 %"
interval holds the truth 64 to 74 % of the time.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from analyzer.stats.smooth import FREE_RAW_SHARE

Floats = npt.NDArray[np.float64]

LOG_OFFSET = 0.005  # share of the run added to t before the logarithm
SLOW_NOISE = 0.3  # variance of the wander of log loss, per example and unit of log time
FIT_POINTS = 80  # points used to choose the length scale and the sizes; the posterior uses all
_LENGTHS = (0.2, 0.45, 1.0, 2.2)
_SIGNALS = (0.3, 1.0, 3.0)  # times the spread of the curve
_JITTERS = (0.5, 1.0, 2.0)  # times the jitter seen in differences
_WIDE = 1e4  # variance of the level and the tilt, in squared spreads of the curve: they are free


def argmin_draws(t: Floats, y: Floats, count: Floats, examples: float, *, draws: int = 400, seed: int = 0) -> Floats:
    """Return ``draws`` positions of the minimum of the true curve behind y, in units of t, sorted.

    ``y`` is on a scale on which errors are relative (log loss); ``count`` points were averaged in each bin;
    ``examples`` is the size of the validation set. Model: level + tilt + Matern-5/2 signal + jitter + slow noise
    (0.3 / examples) * min(u_i, u_j) in u = ln(t + .005 T) from the first point. Rasmussen, C. E. & Williams, C. K. I.
    (2006). Gaussian Processes for Machine Learning, ch. 2 and 4.
    """
    u = np.log(t + LOG_OFFSET * t[-1])
    centred = y - np.median(y)
    spread = max(float(np.std(centred)), 1e-12)
    jitter = _jitter(centred)
    length, signal, noise = _fit(u, centred, count, examples, spread, jitter)
    moved = examples / (examples + FREE_RAW_SHARE)
    prior = _trend(u, spread) + signal**2 * _matern(u, length) + np.diag(moved * noise**2 / count)
    noisy = prior + _slow(u, examples) + np.diag((1 - moved) * noise**2 / count + 1e-10 * spread**2)
    gain = np.linalg.solve(noisy, prior)
    mean = gain.T @ centred
    covariance = prior - prior @ gain
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vectors * np.sqrt(np.clip(values, 0, None))
    random = np.random.default_rng(seed).standard_normal((len(u), draws))
    return np.sort(t[np.argmin(mean[:, None] + root @ random, axis=0)])


def _jitter(y: Floats) -> float:
    """Return the size of the fast noise from second differences, by their median."""
    if len(y) < 3:
        return 1e-6
    second = y[2:] - 2 * y[1:-1] + y[:-2]
    return max(float(np.median(np.abs(second)) / 0.6745 / np.sqrt(6)), 1e-6 * max(float(np.ptp(y)), 1e-12), 1e-12)


def _matern(u: Floats, length: float) -> Floats:
    scaled = np.sqrt(5) * np.abs(u[:, None] - u[None, :]) / length
    kernel: Floats = (1 + scaled + scaled**2 / 3) * np.exp(-scaled)
    return kernel


def _trend(u: Floats, spread: float) -> Floats:
    tilt = u - u.mean()
    kernel: Floats = _WIDE * spread**2 * (1 + np.outer(tilt, tilt))
    return kernel


def _slow(u: Floats, examples: float) -> Floats:
    since = u - u[0]
    kernel: Floats = SLOW_NOISE / examples * np.minimum(since[:, None], since[None, :])
    return kernel


def _fit(
    u: Floats, y: Floats, count: Floats, examples: float, spread: float, jitter: float
) -> tuple[float, float, float]:
    """Choose length scale, signal size and jitter from a small grid by the marginal likelihood."""
    index = np.unique(np.linspace(0, len(u) - 1, min(len(u), FIT_POINTS)).round().astype(int))
    u, y, count = u[index], y[index], count[index]
    fixed = _trend(u, spread) + _slow(u, examples)
    best, chosen = -np.inf, (1.0, spread, jitter)
    for length in _LENGTHS:
        matern = _matern(u, length)
        for signal, noise in product(_SIGNALS, _JITTERS):
            size, fast = signal * spread, noise * jitter
            covariance = fixed + size**2 * matern + np.diag(fast**2 / count + 1e-10 * spread**2)
            likelihood = _likelihood(covariance, y)
            if likelihood > best:
                best, chosen = likelihood, (length, size, fast)
    return chosen


def _likelihood(covariance: Floats, y: Floats) -> float:
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return -np.inf
    white = np.linalg.solve(root, y)
    return float(-0.5 * white @ white - np.log(np.diag(root)).sum())
