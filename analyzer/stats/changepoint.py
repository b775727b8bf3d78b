"""Find a change of variance: the point from which residuals are larger, or smaller, than before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.stats.arrays import Floats

_LEAST = 4  # points on either side: fewer have no variance worth comparing
_NEAR = 2.5  # Wilks' 1.92 covers a jump in only 90 %; 2.5 in 94 % of 600 draws of 120 points


@dataclass(frozen=True)
class Change:
    """The first point of the second part, and the range of splits that fit as well at 95 %."""

    at: int
    low: int
    high: int


def variance_change(residual: Floats, *, chance: float) -> Change | None:
    """Return the split of greatest Gaussian likelihood, or None if constant variance explains it.

    Residuals have mean 0. The gain n ln s - k ln s1 - (n - k) ln s2 (s: variances) is compared with
    its distribution over all splits: 2 gain exceeds x with a probability of about n exp(-x / 2),
    a bound (Bonferroni over the splits of a chi-squared with one degree of freedom). None if that
    probability is above ``chance``, or with fewer than 8 points. Shape: (n,).

    References
    ----------
    Chen, J. & Gupta, A. K. (1997). Testing and locating variance changepoints with application to
    stock prices. JASA 92(438). DOI 10.1080/01621459.1997.10474026.
    """
    n = len(residual)
    if n < 2 * _LEAST:
        return None
    squares = np.cumsum(residual**2)
    if squares[-1] <= 0:
        return None
    k = np.arange(_LEAST, n - _LEAST + 1)
    floor = 1e-12 * squares[-1] / n
    first, second = squares[k - 1] / k, (squares[-1] - squares[k - 1]) / (n - k)
    gain = 0.5 * (n * np.log(squares[-1] / n) - k * np.log(np.maximum(first, floor)))
    gain -= 0.5 * (n - k) * np.log(np.maximum(second, floor))
    best = int(np.argmax(gain))
    if n * np.exp(-gain[best]) > chance:
        return None
    near = k[gain >= gain[best] - _NEAR]
    return Change(int(k[best]), int(near[0]), int(near[-1]))
