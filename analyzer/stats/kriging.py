"""Draw likely positions of a validation curve's minimum: kriging with slow noise.

The sampling error of a validation set is not white noise: every epoch is measured on the same few
examples, so the error wanders as the weights move. A model that ignores this (block bootstrap of a
smooth fit, Gaussian process with white noise) has "95 %" intervals that cover the truth in 64 to
74 % of runs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.stats.median import median
from analyzer.stats.smooth import real_share, smooth

LOG_OFFSET = 0.005  # share of the run added to t before the logarithm
LOG_SHARE = 0.25  # the error also wanders with log time while the smoothed curve stands still
FEW = 100.0  # below about 100 examples single heavy losses add to the error: by 1 + 100 / n
FIT_POINTS = 48  # points that choose the length scale and the sizes; the posterior uses all
_LENGTHS = np.array([0.2, 0.45, 1.0, 2.2])
_SIGNALS = np.array([0.3, 1.0, 3.0])  # times the spread of the curve
_JITTERS = np.array([0.5, 1.0, 2.0])  # times the jitter seen in differences
_WIDE = 1e4  # prior variance of level and tilt, in squared spreads: both are free
_NUGGET = 1e-9  # of the squared spread, so that every matrix can be factored
_TINY = 1e-12  # the smallest spread or jitter


class _Sizes(NamedTuple):
    """Length scale and size of the signal, and size of the jitter, of greatest likelihood."""

    length: float
    signal: float
    jitter: float


def argmin_draws(
    t: Floats,
    y: Floats,
    count: Floats,
    examples: float,
    *,
    between: Floats | None = None,
    draws: int = 300,
    seed: int = 0,
) -> Floats:
    """Return sorted draws of the position of the minimum of the true curve behind y.

    The model is level + tilt + Matern-5/2 signal in u = ln(t + .005 T), jitter, and slow noise with
    covariance ``slow_unit(n)`` min(c_i, c_j) on the clock c of ``clock``. Costs n**3, so bin first
    (120 bins: 2 ms).

    Parameters
    ----------
    t
        Sorted positions, at least 1. Shape: (n,).
    y
        The logged curve on a scale on which errors are relative (log loss). Shape: (n,).
    count
        How many points were averaged in each bin. Shape: (n,).
    examples
        The size of the validation set.
    between
        Sorted positions that were not evaluated, at which the minimum may lie as well, above
        -.005 T. Shape: (m,).
    draws
        How many positions to return, in units of t.
    seed
        Seeds the draws.

    References
    ----------
    Rasmussen, C. E. & Williams, C. K. I. (2006). Gaussian Processes for Machine Learning,
    ch. 2 and 4.
    """
    extra = np.empty(0) if between is None else np.setdiff1d(between, t)
    places = np.sort(np.concatenate([t, extra]))
    mean, root = _posterior(t, y, count, examples, places)
    random = np.random.default_rng(seed).standard_normal((len(places), draws))
    return np.sort(places[np.argmin(mean[:, None] + root @ random, axis=0)])


def slow_unit(examples: float) -> float:
    """Return the variance of the wander of log loss per unit of the clock: (1 + 100 / n) / n.

    Chosen on the calibration half of the corpus, where it makes the onset's intervals cover the
    truth in 95 % of the runs at every size n of the validation set (docs/decisions/0010).
    """
    return (1 + FEW / examples) / examples


def clock(t: Floats, fit: Floats) -> Floats:
    """Return the time by which sampling error wanders: path of the log loss plus 1/4 log time.

    The error changes as the predictions change, and the length of the path of the smoothed log loss
    measures how far they went. On the corpus the squared error grows by 1.3 to 2.0 / n per unit of
    path over four orders of magnitude; per unit of log time it differs between runs by a factor of
    3,000. Shapes: (n,), (n,) -> (n,).
    """
    u = np.log(t + LOG_OFFSET * t[-1])
    path = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(fit)))])
    passed: Floats = LOG_SHARE * (u - u[0]) + path
    return passed


def _posterior(
    t: Floats, y: Floats, count: Floats, examples: float, places: Floats
) -> tuple[Floats, Floats]:
    """Return the mean of the true curve at ``places``, and a root of its covariance.

    The logged positions ``t`` are among the places, both sorted.
    """
    u = np.log(places + LOG_OFFSET * t[-1])
    at = np.searchsorted(places, t)
    centred = y - median(y)
    spread = max(float(np.std(centred)), _TINY)
    tilt = u - u[at].mean()
    free = _WIDE * spread**2 * (1 + np.outer(tilt, tilt))
    passed = clock(t, smooth(t, y, count))
    slow = slow_unit(examples) * np.minimum(passed[:, None], passed[None, :])
    fixed = free[np.ix_(at, at)] + slow
    length, signal, fast = _fit(
        u[at], centred, count, fixed=fixed, spread=spread, jitter=_jitter(centred)
    )
    moved, averaged = real_share(examples), np.ones(len(places))
    averaged[at] = count
    curve = free + signal**2 * matern(u, length) + np.diag(moved * fast**2 / averaged)
    noise = np.diag((1 - moved) * fast**2 / count + _NUGGET * spread**2)
    gain = np.linalg.solve(curve[np.ix_(at, at)] + slow + noise, curve[at])
    covariance = curve - curve[:, at] @ gain
    return gain.T @ centred, _root((covariance + covariance.T) / 2, spread)


def _root(covariance: Floats, spread: float) -> Floats:
    """Return the Cholesky factor, with as little added to the diagonal as rounding requires."""
    identity = np.eye(len(covariance))
    for nugget in 10.0 ** np.arange(-8, 0):
        try:
            root: Floats = np.linalg.cholesky(covariance + nugget * spread**2 * identity)
        except np.linalg.LinAlgError:
            continue
        return root
    return np.diag(np.sqrt(np.clip(np.diag(covariance), 0, None)))


def _jitter(y: Floats) -> float:
    """Return the standard deviation of the fast noise, from the median of second differences."""
    if len(y) < 3:
        return 1e-6
    second = y[2:] - 2 * y[1:-1] + y[:-2]
    seen = median(np.abs(second)) / 0.6745 / float(np.sqrt(6))
    return max(seen, 1e-6 * max(float(np.ptp(y)), _TINY), _TINY)


def matern(u: Floats, length: float | Floats) -> Floats:
    """Return the Matern-5/2 kernel of all pairs of positions."""
    scaled = np.sqrt(5) * np.abs(u[:, None] - u[None, :]) / length
    kernel: Floats = (1 + scaled + scaled**2 / 3) * np.exp(-scaled)
    return kernel


def _fit(
    u: Floats, y: Floats, count: Floats, *, fixed: Floats, spread: float, jitter: float
) -> _Sizes:
    """Choose the sizes from a small grid by marginal likelihood, all 36 in one batch.

    ``fixed`` is the covariance that does not depend on them, (n, n).
    """
    index = np.unique(np.linspace(0, len(u) - 1, min(len(u), FIT_POINTS)).round().astype(int))
    u, y, count, fixed = u[index], y[index], count[index], fixed[np.ix_(index, index)]
    signal, fast = spread * _SIGNALS, jitter * _JITTERS
    smooth_part = (signal**2)[None, :, None, None] * matern(u, _LENGTHS[:, None, None])[:, None]
    nugget = _NUGGET * spread**2
    noise = (fast**2)[:, None, None] * np.diag(1 / count) + nugget * np.eye(len(u))
    covariance = (fixed + smooth_part)[:, :, None] + noise[None, None]
    # With y as one more row, the factor's last row is y made white: no system is solved for it.
    bordered = np.empty((*covariance.shape[:3], len(u) + 1, len(u) + 1))
    bordered[..., :-1, :-1] = covariance
    bordered[..., -1, :-1] = bordered[..., :-1, -1] = y
    bordered[..., -1, -1] = 2 * (y @ y) / nugget + 1  # more than y can explain of itself
    roots = np.linalg.cholesky(bordered.reshape(-1, len(u) + 1, len(u) + 1))
    white, sizes = roots[:, -1, :-1], np.diagonal(roots, axis1=1, axis2=2)[:, :-1]
    likelihood = -0.5 * (white**2).sum(1) - np.log(sizes).sum(1)
    first, second, third = np.unravel_index(int(np.argmax(likelihood)), covariance.shape[:3])
    return _Sizes(float(_LENGTHS[first]), float(signal[second]), float(fast[third]))
