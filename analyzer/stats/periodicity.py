"""Periods and turning points: whether residuals repeat, and how often they change direction."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats

_FEWEST = 10  # points whose turning points are counted


def fisher_period(residual: Floats, *, chance: float) -> float | None:
    """Return the period of the strongest frequency in points, or None if noise explains it.

    Fisher's g is the largest share of the periodogram at one of its m frequencies; noise exceeds g
    with a probability of about m (1 - g)^(m - 1). None unless that is below ``chance``.
    Shape: (n,).

    References
    ----------
    Fisher, R. A. (1929). Tests of significance in harmonic analysis. Proc. R. Soc. A 125(796).
    DOI 10.1098/rspa.1929.0151.
    """
    n = len(residual)
    power = np.abs(np.fft.rfft(residual - residual.mean())[1 : (n - 1) // 2 + 1]) ** 2
    total = float(power.sum())
    m = len(power)
    if m < 3 or total <= 0:
        return None
    strongest = int(np.argmax(power))
    share = float(power[strongest]) / total
    if m * (1 - share) ** (m - 1) >= chance:
        return None
    return n / (strongest + 1)


def turning_points(y: Floats) -> float:
    """Return by how many standard errors the turning points exceed those of noise.

    A point turns if it lies above or below both neighbours. Of n independent values 2 (n - 2) / 3
    do on average, with variance (16 n - 29) / 90. Returns 0 below ten points. Shape: (n,).

    References
    ----------
    Bienaymé, I.-J. (1874). Sur une question de probabilités. Bull. Soc. Math. France 2, 153-154.
    """
    n = len(y)
    if n < _FEWEST:
        return 0.0
    signs = np.sign(np.diff(y))
    turns = int((signs[1:] * signs[:-1] < 0).sum())
    return float((turns - 2 * (n - 2) / 3) / np.sqrt((16 * n - 29) / 90))
