"""The frame of a drawing in pixels: its margins, and where a value of the chart lies in it."""

from __future__ import annotations

import numpy as np

from analyzer.charts.spec import Chart
from analyzer.stats.arrays import Floats

LEFT, BOTTOM = 72, 42  # margins: tick labels, axis label
_TOP = 36  # legend, and the first row of labels
ROW = 16  # of labels above the plot
LETTER = 7.5  # pixels: the most that a letter of a label takes
_FAR = 1000  # pixels outside the picture: a path that leaves it need not go farther
_TINY = 1e-300  # stands for values that have no logarithm


class Frame:
    """Maps the values of one chart to pixels; y counts downwards from the top."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.top = _TOP + ROW * (chart.label_rows - 1)
        self.bottom = chart.height - BOTTOM
        self.height = self.bottom - self.top
        self.plot = chart.width - LEFT - chart.right
        self.low, self.high = chart.y_low, chart.y_high
        if chart.log_y:
            self.low, self.high = float(np.log10(chart.y_low)), float(np.log10(chart.y_high))

    def xs(self, values: Floats) -> Floats:
        """Return the pixel of each place on the x axis."""
        places: Floats = LEFT + (values - self.chart.x_low) / self.chart.x_span * self.plot
        return places

    def ys(self, values: Floats) -> Floats:
        """Return the pixel of each value, at most some way outside the picture."""
        scaled = np.log10(np.maximum(values, _TINY)) if self.chart.log_y else values
        places = self.top + (self.high - scaled) / (self.high - self.low) * self.height
        return np.clip(places, -_FAR, self.chart.height + _FAR)

    def row(self, index: int) -> int:
        """Return the baseline of a row of labels; the last one stands on the plot."""
        return self.top - 5 - ROW * (self.chart.label_rows - 1 - index)

    def x(self, value: float) -> float:
        """Return the pixel of one place on the x axis, to a tenth."""
        return round(float(self.xs(np.array(value))), 1)

    def y(self, value: float) -> float:
        """Return the pixel of one value, to a tenth."""
        return round(float(self.ys(np.array(value))), 1)
