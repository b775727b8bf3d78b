"""Smooth in log time: curves move fast early and slowly late, so no width in epochs fits both."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats

LOG_OFFSET = 0.02  # of the run: below it log time is nearly linear and spreads the first epochs
HALF_WIDTH = (
    0.5  # in log time: .35 places the onset 1 to 5 % worse on the corpus, .6 to 1 no better
)
SPACINGS = 2.1  # half-width in spacings of the last points: a window has at least five of them
LEFT_RAW = 5  # the first points move too fast for any window: they stay as they are
FREE_EXAMPLES = 100.0  # with n examples, n / (n + 100) of the jitter is movement of the weights


def log_time(t: Floats) -> Floats:
    """Return ln(t + .02 T) for positions t from 1 to T. Shapes: (n,) -> (n,)."""
    u: Floats = np.log(t + LOG_OFFSET * t[-1])
    return u


def half_width(u: Floats) -> float:
    """Return the half-width of the window, in log time.

    It is ``HALF_WIDTH``, or ``SPACINGS`` times the last spacing if that is larger.
    """
    return max(HALF_WIDTH, SPACINGS * float(u[-1] - u[-2])) if len(u) > 1 else HALF_WIDTH


def local_linear(u: Floats, y: Floats, weight: Floats, width: float | Floats) -> Floats:
    """Return the local linear fit of y at each u, with a biweight kernel of half-width ``width``.

    ``width`` is one number, or one for each point, of shape (n, 1).

    LOWESS without its robustness step. Costs n**2: bin long curves first. Shapes: (n,) in and out.

    References
    ----------
    Cleveland, W. S. (1979). Robust locally weighted regression and smoothing scatterplots.
    JASA 74(368). DOI 10.1080/01621459.1979.10481038.
    """
    distance = u[None, :] - u[:, None]
    kernel = distance / width  # in place from here on: a new matrix costs more than its numbers
    kernel *= kernel
    np.subtract(1, kernel, out=kernel)
    np.maximum(kernel, 0, out=kernel)
    kernel *= kernel
    kernel *= weight[None, :]
    moment = kernel * distance
    s0 = kernel.sum(1)
    s1 = moment.sum(1)
    m0 = kernel @ y
    m1 = moment @ y
    moment *= distance
    s2 = moment.sum(1)
    determinant = s0 * s2 - s1**2
    alone = determinant <= 1e-12 * np.maximum(s0 * s2, 1e-300)  # one point in the window: its mean
    fit = (s2 * m0 - s1 * m1) / np.where(alone, 1.0, determinant)
    return np.asarray(np.where(alone, m0 / s0, fit))


def smooth(t: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the local linear fit in log time, with the first five points left raw.

    Positions t are sorted and at least 1. Shapes: (n,), (n,), (n,) -> (n,).
    """
    u = log_time(t)
    fit = local_linear(u, y, weight, half_width(u))
    fit[:LEFT_RAW] = y[:LEFT_RAW]
    return fit


def smooth_throughout(t: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the local linear fit in log time with a least width at each point, for drawing.

    No point is left raw: a window has at least two spacings on either side, also at the start.
    Positions t are sorted and at least 1. Shapes: (n,), (n,), (n,) -> (n,).
    """
    if len(t) < 3:
        return y.copy()
    u = log_time(t)
    gaps = np.diff(u)
    spacing = np.maximum(np.concatenate([gaps[:1], gaps]), np.concatenate([gaps, gaps[-1:]]))
    width: Floats = np.maximum(HALF_WIDTH, SPACINGS * spacing)
    return local_linear(u, y, weight, width[:, None])


def real_share(examples: float) -> float:
    """Return the share of a validation curve's jitter that is movement of the weights.

    n / (n + 100) for n examples, as measured on small networks (docs/decisions/0003). Smoothing
    away more than the rest loses signal: search for a turn in w * raw + (1 - w) * smooth, where w
    is this share.
    """
    return examples / (examples + FREE_EXAMPLES)
