"""Where the true curve behind a held-out cost may be lowest, as far as its evaluations tell."""

from __future__ import annotations

import numpy as np

from analyzer.measures.cost import Cost
from analyzer.stats.arrays import Floats
from analyzer.stats.binning import bin_curve
from analyzer.stats.kriging import argmin_draws

# Kriging costs the cube of the points, and no interval is finer than a hundredth of the run.
MOST_PLACES = 120
_ENDS = (0.025, 0.975)


def lowest_interval(val: Cost, train: Cost | None, examples: float) -> tuple[float, float]:
    """Return the 95 % interval of the position of the lowest point, in units of ``val.t``.

    If training was logged more often than validation, the lowest point may also lie between two
    evaluations or before the first. ``examples`` is the size of the validation set.
    """
    coarse = bin_curve(val.t, val.y, most=MOST_PLACES)
    between = _not_evaluated(val, train, most=MOST_PLACES - len(coarse))
    draws = argmin_draws(coarse.t, coarse.y, coarse.count, examples, between=between)
    low, high = np.quantile(draws, _ENDS)
    return float(low), float(high)


def _not_evaluated(val: Cost, train: Cost | None, *, most: int) -> Floats | None:
    """Return some positions of training at which nothing was evaluated, at most ``most``."""
    if train is None or most <= 0:
        return None
    t = val.t_of(train)
    t = t[(t > 0) & (t < val.t[-1]) & (np.diff(t, prepend=-np.inf) > 0)]
    t = t[val.t[np.searchsorted(val.t, t)] != t]
    thinned: Floats = t[np.unique(np.linspace(0, len(t) - 1, min(len(t), most)).astype(int))]
    return thinned
