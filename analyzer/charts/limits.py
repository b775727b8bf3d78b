"""The y axis of a chart: its bounds, whether it is logarithmic, and what lies outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.charts.spec import Line
from analyzer.stats.arrays import Floats

FROM_LOG = 30.0  # a loss that spans this factor is unreadable on a linear axis
# Values beyond this, or below its inverse, are drawn at the edge: a span must not overflow.
DRAWABLE = 1e140
_CLIP = 4.0  # a start this many times higher than the rest would flatten the rest
_MARGIN = 0.06  # of the span: keeps the highest point and its label clear of the frame
_GAP_MARGIN = 0.08  # in a low chart, the same few pixels
_SETTLED = 8  # points needed after the start to know where the curve settles
_ROOM = 0.15  # of what follows a clipped start, left above it: the line visibly comes from above
_START = 20  # the first 1/20 of a curve is its start
_GAP_START = 10  # the first tenth of a gap is left out if the loss falls through decades


@dataclass(frozen=True)
class Bounds:
    """The ends of a y axis and its scale; ``outside`` is the value farthest off it, if any."""

    low: float
    high: float
    log: bool
    outside: float | None


def spans_decades(low: float, high: float) -> bool:
    """Return whether values between two bounds need a logarithmic axis."""
    return low > 0 and high / max(low, 1 / DRAWABLE) > FROM_LOG


def limits(lines: Sequence[Line]) -> Bounds:
    """Return bounds around all values, logarithmic if they span decades.

    A start that would flatten the rest is left outside.
    """
    values = np.clip(np.concatenate([line.y for line in lines]), -DRAWABLE, DRAWABLE)
    low, high = float(values.min()), float(values.max())
    if spans_decades(low, high):
        low = max(low, 1 / DRAWABLE)
        edge = (high / low) ** _MARGIN
        return Bounds(low / edge, high * edge, log=True, outside=None)
    later = np.concatenate([line.y[len(line.y) // _START + 1 :] for line in lines])
    later = np.clip(later, -DRAWABLE, DRAWABLE)
    outside = None
    if len(later) > _SETTLED and high - low > _CLIP * (later.max() - low) > 0:
        outside = high
        high = float(later.max() + _ROOM * (later.max() - low))
    edge = _MARGIN * (high - low) or abs(high) * _MARGIN or 1.0
    return Bounds(low - edge, high + edge, log=False, outside=outside)


def around_zero(values: Floats, *, spans_decades: bool) -> Bounds:
    """Return bounds around a gap and zero.

    If the loss ``spans_decades``, the first tenth of the gap may lie outside.
    """
    shown = values[len(values) // _GAP_START :] if spans_decades else values
    shown = np.clip(shown, -DRAWABLE, DRAWABLE)
    low, high = min(0.0, float(shown.min())), max(0.0, float(shown.max()))
    edge = _GAP_MARGIN * (high - low) or 1.0
    low, high = low - edge, high + edge
    beyond = values[(values < low) | (values > high)]
    outside = None
    if len(beyond):
        outside = float(beyond[np.argmax(np.abs(beyond))])
    return Bounds(low, high, log=False, outside=outside)
