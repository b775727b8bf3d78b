"""The y axis of a chart: its bounds, whether it is logarithmic, and what lies outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.charts.spec import Line
from analyzer.stats.arrays import Floats

FROM_LOG = 30.0  # a loss that spans this factor is unreadable on a linear axis
_CLIP = 4.0  # a start this many times higher than what follows would press the rest flat
_MARGIN = 0.06  # of the span: the highest point and its label stay clear of the frame
_GAP_MARGIN = 0.08  # of a low chart, the same few pixels
_SETTLED = 8  # points behind the start: fewer do not say what follows it
_ROOM = 0.15  # of what follows, above it: the clipped start is seen to come from above
DRAWABLE = (
    1e140  # a loss beyond this, or below its inverse, is drawn at the edge: spans must not overflow
)


@dataclass(frozen=True)
class Bounds:
    """Of a y axis: its ends, whether it is logarithmic, and the value farthest off the chart, None where all are on."""

    low: float
    high: float
    log: bool
    outside: float | None


def limits(lines: Sequence[Line]) -> Bounds:
    """Bound all values, or what follows a start that would press the rest flat; logarithmic where they span decades."""
    values = np.clip(np.concatenate([line.y for line in lines]), -DRAWABLE, DRAWABLE)
    later = np.clip(
        np.concatenate([line.y[len(line.y) // 20 + 1 :] for line in lines]), -DRAWABLE, DRAWABLE
    )
    low, high = float(values.min()), float(values.max())
    if low > 0 and high / max(low, 1 / DRAWABLE) > FROM_LOG:
        low = max(low, 1 / DRAWABLE)
        edge = (high / low) ** _MARGIN
        return Bounds(low / edge, high * edge, True, None)
    outside = None
    if len(later) > _SETTLED and high - low > _CLIP * (later.max() - low) > 0:
        outside = high
        high = float(later.max() + _ROOM * (later.max() - low))
    edge = _MARGIN * (high - low) or abs(high) * _MARGIN or 1.0
    return Bounds(low - edge, high + edge, False, outside)


def around_zero(values: Floats, *, spans_decades: bool) -> Bounds:
    """Bound a gap and zero by all of it, or by its later nine tenths where the loss falls through decades."""
    shown = values[len(values) // 10 :] if spans_decades else values
    shown = np.clip(shown, -DRAWABLE, DRAWABLE)
    low, high = min(0.0, float(shown.min())), max(0.0, float(shown.max()))
    edge = _GAP_MARGIN * (high - low) or 1.0
    low, high = low - edge, high + edge
    beyond = values[(values < low) | (values > high)]
    return Bounds(
        low, high, False, float(beyond[np.argmax(np.abs(beyond))]) if len(beyond) else None
    )
