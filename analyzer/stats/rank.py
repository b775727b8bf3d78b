"""Rank statistics of a trend: they need no model of the noise."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats


def kendall(y: Floats) -> float:
    """Return Kendall's tau-b of y against its order, 0 where there are fewer than two points or no difference.

    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3). Cost n**2, so bin first.
    """
    n = len(y)
    if n < 2:
        return 0.0
    signs = np.sign(y[None, :] - y[:, None])[np.triu_indices(n, 1)]
    untied = np.count_nonzero(signs)
    return float(signs.sum() / np.sqrt(untied * len(signs))) if untied else 0.0


def theil_sen(t: Floats, y: Floats) -> float:
    """Return the median of the slopes between all pairs of points.

    Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63(324).
    """
    first, second = np.triu_indices(len(t), 1)
    run = t[second] - t[first]
    apart = run != 0
    return float(np.median((y[second] - y[first])[apart] / run[apart])) if apart.any() else 0.0
