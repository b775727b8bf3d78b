"""Smoothing in log time: curves move fast early and slowly late, so a width in epochs fits neither."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats

LOG_OFFSET = (
    0.02  # share of the run: below it log time is nearly linear, which keeps the first epochs apart
)
HALF_WIDTH = (
    0.5  # in log time: on the corpus .35 places the onset 1 to 5 % worse, .6 and 1.0 no better
)
SPACINGS = (
    2.1  # half-width in spacings of the last points, so that a window holds at least five of them
)
LEFT_RAW = 5  # the first points move too fast for any window: they stay as they are
FREE_EXAMPLES = 100.0  # at n validation examples n / (n + 100) of the jitter is movement of the weights, not noise


def log_time(t: Floats) -> Floats:
    """Return ln(t + .02 T) for positions t from 1 to T."""
    u: Floats = np.log(t + LOG_OFFSET * t[-1])
    return u


def half_width(u: Floats) -> float:
    """Return the half-width of the window in log time: at least ``HALF_WIDTH`` and ``SPACINGS`` of the last points."""
    return max(HALF_WIDTH, SPACINGS * float(u[-1] - u[-2])) if len(u) > 1 else HALF_WIDTH


def local_linear(u: Floats, y: Floats, weight: Floats, width: float) -> Floats:
    """Return the local linear fit of y at each u, with biweight kernel of half-width ``width``.

    Cleveland, W. S. (1979). Robust locally weighted regression and smoothing scatterplots. JASA 74(368), without the
    robustness step. Shapes: (n,) in and out; cost n**2, so bin first.
    """
    distance = u[None, :] - u[:, None]
    scaled = np.clip(1 - (distance / width) ** 2, 0, None)
    kernel = scaled**2 * weight[None, :]
    s0 = kernel.sum(1)
    s1 = (kernel * distance).sum(1)
    s2 = (kernel * distance**2).sum(1)
    m0 = kernel @ y
    m1 = (kernel * distance) @ y
    determinant = s0 * s2 - s1**2
    flat = determinant <= 1e-12 * np.maximum(
        s0 * s2, 1e-300
    )  # one point in the window: its own mean
    fit = (s2 * m0 - s1 * m1) / np.where(flat, 1.0, determinant)
    return np.asarray(np.where(flat, m0 / s0, fit))


def smooth(t: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the local linear fit in log time with the first five points left raw."""
    u = log_time(t)
    fit = local_linear(u, y, weight, half_width(u))
    fit[:LEFT_RAW] = y[:LEFT_RAW]
    return fit


def real_share(examples: float) -> float:
    """Return which share of the jitter of a validation curve is movement of the weights: n / (n + 100).

    Measured on small networks (docs/decisions/0003). Smoothing more than the rest throws signal away: the curve in
    which a turn is sought is w * raw + (1 - w) * smooth with this share as w.
    """
    return examples / (examples + FREE_EXAMPLES)
