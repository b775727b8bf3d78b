"""Repeats of one setting as one line: their mean and their standard deviation along the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.model.run import Curve
from analyzer.stats.arrays import Floats

_WHOLE = 0.95  # of the longest curve: what is missing cannot be seen
_MOST = 1000  # places along the axis: more than a figure has pixels


@dataclass(frozen=True, eq=False)
class Spread:
    """The mean of curves at each place, shape (n,), and their standard deviation, None for a single curve.

    ``count`` curves are in it; ``cut`` says that some of them go on where others have ended.
    """

    name: str
    x: Floats
    mean: Floats
    deviation: Floats | None
    count: int
    cut: bool


def spread(name: str, curves: Sequence[Curve]) -> Spread:
    """Return the mean of curves on the axis of the first, over the stretch that all of them cover.

    Each curve is interpolated between its points, so that repeats logged at other steps can be averaged. The deviation
    is that of the sample (n - 1).
    """
    finite = [curve.finite() for curve in curves]
    low, high = max(line.x[0] for line in finite), min(line.x[-1] for line in finite)
    x = np.unique(finite[0].x)
    x = x[(x >= low) & (x <= high)]
    if not len(x):  # they share no stretch: the first stands for them
        finite, x = finite[:1], np.unique(finite[0].x)
    if len(x) > _MOST:
        x = x[np.linspace(0, len(x) - 1, _MOST).round().astype(int)]
    values = np.array([np.interp(x, line.x, line.value) for line in finite])
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else None
    longest = max(float(np.ptp(line.x)) for line in finite)
    return Spread(
        name, x, values.mean(axis=0), deviation, len(values), bool(np.ptp(x) < _WHOLE * longest)
    )
