"""Curves as a Mermaid xychart, which a pull request draws without a picture.

The syntax is described at https://mermaid.js.org/syntax/xyChart. A line is a list of numbers at
even steps; there are no logarithmic axes, gaps, legends or exponents. Every curve is drawn by one
rule: each of at most 60 places has the mean of the values that were logged around it. A loss that
falls through decades is drawn from where the last decade begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analyzer.charts.spec import Chart, Line
from analyzer.charts.styles import STYLES
from analyzer.stats.arrays import Floats

COLOURS = tuple(STYLES["paper"].sides[:2])  # blue and orange, 3:1 or more on white and on dark
POINTS = 60  # of a line: more cannot be told apart in a comment
_ROUNDING = 1e-9  # of the values: a line that varies by less is flat
_EDGE = 0.05  # of the span of the values, above and below them
# If the largest value is not between these, all are written as multiples of a power of ten.
_SMALLEST, _LARGEST = 1e-3, 1e5
_UNSAFE = re.compile(r"[^\w .,()/+×=^-]+")  # could end a label, or mean something to Mermaid
_LONGEST = 60  # characters of a label
_DECADE = 10.0
_FEWEST = 5  # places of the last decade: with fewer the whole curve is drawn


class Held(NamedTuple):
    """A line that stays level beyond its own ``first`` or ``last`` position; None if it does not.

    Mermaid draws each line over the whole axis, so a shorter one holds its value there.
    """

    first: float | None = None
    last: float | None = None


class Drawn(NamedTuple):
    """The code of a chart, and the position at which it begins if earlier points are left out.

    ``held`` says of each line where it only holds its value.
    """

    code: str = ""
    begins: float | None = None
    is_averaged: bool = False
    held: tuple[Held, ...] = ()


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


def xychart(chart: Chart, lines: Sequence[Line], *, to_ends: bool = False) -> Drawn:
    """Return the code of at most two lines of a chart, over the stretch that both cover.

    With ``to_ends`` the axis is that of the longer line. Empty if they share no stretch.
    """
    curves = [(line.x, line.y) for line in lines[: len(COLOURS)]]
    low, high = max(x[0] for x, _ in curves), min(x[-1] for x, _ in curves)
    if low >= high:
        return Drawn()
    if to_ends:
        low, high = min(x[0] for x, _ in curves), max(x[-1] for x, _ in curves)
    logged = max(int(((x >= low) & (x <= high)).sum()) for x, _ in curves)
    count = min(POINTS, logged)
    if count < 2:
        return Drawn()
    grid = np.linspace(low, high, count)
    values = np.array([_means(x, y, grid) for x, y in curves])
    first = _last_decade(values) if chart.log_y else 0
    held = tuple(_held(x, grid, first) for x, _ in curves)
    if any(line.last is not None and line.last <= grid[first] for line in held):
        return Drawn()  # all that would be seen of it is a level line
    grid, values = grid[first:], values[:, first:]
    values = np.clip(values, chart.y_low, chart.y_high)
    label, power = chart.title, _power(values)
    if power:
        values, label = values / 10.0**power, f"{label} × 10^{power}"
    x_axis, y_axis = _Axis(chart.x_label, float(grid[0]), high), _around(values, label)
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
    begins = float(grid[0]) if first else None
    return Drawn("\n".join(code), begins, is_averaged=logged > POINTS, held=held)


def _held(x: Floats, grid: Floats, first: int) -> Held:
    """Return where a line ends or begins within the places that are drawn, from ``first`` on."""
    step = float(grid[1] - grid[0])
    begins, ends = float(x[0]), float(x[-1])
    return Held(
        first=begins if begins > grid[first] + step else None,
        last=ends if ends < grid[-1] - step else None,
    )


def _means(x: Floats, y: Floats, grid: Floats) -> Floats:
    """Return the mean of the values around each place, interpolated where none was logged.

    Beyond the ends of the curve it is the mean at the end.
    """
    edges = (grid[:-1] + grid[1:]) / 2
    place = np.searchsorted(edges, x)
    inside = (x >= grid[0]) & (x <= grid[-1])
    count = np.bincount(place[inside], minlength=len(grid))
    known = count > 0
    total = np.bincount(place[inside], weights=y[inside], minlength=len(grid))
    between = np.interp(grid, x, y)
    means: Floats = np.where(known, total / np.maximum(count, 1), between)
    if known.any():
        ends = np.flatnonzero(known)[[0, -1]]
        means[: ends[0]], means[ends[1] + 1 :] = means[ends]
    return means


def _last_decade(values: Floats) -> int:
    """Return the place from which all curves stay within ten times their lowest last value.

    It is 0 if that would leave only a few places, or if the curves end high.
    """
    above = np.flatnonzero((values > _DECADE * values[:, -1].min()).any(axis=0))
    first = int(above[-1]) + 1 if len(above) else 0
    return first if values.shape[1] - first >= _FEWEST else 0


def _around(values: Floats, label: str) -> _Axis:
    """Return an axis with some room above and below the values, below zero only if they are."""
    low, high, size = float(values.min()), float(values.max()), float(np.abs(values).max())
    span = high - low
    if span <= _ROUNDING * size:
        span = size or 1.0
    bottom = low - _EDGE * span
    return _Axis(label, bottom if low < 0 else max(bottom, 0.0), high + _EDGE * span)


def _power(values: Floats) -> int:
    """Return the power of ten that values are divided by, 0 if they can be written as they are."""
    largest = float(np.abs(values).max())
    if largest == 0 or _SMALLEST <= largest < _LARGEST:
        return 0
    return int(np.floor(np.log10(largest)))
