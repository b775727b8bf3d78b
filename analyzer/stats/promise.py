"""What a curve promises if it keeps bending: less than its slope says if it converges."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats
from analyzer.stats.levels import jitter_of
from analyzer.stats.rank import theil_sen

_FEWEST = 4  # points of a quarter: fewer have no slope
_ERRORS = 2.0  # standard errors in favour of the curve: only a clear bend takes anything away
_SLOPE = 12.0  # times the variance of a point, over n: the variance of a fall fitted to n points
_QUARTERS = 4  # of the run, which are promised
# A power law falls in its last quarter by ln(4/3) / ln(1.5) of the third, and then ever more slowly
# than in this ratio: it gets the factor that makes its promise exact. An exponential gets none.
_POWER_LAW = float(np.log(4 / 3) / np.log(1.5))
_EXACT = 1.317
_EXPONENTIAL = 0.4  # the ratio of a fall with a time constant of 27 % of the run


def geometric_promise(t: Floats, y: Floats) -> float:
    """Return the most that as many points again would take off a curve that bends as it did.

    The falls of the third and the last quarter go on in their ratio r: r + r**2 + r**3 + r**4 times
    the last one, and up to a third more for a curve that bends as a power law does. A straight fall
    (r = 1) promises at least to go on; an exponential promises little. Both falls are taken two
    standard errors in favour of the curve. Infinite if a quarter has too few points. Shapes: (n,),
    (n,); t is sorted.
    """
    start, span = float(t[0]), float(t[-1] - t[0])
    falls, errors = [], []
    for quarter in (2, 3):
        inside = (t >= start + quarter * span / 4) & (t <= start + (quarter + 1) * span / 4)
        if np.count_nonzero(inside) < _FEWEST:
            return float("inf")
        falls.append(-theil_sen(t[inside], y[inside]) * span / 4)
        errors.append(jitter_of(y[inside]) * float(np.sqrt(_SLOPE / np.count_nonzero(inside))))
    before, last = falls[0] - _ERRORS * errors[0], falls[1] + _ERRORS * errors[1]
    if last <= 0:
        return 0.0
    ratio = min(1.0, last / before) if before > 0 else 1.0
    factor = np.interp(ratio, [_EXPONENTIAL, _POWER_LAW], [1.0, _EXACT])
    return float(factor * last * (ratio ** np.arange(1, _QUARTERS + 1)).sum())
