"""Minimum and maximum per pixel column: draw a long curve without losing a spike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats, Ints


class Extremes(NamedTuple):
    """The centre of each column that has a point, and its lowest and highest value."""

    centre: Floats
    minimum: Floats
    maximum: Floats


def column_extremes(x: Floats, y: Floats, low: float, high: float, columns: int) -> Extremes:
    """Return the extremes of the points in each of ``columns`` equal parts of low..high.

    Columns without a point are left out; y must be finite. Shapes: (n,), (n,) -> three of
    (at most columns,).
    """
    width = (high - low) / columns or 1.0
    index = np.clip(((x - low) / width).astype(np.int64), 0, columns - 1)
    order = np.argsort(index, kind="stable")
    index, y = index[order], y[order]
    starts = np.flatnonzero(np.diff(index, prepend=-1))
    centre: Floats = low + (index[starts].astype(np.float64) + 0.5) * width
    minimum, maximum = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return Extremes(centre, minimum, maximum)


def column_means(value: Floats, column: Ints, columns: int) -> Floats:
    """Return the mean of the values in each of ``columns``, NaN where there are none.

    The columns of the highest and the lowest value have these instead: a sharp peak is drawn as
    high as it was. If both lie in one column, the one beside it has the other, in their order: a
    jump at the first point stays a jump.

    ``value`` and ``column`` have the shape (n,), the result (columns,).
    """
    count = np.bincount(column, minlength=columns)
    total = np.bincount(column, value, minlength=columns)
    means: Floats = np.divide(total, count, out=np.full(columns, np.nan), where=count > 0)
    if len(value):
        first, last = sorted((int(value.argmin()), int(value.argmax())))
        place, other = int(column[first]), int(column[last])
        if place == other and columns > 1:
            place, other = (place, 1) if place == 0 else (place - 1, place)
        means[place], means[other] = value[first], value[last]
    return means
