"""Resampling of residuals in blocks, which keeps their correlation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def block_resample(residual: Floats, *, draws: int, seed: int = 0) -> Floats:
    """Return ``draws`` series of residuals, built from blocks of about the cube root of their number, at least 3.

    Kunsch, H. R. (1989). The jackknife and the bootstrap for general stationary observations. Ann. Statist. 17(3).
    Shape: (n,) -> (draws, n).
    """
    n = len(residual)
    length = min(n, max(3, round(n ** (1 / 3))))
    blocks = -(-n // length)
    starts = np.random.default_rng(seed).integers(0, n - length + 1, size=(draws, blocks))
    index = (starts[:, :, None] + np.arange(length)).reshape(draws, -1)[:, :n]
    resampled: Floats = residual[index]
    return resampled
