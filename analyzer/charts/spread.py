"""Repeats of one setting as one line: their middle along the run, with a band around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats

_WHOLE = 0.95  # of the longest curve: the missing rest cannot be seen
_BAND = (0.16, 0.5, 0.84)  # quantiles: a band as wide as one standard deviation of normal values
_MOST = 1000  # places along the axis: more than a figure has pixels


@dataclass(frozen=True, eq=False)
class Spread:
    """The middle of ``count`` curves at each place, and the edges of the band around it.

    Shape (n,) each; the edges are None for a single curve. The middle is the mean and the band one
    standard deviation wide on either side, or with ``by_quantiles`` they are the median and the
    quantiles that enclose the middle 68 %. ``cut`` says that some curves go on beyond the stretch
    that all of them cover.
    """

    name: str
    x: Floats
    middle: Floats
    low: Floats | None
    high: Floats | None
    count: int
    cut: bool
    by_quantiles: bool = False


def spread(name: str, curves: Sequence[Curve], *, by_quantiles: bool = False) -> Spread:
    """Return the middle of curves on the axis of the first, where all of them go.

    Each curve is interpolated between its points, so repeats logged at other steps can be
    averaged. The deviation is the sample standard deviation (n - 1). On a logarithmic axis use
    ``by_quantiles``: a mean minus a deviation may be below zero where no value is.
    """
    finite = [curve.finite() for curve in curves]
    start, end = max(curve.x[0] for curve in finite), min(curve.x[-1] for curve in finite)
    x = np.unique(finite[0].x)
    x = x[(x >= start) & (x <= end)]
    if not len(x):  # they share no stretch: the first stands for all
        finite, x = finite[:1], np.unique(finite[0].x)
    if len(x) > _MOST:
        x = x[np.linspace(0, len(x) - 1, _MOST).round().astype(int)]
    values = np.array([np.interp(x, curve.x, curve.value) for curve in finite])
    longest = max(float(np.ptp(curve.x)) for curve in finite)
    low, middle, high = _bands(values, by_quantiles=by_quantiles)
    is_single = len(values) < 2
    return Spread(
        name=name,
        x=x,
        middle=middle,
        low=None if is_single else low,
        high=None if is_single else high,
        count=len(values),
        cut=bool(np.ptp(x) < _WHOLE * longest),
        by_quantiles=by_quantiles,
    )


def _bands(values: Floats, *, by_quantiles: bool) -> tuple[Floats, Floats, Floats]:
    """Return the lower edge, the middle and the upper edge of curves ``(k, n)``, each ``(n,)``."""
    if by_quantiles:
        low, middle, high = np.quantile(values, _BAND, axis=0)
        return low, middle, high
    mean: Floats = values.mean(axis=0)
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros_like(mean)
    return mean - deviation, mean, mean + deviation
