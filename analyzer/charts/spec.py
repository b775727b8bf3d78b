"""A chart as data: roles instead of colours, numbers instead of pixels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Line:
    """One curve: what was logged, and its smoothed form. ``role`` (train, val, test, gap) gives colour and dash."""

    role: str
    name: str
    x: Floats
    y: Floats
    smooth_x: Floats
    smooth_y: Floats


@dataclass(frozen=True)
class Band:
    """A stretch of the x axis with a label: the interval of an onset, a flat stretch, values that are not finite."""

    role: str
    low: float
    high: float
    label: str
    at: float | None = None


@dataclass(frozen=True)
class Point:
    """One marked point with a label."""

    role: str
    x: float
    y: float
    label: str
    above: bool = False


@dataclass(frozen=True, eq=False)
class Chart:
    """What to draw. ``y_low`` and ``y_high`` bound the drawing; ``note`` says what lies outside."""

    id: str
    title: str
    description: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    y_low: float
    y_high: float
    bands: tuple[Band, ...] = ()
    points: tuple[Point, ...] = ()
    log_y: bool = False
    zero_line: bool = False
    note: str = ""
    height: int = 300
    x_low: float = field(default=0.0)
    x_high: float = field(default=1.0)
