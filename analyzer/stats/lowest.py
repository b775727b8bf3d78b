"""The level of a curve at its minimum: what the lowest point would be without its luck.

The lowest of many noisy points lies below the curve they scatter around: by 2.5 standard deviations
in 100 epochs. A model of the curve removes the noise, and a resample of the noise tells by how much
the lowest point of the model is still too low.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.stats.binning import Binned, bin_curve
from analyzer.stats.breaks import breaks
from analyzer.stats.kriging import FIT_POINTS, LOG_OFFSET, matern
from analyzer.stats.levels import jitter_of, running_median, tail_of
from analyzer.stats.median import median

FEWEST = 5  # points: with fewer, a fall cannot be told from noise
_BINS = 120  # the model costs the cube of the points
_ABOVE, _ABOVE_NOISE = 1.0, 6.0  # a point this far above the lowest level says nothing about it
_WIDEST = 15  # points of a median: no single point decides, and a long curve costs little
_LONG = 5000  # points
_SPIKE = 5.0  # of the noise: a single point so far above its neighbours is not part of the curve
_DIP = 0.3  # so far below them, besides: the bottom of a sharp turn lies less deep
_LENGTHS = np.array([0.2, 0.45, 1.0, 2.2])
_SIGNALS = np.array([0.1, 0.3, 1.0, 3.0])  # times the spread of the curve
_JITTERS = np.array([0.25, 0.5, 0.75, 1.0, 1.5, 2.0])  # times the noise seen in differences
_WIDE = 1e4  # prior variance of level and tilt, in squared signals: both are free
_LEAST_NOISE = 1e-4  # of the spread: rounding
_TINY = 1e-12  # the smallest spread
_DRAWS = 200
_ENDS = (0.025, 0.975)
_SHOWN = 4  # of so many points one shows the noise on its own: the interval widens by Student's t


class Lowest(NamedTuple):
    """The level of a curve at its minimum, its 95 % interval, and the position of the minimum.

    The interval says how far the noise from point to point leaves the level open. ``low`` and
    ``high`` are None for a curve of too few points, whose level is its lowest point.
    """

    level: float
    low: float | None
    high: float | None
    t: float


def lowest_level(t: Floats, y: Floats, *, seed: int = 0) -> Lowest:
    """Return the level of a curve at its minimum, free of the luck of its lowest point.

    The model is level + tilt + Matern-5/2 signal in ln(t + .005 T) with white noise, whose sizes
    are those of greatest likelihood. The noise is added to the fitted curve and fitted again
    ``_DRAWS`` times: the mean distance of the new minima from the old one is its bias. A smooth
    curve has the level of its lowest point. A curve that jumps is fitted in pieces, and the lowest
    level of a piece counts. Costs some 5 ms at any length.

    Parameters
    ----------
    t
        Sorted positions, at least 1. Shape: (n,).
    y
        The logged curve on a scale on which errors are relative (log loss). Shape: (n,).
    seed
        Seeds the noise.

    References
    ----------
    Rasmussen, C. E. & Williams, C. K. I. (2006). Gaussian Processes for Machine Learning, ch. 2.
    Efron, B. & Tibshirani, R. J. (1993). An Introduction to the Bootstrap, ch. 10.
    """
    lowest = _lowest_piece(y)
    end, t, y = float(t[-1]), t[lowest], y[lowest]
    if len(y) >= FEWEST:
        return _lowest_of(t, y, end, seed)
    at = int(np.argmin(y))
    return Lowest(float(y[at]), None, None, float(t[at]))


def _lowest_piece(y: Floats) -> slice:
    """Return the stretch without a jump that lies lowest; a short one counts at the ends only."""
    ends = [0, *breaks(y).tolist(), len(y)]
    pieces = [slice(*piece) for piece in pairwise(ends)]
    inner = [piece for piece in pieces[1:-1] if piece.stop - piece.start >= FEWEST]
    return min([pieces[0], *inner, pieces[-1]], key=lambda piece: _floor(y[piece]))


def _floor(y: Floats) -> float:
    """Return the lowest running median; of a long curve, the lowest median of its blocks."""
    width = min(tail_of(len(y)), _WIDEST)
    if len(y) > _LONG:
        whole = y[: len(y) // width * width].reshape(-1, width)
        return float(np.median(whole, axis=1).min())
    return float(running_median(y, width).min())


def _lowest_of(t: Floats, y: Floats, end: float, seed: int) -> Lowest:
    """Return the lowest level of a piece without jumps, of a curve that ends at ``end``."""
    noise = jitter_of(y)
    if len(y) <= _LONG:  # in a bin of a longer curve a single point counts for little
        y = _without_spikes(y, noise)
    near = y <= _floor(y) + max(_ABOVE, _ABOVE_NOISE * noise)
    if np.count_nonzero(near) >= FEWEST:
        t, y = t[near], y[near]
    middle = median(y)
    bins = bin_curve(t, y - middle, most=_BINS)
    spread = max(float(np.std(bins.y)), _TINY)
    curve, jitter = _fit(bins, end, spread, max(noise, _LEAST_NOISE * spread))
    gain = np.linalg.solve(curve + np.diag(jitter**2), curve).T
    mean = gain @ bins.y
    lowest = int(np.argmin(mean))
    drawn = np.random.default_rng(seed).standard_normal((len(bins), _DRAWS)) * jitter[:, None]
    shift = (mean[:, None] + gain @ drawn).min(axis=0) - mean[lowest]
    bias = float(shift.mean())
    below, above = _widening(len(y)) * (np.quantile(shift, _ENDS) - bias)
    level = float(mean[lowest]) + middle - bias
    return Lowest(level, level - float(above), level - float(below), float(bins.t[lowest]))


def _widening(points: int) -> float:
    """Return Student's 97.5 % point over the normal one, by its expansion (scipy loads late)."""
    freedom = max(points / _SHOWN, 2.0)
    return 1 + 1.21 / freedom + 1.44 / freedom**2


