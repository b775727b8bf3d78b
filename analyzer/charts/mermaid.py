"""Curves as a Mermaid xychart, which a pull request draws without a picture: lists of numbers at even steps.

The syntax is that of https://mermaid.js.org/syntax/xyChart: no logarithmic axis, no gaps, no legend, no exponents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from analyzer.charts.spec import Chart, Line
from analyzer.stats.arrays import Floats

COLOURS = (
    "#0072b2",
    "#d55e00",
)  # Okabe and Ito (2008): blue and vermilion, readable on white and on black
POINTS = 60  # of a line: more cannot be told apart in a comment
_ROUNDING = 1e-9  # of the values: a line that varies by less is flat
_PLAIN = (
    1e-3,
    1e5,
)  # between these the largest value is written as it is, else as a multiple of a power of ten
_UNSAFE = re.compile(r"[^\w .,()/+×=^-]+")  # what could end a label, or mean something to Mermaid
_LONGEST = 60  # characters of a label


def xychart(chart: Chart, lines: Sequence[Line]) -> str:
    """Return the code of two lines of a chart at most, over the stretch that both cover; empty where there is none."""
    curves = [
        (line.smooth_x, line.smooth_y) if len(line.smooth_x) else (line.x, line.y)
        for line in lines[: len(COLOURS)]
    ]
    low, high = max(x[0] for x, _ in curves), min(x[-1] for x, _ in curves)
    count = min(POINTS, max(int(((x >= low) & (x <= high)).sum()) for x, _ in curves))
    if count < 2 or low >= high:
        return ""
    grid = np.linspace(low, high, count)
    values = [np.clip(np.interp(grid, x, y), chart.y_low, chart.y_high) for x, y in curves]
    label = chart.title
    if chart.log_y:
        values, label = [np.log10(value) for value in values], f"log10({label})"
    power = _power(values)
    if power:
        values, label = [value / 10.0**power for value in values], f"{label} × 10^{power}"
    every = np.concatenate(values)
    span, size = float(np.ptp(every)), float(np.abs(every).max())
    edge = 0.05 * (span if span > _ROUNDING * size else size or 1.0)
    bottom, top = float(every.min()) - edge, float(every.max()) + edge
    palette = ", ".join(COLOURS[: len(values)])
    return "\n".join(
        [
            "---",
            f'config:\n  themeVariables:\n    xyChart:\n      plotColorPalette: "{palette}"',
            "---",
            "xychart-beta",
            f'  x-axis "{_label(chart.x_label)}" {_number(low, high - low)} --> {_number(high, high - low)}',
            f'  y-axis "{_label(label)}" {_number(bottom, top - bottom)} --> {_number(top, top - bottom)}',
            *(
                f"  line [{', '.join(_number(number, top - bottom) for number in line)}]"
                for line in values
            ),
        ]
    )


def _power(values: Sequence[Floats]) -> int:
    """Return the power of ten by which values are divided, 0 where they can be written as they are."""
    largest = max(float(np.abs(value).max()) for value in values)
    return (
        0 if largest == 0 or _PLAIN[0] <= largest < _PLAIN[1] else int(np.floor(np.log10(largest)))
    )


def _number(value: float, span: float) -> str:
    """Return a number without exponent, which Mermaid does not read, to a thousandth of the span of its axis."""
    places = max(0, 3 - int(np.floor(np.log10(span))))
    return np.format_float_positional(round(value, places), trim="-")


def _label(text: str) -> str:
    return _UNSAFE.sub(" ", text)[:_LONGEST].strip()
