"""Periods: whether residuals repeat, and how often."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats


def fisher_period(residual: Floats, *, chance: float) -> float | None:
    """Return the period, in points, of the strongest frequency, or None where noise would show one as strong.

    Fisher's g: the largest share of the periodogram at one of its m frequencies; noise exceeds g with a chance of about
    m (1 - g)^(m - 1). Fisher, R. A. (1929). Tests of significance in harmonic analysis. Proc. R. Soc. A 125(796).
    """
    n = len(residual)
    power = np.abs(np.fft.rfft(residual - residual.mean())[1 : (n - 1) // 2 + 1]) ** 2
    total = float(power.sum())
    m = len(power)
    if m < 3 or total <= 0:
        return None
    strongest = int(np.argmax(power))
    share = float(power[strongest]) / total
    return n / (strongest + 1) if m * (1 - share) ** (m - 1) < chance else None


def turning_points(y: Floats) -> float:
    """Return by how many standard errors the number of turns exceeds that of noise; 0 for fewer than ten points.

    A point turns where it is above or below both neighbours. Of n independent values 2 (n - 2) / 3 do on average, with
    variance (16 n - 29) / 90: Bienayme, I.-J. (1874). Bull. Soc. Math. France 2, 153-154.
    """
    n = len(y)
    if n < 10:
        return 0.0
    signs = np.sign(np.diff(y))
    turns = int((signs[1:] * signs[:-1] < 0).sum())
    return float((turns - 2 * (n - 2) / 3) / np.sqrt((16 * n - 29) / 90))
