"""Repeats of one setting as one line: mean and standard deviation along the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats

_WHOLE = 0.95  # of the longest curve: the missing rest cannot be seen
_MOST = 1000  # places along the axis: more than a figure has pixels


@dataclass(frozen=True, eq=False)
class Spread:
    """The mean of ``count`` curves at each place, shape (n,), and their standard deviation.

    ``deviation`` is None for a single curve. ``cut`` says that some curves go on beyond the
    stretch that all of them cover.
    """

    name: str
    x: Floats
    mean: Floats
    deviation: Floats | None
    count: int
    cut: bool


def spread(name: str, curves: Sequence[Curve]) -> Spread:
    """Return the mean of curves on the axis of the first, over the stretch that all of them cover.

    Each curve is interpolated between its points, so repeats logged at other steps can be
    averaged. The deviation is the sample standard deviation (n - 1).
    """
    finite = [curve.finite() for curve in curves]
    low, high = max(curve.x[0] for curve in finite), min(curve.x[-1] for curve in finite)
    x = np.unique(finite[0].x)
    x = x[(x >= low) & (x <= high)]
    if not len(x):  # they share no stretch: the first stands for all
        finite, x = finite[:1], np.unique(finite[0].x)
    if len(x) > _MOST:
        x = x[np.linspace(0, len(x) - 1, _MOST).round().astype(int)]
    values = np.array([np.interp(x, curve.x, curve.value) for curve in finite])
    longest = max(float(np.ptp(curve.x)) for curve in finite)
    return Spread(
        name=name,
        x=x,
        mean=values.mean(axis=0),
        deviation=values.std(axis=0, ddof=1) if len(values) > 1 else None,
        count=len(values),
        cut=bool(np.ptp(x) < _WHOLE * longest),
    )
