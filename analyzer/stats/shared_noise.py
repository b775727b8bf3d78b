"""Shared noise: whether curves jump together, as those of one training do, or each for itself."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from analyzer.stats.arrays import Floats

FEWEST = 8  # points; of fewer, a correlation says nothing
_NOISY = 0.4  # least share of changes of sign: of white noise it is 0.73, of a smooth curve 0
_SMALLEST = 1e-12


def shared_noise(curves: Floats) -> float:
    """Return the median correlation of the jumps of curves, NaN if they are too smooth or short.

    A jump is what a value lies above or below the middle of its two neighbours, as a share of it:
    the second difference of the logarithm, which a slow fall leaves near zero. Shape: (curves, n);
    the values are positive.
    """
    if len(curves) < 2 or curves.shape[1] < FEWEST or not (curves > 0).all():
        return float("nan")
    jumps = np.diff(np.log(curves), n=2, axis=1)
    turns = (np.sign(jumps[:, 1:]) != np.sign(jumps[:, :-1])).mean(axis=1)
    if (turns < _NOISY).any() or (jumps.std(axis=1) < _SMALLEST).any():
        return float("nan")
    correlations = np.corrcoef(jumps)
    return float(np.median([correlations[pair] for pair in combinations(range(len(curves)), 2)]))
