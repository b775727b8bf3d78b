"""A chart as data: roles instead of colours, numbers instead of pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from analyzer.stats.arrays import Floats


def no_points() -> Floats:
    """Return an empty array: the smoothed form of a line that is drawn as logged."""
    return np.array([], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Line:
    """One curve: the values as logged, and their smoothed form.

    The smoothed form is empty when smoothing would mislead, as it does for a learning rate; it
    ``is_behind`` the values, and thinner, where a finding is about their swings. ``smooth_starts``
    are the indices at which it is taken up again after an event that no trend passes.
    ``role`` (train, val, test, gap, lr, grad_norm, residual) sets colour and dash. ``axes`` has
    the same points by step, epoch and hours, each of shape (n,), as far as the log records them;
    ``x`` is the axis that is drawn.
    """

    role: str
    name: str
    x: Floats
    y: Floats
    smooth_x: Floats = field(default_factory=no_points)
    smooth_y: Floats = field(default_factory=no_points)
    axes: Mapping[str, Floats] = field(default_factory=dict)
    is_behind: bool = False
    smooth_starts: tuple[int, ...] = ()

    @property
    def smooth_pieces(self) -> list[slice]:
        """The pieces of the smoothed form: no line joins them."""
        return [slice(*ends) for ends in pairwise([0, *self.smooth_starts, len(self.smooth_x)])]

    @property
    def is_smoothed(self) -> bool:
        """Whether the line has a smoothed form that can be drawn."""
        return len(self.smooth_x) > 1


@dataclass(frozen=True)
class Band:
    """A labelled stretch of the x axis: an onset's interval, a flat stretch, non-finite values.

    ``at`` is the place of a vertical line in it. ``finding`` is the index of the finding in
    ``Diagnosis.findings``; a drop of the learning rate and the stretch after the best value have
    none.
    """

    role: str
    low: float
    high: float
    label: str
    at: float | None = None
    finding: int | None = None

    @property
    def is_drop(self) -> bool:
        """Whether this marks a drop of the learning rate: a line without a stretch."""
        return self.role == "lr_drop"


@dataclass(frozen=True)
class Point:
    """One marked point and its label."""

    role: str
    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Table:
    """The values behind a chart, as text: column heads, and few enough rows to read aloud."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Chart:
    """What to draw, of a ``metric`` if it shows one.

    ``x_low`` to ``x_high`` and ``y_low`` to ``y_high`` bound the drawing; ``note`` names a value
    that lies outside. ``unit`` (epoch, step, hours) is what the x axis counts. ``height`` is in
    the pixels of the SVG; a chart below another is lower. ``width`` and the margin on the ``right``
    are in the same pixels; ``ends`` has a label for the end of each line, which needs that margin.
    """

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
    width: int = 560
    right: int = 26
    ends: tuple[str, ...] = ()
    metric: str = ""
    x_low: float = 0.0
    x_high: float = 1.0
    table: Table = Table((), ())

    @property
    def label_rows(self) -> int:
        """The rows of labels above the plot, where they cover no curve: one for each mark.

        All drops of the learning rate share the first row, and the note has the last one.
        """
        named = [band for band in self.bands if band.label]
        drops = any(band.is_drop for band in named)
        marks = sum(not band.is_drop for band in named) + len(self.points)
        return max(1, drops + marks + bool(self.note))

    @property
    def x_span(self) -> float:
        """The width of the x axis in its unit; 1 if all points share one place."""
        return self.x_high - self.x_low or 1.0
