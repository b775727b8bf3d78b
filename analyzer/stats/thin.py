"""Minimum and maximum per pixel column: a picture of a long curve that loses no spike."""

from __future__ import annotations

import numpy as np

from analyzer.stats.arrays import Floats


def column_extremes(
    x: Floats, y: Floats, low: float, high: float, columns: int
) -> tuple[Floats, Floats, Floats]:
    """Return (centre of the column, minimum, maximum) of the points in each of ``columns`` equal parts of low..high.

    A column without a point is left out; y is finite. Shapes: (n,), (n,) -> three of (at most columns,).
    """
    width = (high - low) / columns or 1.0
    index = np.clip(((x - low) / width).astype(np.int64), 0, columns - 1)
    order = np.argsort(index, kind="stable")
    index, y = index[order], y[order]
    starts = np.flatnonzero(np.diff(index, prepend=-1))
    centre: Floats = low + (index[starts].astype(np.float64) + 0.5) * width
    return centre, np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