def _without_spikes(y: Floats, noise: float) -> Floats:
    """Return the curve with single points that lie far off their neighbours moved towards them."""
    around = running_median(y, 5)
    off = y - around
    is_dip = off < -max(_SPIKE * noise, _DIP)
    is_dip[-2:] = False  # a fall at the very end may be real
    off[is_dip] = 0.0
    calm: Floats = around + np.minimum(off, _SPIKE * noise)
    calm[:2] = y[:2]  # the start is steep, and has no neighbours before it
    return calm


def _fit(bins: Binned, end: float, spread: float, noise: float) -> tuple[Floats, Floats]:
    """Return the prior covariance of the curve at the bins, and the noise of each bin.

    In the basis of the eigenvectors of one kernel, all sizes of signal and noise are diagonal.
    """
    few = bin_curve(bins.t, bins.y, most=FIT_POINTS) if len(bins) > FIT_POINTS else bins
    count = bins.count if few is bins else few.mean(bins.count) * few.count
    weight, u = np.sqrt(count), _log_time(few.t, end)
    kernels = np.stack([_kernel(u, float(length)) for length in _LENGTHS])
    values, vectors = np.linalg.eigh(kernels * weight[:, None] * weight)
    seen = (np.swapaxes(vectors, 1, 2) @ (weight * few.y)) ** 2
    signals, jitters = (spread * _SIGNALS) ** 2, (noise * _JITTERS) ** 2
    variance = signals[:, None, None] * np.maximum(values, 0)[:, None, None] + jitters[:, None]
    fits = -0.5 * (seen[:, None, None] / variance + np.log(variance)).sum(axis=-1)
    fits += np.log(signals)[:, None]  # level and tilt are free at every size of the signal
    length, signal, jitter = np.unravel_index(int(np.argmax(fits)), fits.shape)
    curve = signals[signal] * _kernel(_log_time(bins.t, end), float(_LENGTHS[length]))
    return curve, np.sqrt(jitters[jitter] / bins.count)


def _log_time(t: Floats, end: float) -> Floats:
    u: Floats = np.log(t + LOG_OFFSET * end)
    return u


def _kernel(u: Floats, length: float) -> Floats:
    """Return the covariance of a level and a tilt that are both free, plus a smooth signal."""
    tilt = u - u.mean()
    covariance: Floats = _WIDE * (1 + np.outer(tilt, tilt)) + matern(u, length)
    return covariance
