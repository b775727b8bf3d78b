"""Draw a chart as inline SVG: classes instead of colours, so that the page's style sheet decides light or dark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import numpy as np

from analyzer.charts.spec import Band, Chart, Floats, Line
from analyzer.charts.ticks import linear_ticks, log_ticks
from analyzer.stats.thin import column_extremes

WIDTH = 560
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 36, 42
_PLOT = WIDTH - _LEFT - _RIGHT
_SMOOTH_POINTS = 160  # more vertices than this cannot be seen on a plot of 480 pixels


def draw(chart: Chart, tick: Callable[[float, float], str]) -> str:
    """Return one ``<svg>`` element. ``tick(value, step)`` writes a value on an axis whose ticks are ``step`` apart."""
    frame = _Frame(chart)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {chart.height}" role="img" aria-labelledby="{chart.id}-t {chart.id}-d">',
        f'<title id="{chart.id}-t">{_text(chart.title)}</title>',
        f'<desc id="{chart.id}-d">{_text(chart.description)}</desc>',
        *_grid(chart, frame, tick),
        f'<clipPath id="{chart.id}-c">{frame.rectangle}</clipPath>',
        f'<g clip-path="url(#{chart.id}-c)">',
        *(_band(band, frame) for band in chart.bands),
        *(_raw(line, frame) for line in chart.lines),
        *(_smooth(line, frame) for line in chart.lines),
        "</g>",
        *_band_labels(chart, frame),
        *_points(chart, frame),
        *_legend(chart),
        "</svg>",
    ]
    return "".join(parts)


def draw_alone(chart: Chart, tick: Callable[[float, float], str], *, style: str, attributes: str) -> str:
    """Return the chart as a file of its own, with a style sheet and attributes of its root."""
    root = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes} '
    return draw(chart, tick).replace("<svg ", root, 1).replace("<title", f"<style>{style}</style><title", 1)


class _Frame:
    """From data to pixels."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.plot_height = chart.height - _TOP - _BOTTOM
        self.rectangle = f'<rect x="{_LEFT}" y="{_TOP}" width="{_PLOT}" height="{self.plot_height}"/>'
        self.x_span = chart.x_high - chart.x_low or 1.0
        self.low = float(np.log10(chart.y_low)) if chart.log_y else chart.y_low
        self.high = float(np.log10(chart.y_high)) if chart.log_y else chart.y_high

    def x(self, value: Floats) -> Floats:
        place: Floats = _LEFT + (np.asarray(value) - self.chart.x_low) / self.x_span * _PLOT
        return place

    def y(self, value: Floats) -> Floats:
        scaled = np.log10(np.maximum(value, 1e-300)) if self.chart.log_y else np.asarray(value)
        place = _TOP + (self.high - scaled) / (self.high - self.low) * self.plot_height
        return np.clip(place, -1000, self.chart.height + 1000)

    def x_of(self, value: float) -> float:
        return round(float(self.x(np.array(value))), 1)

    def y_of(self, value: float) -> float:
        return round(float(self.y(np.array(value))), 1)


def _text(value: str) -> str:
    """Return text that is safe in markup; control characters, which XML forbids, are shown as their pictures."""
    return escape("".join(chr(0x2400 + ord(one)) if ord(one) < 32 else one for one in value))


def _grid(chart: Chart, frame: _Frame, write: Callable[[float, float], str]) -> Sequence[str]:
    most = 6 if chart.height > 200 else 4
    y_ticks = (log_ticks if chart.log_y else linear_ticks)(chart.y_low, chart.y_high, most)
    x_ticks = linear_ticks(chart.x_low, chart.x_high, 6)
    y_step, x_step = (_step(ticks, log) for ticks, log in ((y_ticks, chart.log_y), (x_ticks, False)))
    bottom = chart.height - _BOTTOM
    parts = []
    for tick in y_ticks:
        y = frame.y_of(tick)
        parts.append(f'<path class="grid" d="M{_LEFT} {y}h{_PLOT}"/>')
        label = _text(write(tick, y_step or tick))
        parts.append(f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:g}" text-anchor="end">{label}</text>')
    for tick in x_ticks:
        x = frame.x_of(tick)
        parts.append(f'<path class="grid" d="M{x} {bottom}v4"/>')
        label = _text(write(tick, x_step or tick))
        parts.append(f'<text class="tick" x="{x}" y="{bottom + 17}" text-anchor="middle">{label}</text>')
    if chart.zero_line and chart.y_low < 0 < chart.y_high:
        parts.append(f'<path class="zero" d="M{_LEFT} {frame.y_of(0)}h{_PLOT}"/>')
    parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}h{_PLOT}"/>')
    parts.append(
        f'<text class="label" x="{_LEFT + _PLOT / 2}" y="{chart.height - 6}" text-anchor="middle">'
        f"{_text(chart.x_label)}</text>"
    )
    if chart.note:
        parts.append(
            f'<text class="note" x="{_LEFT + _PLOT - 6}" y="{_TOP + 14}" text-anchor="end">↑ {_text(chart.note)}</text>'
        )
    return parts


