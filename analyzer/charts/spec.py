"""A chart as data: roles instead of colours, numbers instead of pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analyzer.stats.arrays import Floats


@dataclass(frozen=True, eq=False)
class Line:
    """One curve: what was logged, and its smoothed form (empty where smoothing would lie, as on a learning rate).

    ``role`` (train, val, test, gap, lr, grad_norm, residual) gives colour and dash. ``axes`` holds the same points by
    step, epoch and hours, each with shape (n,), where the log has them; ``x`` is the one that is drawn.
    """

    role: str
    name: str
    x: Floats
    y: Floats
    smooth_x: Floats
    smooth_y: Floats
    axes: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class Band:
    """A stretch of the x axis with a label: the interval of an onset, a flat stretch, values that are not finite.

    ``finding`` is the index in ``Diagnosis.findings`` of the one that it shows; a drop of the learning rate has none.
    """

    role: str
    low: float
    high: float
    label: str
    at: float | None = None
    finding: int | None = None


@dataclass(frozen=True)
class Point:
    """One marked point with a label."""

    role: str
    x: float
    y: float
    label: str
    above: bool = False


@dataclass(frozen=True)
class Table:
    """Values behind a chart: a head, and rows in words and numbers; as many of them as a reader can bear."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Chart:
    """What to draw. ``y_low`` and ``y_high`` bound the drawing; ``note`` says what lies outside."""

    id: str
    title: str
    description: str
    x_label: str
    y_label: str
    unit: str
    lines: tuple[Line, ...]
    y_low: float
    y_high: float
    bands: tuple[Band, ...] = ()
    points: tuple[Point, ...] = ()
    log_y: bool = False
    zero_line: bool = False
    note: str = ""
    height: int = 300
    x_low: float = 0.0
    x_high: float = 1.0
    table: Table = Table((), ())
