"""Periods: whether residuals repeat, and how often."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


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