def _step(ticks: Sequence[float], log: bool) -> float:
    """Return the distance of ticks, 0 where each needs the decimals of its own size."""
    return 0.0 if log or len(ticks) < 2 else float(f"{ticks[1] - ticks[0]:.6g}")


def _band(band: Band, frame: _Frame) -> str:
    low, high = frame.x_of(band.low), frame.x_of(band.high)
    width = max(round(high - low, 1), 2)
    rect = f'<rect class="band {band.role}" x="{low}" y="{_TOP}" width="{width}" height="{frame.plot_height}"/>'
    if band.at is None:
        return rect
    return rect + f'<path class="at {band.role}" d="M{frame.x_of(band.at)} {_TOP}v{frame.plot_height}"/>'


def _band_labels(chart: Chart, frame: _Frame) -> Sequence[str]:
    """Write the labels of the bands inside the plot, one below the other, on the side where there is room."""
    parts = []
    for row, band in enumerate(band for band in chart.bands if band.label):
        place = band.at if band.at is not None else (band.low + band.high) / 2
        x = frame.x_of(place)
        middle = band.at is None and _LEFT + 60 < x < _LEFT + _PLOT - 60
        anchor = "middle" if middle else ("start" if x < _LEFT + 0.6 * _PLOT else "end")
        x += {"middle": 0, "start": 5, "end": -5}[anchor]
        y = _TOP + 14 + 18 * (row + bool(chart.note))
        parts.append(
            f'<text class="mark {band.role}" x="{x:g}" y="{y}" text-anchor="{anchor}">{_text(band.label)}</text>'
        )
    return parts


def _raw(line: Line, frame: _Frame) -> str:
    """Draw what was logged: every point of a short curve, minimum and maximum per pixel column of a long one."""
    if len(line.x) <= 2 * _PLOT:
        return f'<path class="raw {line.role}" d="{_path(frame.x(line.x), frame.y(line.y))}"/>'
    low, high = frame.chart.x_low, frame.chart.x_low + frame.x_span
    centre, bottom, top = column_extremes(line.x, line.y, low, high, _PLOT)
    x = np.floor(frame.x(centre)).astype(int)
    first, second = np.rint(frame.y(top)).astype(int), np.rint(frame.y(bottom)).astype(int)
    parts = [f"M{x[0]} {first[0]}V{second[0]}"]
    at = second[0]
    for step, one, other in zip(np.diff(x), first[1:], second[1:], strict=True):
        near, far = (one, other) if abs(one - at) <= abs(other - at) else (other, one)
        parts.append(f"l{step} {near - at}" + (f"v{far - near}" if far != near else ""))
        at = far
    return f'<path class="raw {line.role}" d="{"".join(parts).replace(" -", "-")}"/>'


def _smooth(line: Line, frame: _Frame) -> str:
    x, y = frame.x(line.smooth_x), frame.y(line.smooth_y)
    if len(x) > _SMOOTH_POINTS:
        grid = np.union1d(np.linspace(x[0], x[-1], _SMOOTH_POINTS), x[:10])
        x, y = grid, np.interp(grid, x, y)
    if len(x) == 1:
        return f'<circle class="dot {line.role}" cx="{x[0]:.1f}" cy="{y[0]:.1f}" r="3"/>'
    return f'<path class="smooth {line.role}" d="{_path(x, y)}"/>'


def _path(x: Floats, y: Floats) -> str:
    pairs = [f"{a:.1f} {b:.1f}".replace(".0", "") for a, b in zip(x, y, strict=True)]
    return "M" + "L".join(pairs)


def _points(chart: Chart, frame: _Frame) -> Sequence[str]:
    parts = []
    for point in chart.points:
        x, y = frame.x_of(point.x), frame.y_of(point.y)
        if not _TOP <= y <= chart.height - _BOTTOM:
            continue
        anchor = "start" if x < _LEFT + 0.75 * _PLOT else "end"
        below = not point.above and y < chart.height - _BOTTOM - 26
        parts.append(f'<circle class="best {point.role}" cx="{x}" cy="{y}" r="4.5"/>')
        parts.append(
            f'<text class="mark best" x="{x + (7 if anchor == "start" else -7):g}" y="{y + (19 if below else -10):g}" '
            f'text-anchor="{anchor}">{_text(point.label)}</text>'
        )
    return parts


def _legend(chart: Chart) -> Sequence[str]:
    parts = [f'<text class="label" x="4" y="15">{_text(chart.y_label)}</text>']
    names = [(line.role, line.name) for line in chart.lines if line.role != "gap"]
    x = WIDTH - _RIGHT
    for role, name in reversed(names):
        shown = name if len(name) <= 22 else name[:21] + "…"
        x -= 10 * len(shown) + 46
        parts.append(f'<path class="smooth {role}" d="M{x} 11h30"/>')
        parts.append(f'<text class="legend" x="{x + 35}" y="15">{_text(shown)}</text>')
    return parts
