"""Curves as a Mermaid xychart, which a pull request draws without a picture.

The syntax is described at https://mermaid.js.org/syntax/xyChart. A line is a list of numbers at
even steps; there are no logarithmic axes, gaps, legends or exponents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analyzer.charts.spec import Chart, Line
from analyzer.charts.styles import STYLES
from analyzer.stats.arrays import Floats

COLOURS = tuple(STYLES["paper"].sides[:2])  # blue and orange, readable on white and on black
POINTS = 60  # of a line: more cannot be told apart in a comment
_ROUNDING = 1e-9  # of the values: a line that varies by less is flat
_EDGE = 0.05  # of the span of the values, above and below them
# If the largest value is not between these, all are written as multiples of a power of ten.
_SMALLEST, _LARGEST = 1e-3, 1e5
_UNSAFE = re.compile(r"[^\w .,()/+×=^-]+")  # could end a label, or mean something to Mermaid
_LONGEST = 60  # characters of a label


class _Axis(NamedTuple):
    """An axis: its label and its ends."""

    label: str
    low: float
    high: float

    def number(self, value: float) -> str:
        """Return a value to a thousandth of the span, without the exponent Mermaid cannot read."""
        places = max(0, 3 - int(np.floor(np.log10(self.high - self.low))))
        return np.format_float_positional(round(value, places), trim="-")

    def __str__(self) -> str:
        label = _UNSAFE.sub(" ", self.label)[:_LONGEST].strip()
        return f'"{label}" {self.number(self.low)} --> {self.number(self.high)}'


def xychart(chart: Chart, lines: Sequence[Line]) -> str:
    """Return the code of at most two lines of a chart, over the stretch that both cover.

    Empty if they share no stretch.
    """
    curves = [_drawn(line) for line in lines[: len(COLOURS)]]
    low, high = max(x[0] for x, _ in curves), min(x[-1] for x, _ in curves)
    count = min(POINTS, max(int(((x >= low) & (x <= high)).sum()) for x, _ in curves))
    if count < 2 or low >= high:
        return ""
    grid = np.linspace(low, high, count)
    values = np.array(
        [np.clip(np.interp(grid, x, y), chart.y_low, chart.y_high) for x, y in curves]
    )
    label = chart.title
    if chart.log_y:
        values, label = np.log10(values), f"log10({label})"
    power = _power(values)
    if power:
        values, label = values / 10.0**power, f"{label} × 10^{power}"
    x_axis, y_axis = _Axis(chart.x_label, low, high), _around(values, label)
    palette = ", ".join(COLOURS[: len(curves)])
    code = [
        "---",
        f'config:\n  themeVariables:\n    xyChart:\n      plotColorPalette: "{palette}"',
        "---",
        "xychart-beta",
        f"  x-axis {x_axis}",
        f"  y-axis {y_axis}",
    ]
    for row in values:
        code.append(f"  line [{', '.join(map(y_axis.number, row))}]")
    return "\n".join(code)


def _drawn(line: Line) -> tuple[Floats, Floats]:
    """Return x and y of what is drawn of a line: its smoothed form if it has one in front."""
    if line.is_smoothed and not line.is_behind:
        return line.smooth_x, line.smooth_y
    return line.x, line.y


def _around(values: Floats, label: str) -> _Axis:
    """Return an axis with some room above and below the values."""
    low, high, size = float(values.min()), float(values.max()), float(np.abs(values).max())
    span = high - low
    if span <= _ROUNDING * size:
        span = size or 1.0
    return _Axis(label, low - _EDGE * span, high + _EDGE * span)


def _power(values: Floats) -> int:
    """Return the power of ten that values are divided by, 0 if they can be written as they are."""
    largest = float(np.abs(values).max())
    if largest == 0 or _SMALLEST <= largest < _LARGEST:
        return 0
    return int(np.floor(np.log10(largest)))
