"""Rank statistics of a trend: they need no model of the noise."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.stats.median import median

_Z95 = 1.96  # 95 % of a normal distribution lie within this many standard deviations


def kendall(y: Floats) -> float:
    """Return Kendall's tau-b of y against its order, from -1 to 1.

    0 with fewer than two points or no difference between them. Costs n**2: bin long curves first.

    References
    ----------
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3).
    DOI 10.1093/biomet/33.3.239.
    """
    n = len(y)
    if n < 2:
        return 0.0
    signs = np.triu(np.sign(y[None, :] - y[:, None]), 1)
    untied, pairs = np.count_nonzero(signs), n * (n - 1) // 2
    return float(signs.sum() / np.sqrt(untied * pairs)) if untied else 0.0


def has_trend(y: Floats) -> bool:
    """Say whether y rises with its order: Kendall's tau above 1.96 of its deviations without one.

    References
    ----------
    Kendall, M. G. (1945), as for ``kendall``: the variance of tau without ties.
    """
    return len(y) >= 2 and kendall(y) > _Z95 * tau_error(len(y))


def tau_error(points: int) -> float:
    """Return the standard deviation of Kendall's tau over ``points`` (at least 2) without a trend.

    References
    ----------
    Kendall, M. G. (1945), as for ``kendall``: the variance of tau without ties.
    """
    return float(np.sqrt(2 * (2 * points + 5) / (9 * points * (points - 1))))


def theil_sen(t: Floats, y: Floats) -> float:
    """Return the median slope over all pairs of points at different t, 0 if there are none.

    Costs n**2: bin long curves first. Shapes: (n,), (n,).

    References
    ----------
    Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63(324).
    DOI 10.1080/01621459.1968.10480934.
    """
    first, second = np.triu_indices(len(t), 1)
    run = t[second] - t[first]
    apart = run != 0
    return median((y[second] - y[first])[apart] / run[apart]) if apart.any() else 0.0
