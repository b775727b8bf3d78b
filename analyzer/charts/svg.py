"""Draw a chart as inline SVG: classes instead of colours, so that the page's style sheet decides light or dark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from analyzer.charts.spec import Band, Chart, Line
from analyzer.charts.ticks import linear_ticks, log_ticks
from analyzer.safe.names import visible
from analyzer.stats.arrays import Floats
from analyzer.stats.thin import column_extremes

WIDTH = 560
LEFT, RIGHT, TOP, BOTTOM = 72, 20, 36, 42
PLOT = WIDTH - LEFT - RIGHT
_LEGEND = 18  # of the top: what the legend takes
_SMOOTH_POINTS = 120  # more vertices than this cannot be seen on a plot of 480 pixels
_MOST_OUTSIDE = 3  # markers at the edge for a line: more only repeat the note
_DROP_LABELS = 44  # pixels between the labels of two drops


@dataclass(frozen=True, eq=False)
class Worded:
    """A chart in the words of one language; ``tick(value, step, narrow)`` writes a place on an axis."""

    lang: str
    chart: Chart
    tick: Callable[[float, float, bool], str]


def draw(*worded: Worded, legend: bool = True) -> str:
    """Return one ``<svg>`` element that says everything in each language given; style.css shows one of them.

    The charts differ in their words alone. Without ``legend`` the page around it must name the lines and the y axis.
    """
    return _Drawing(worded).markup(legend=legend)


def draw_alone(worded: Worded, *, style: str, attributes: str) -> str:
    """Return the chart as a file of its own, with a style sheet and attributes of its root."""
    root = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes} '
    return (
        draw(worded).replace("<svg ", root, 1).replace("<title", f"<style>{style}</style><title", 1)
    )


class _Drawing:
    """The geometry of a chart and the markup of its parts. The page's script finds the parts by their classes."""

    def __init__(self, worded: Sequence[Worded]) -> None:
        self.worded = worded
        self.chart = chart = worded[0].chart
        self.bottom = chart.height - BOTTOM
        self.plot_height = chart.height - TOP - BOTTOM
        self.x_span = chart.x_high - chart.x_low or 1.0
        self.low = float(np.log10(chart.y_low)) if chart.log_y else chart.y_low
        self.high = float(np.log10(chart.y_high)) if chart.log_y else chart.y_high

    def markup(self, *, legend: bool) -> str:
        name = self.chart.id
        above = 0 if legend else _LEGEND
        box = f'viewBox="0 {above} {WIDTH} {self.chart.height - above}"'
        inside = f'<rect x="{LEFT}" y="{TOP}" width="{PLOT}" height="{self.plot_height}"/>'
        parts = [
            f'<svg id="{name}" {box} role="img" aria-labelledby="{name}_t {name}_d">',
            *self.named("title", "t", lambda chart: chart.title),
            *self.named("desc", "d", lambda chart: chart.description),
            f'<g class="axes">{"".join(self.grid())}</g>',
            f'<clipPath id="{name}_c">{inside}</clipPath>',
            f'<g clip-path="url(#{name}_c)">',
            *(self.band(index, band) for index, band in enumerate(self.chart.bands)),
            *(
                self.raw(line, index)
                for index, line in enumerate(self.chart.lines)
                if len(line.x) > 1
            ),
            *(self.smooth(line, index) for index, line in enumerate(self.chart.lines)),
            "</g>",
            *(
                self.dot(line, index)
                for index, line in enumerate(self.chart.lines)
                if len(line.x) == 1
            ),
            f'<g class="over">{"".join(self.outside())}</g>',
            *self.band_labels(),
            *self.points(),
            *(self.legend() if legend else ()),
            "</svg>",
        ]
        return "".join(parts)

    def x(self, value: Floats) -> Floats:
        place: Floats = LEFT + (np.asarray(value) - self.chart.x_low) / self.x_span * PLOT
        return place

    def y(self, value: Floats) -> Floats:
        scaled = np.log10(np.maximum(value, 1e-300)) if self.chart.log_y else np.asarray(value)
        place = TOP + (self.high - scaled) / (self.high - self.low) * self.plot_height
        return np.clip(place, -1000, self.chart.height + 1000)

    def x_of(self, value: float) -> float:
        return round(float(self.x(np.array(value))), 1)

    def y_of(self, value: float) -> float:
        return round(float(self.y(np.array(value))), 1)

    def said(self, pick: Callable[[Chart], str]) -> str:
        return _said([(words.lang, pick(words.chart)) for words in self.worded])

    def named(self, element: str, suffix: str, pick: Callable[[Chart], str]) -> Sequence[str]:
        """Return one element a language; what labels the picture at first is that of the first language."""
        name = f"{self.chart.id}_{suffix}"
        return [
            f'<{element} id="{name if index == 0 else f"{name}_{words.lang}"}" lang="{words.lang}">'
            f"{_text(pick(words.chart))}</{element}>"
            for index, words in enumerate(self.worded)
        ]

    def grid(self) -> Sequence[str]:
        chart = self.chart
        y_ticks = (log_ticks if chart.log_y else linear_ticks)(
            chart.y_low, chart.y_high, 6 if chart.height > 200 else 4
        )
        x_ticks = linear_ticks(
            chart.x_low, chart.x_high, 6, whole=all(whole(line.x) for line in chart.lines)
        )
        parts = []
        for value, label in self.ticks(y_ticks, log=chart.log_y, narrow=True):
            y = self.y_of(value)
            parts.append(f'<path class="grid" d="M{LEFT} {y}h{PLOT}"/>')
            parts.append(
                f'<text class="tick" x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{label}</text>'
            )
        for value, label in self.ticks(x_ticks, log=False):
            x = self.x_of(value)
            parts.append(f'<path class="grid" d="M{x} {self.bottom}v4"/>')
            parts.append(
                f'<text class="tick" x="{x}" y="{self.bottom + 17}" text-anchor="middle">{label}</text>'
            )
        if chart.zero_line and chart.y_low < 0 < chart.y_high:
            parts.append(f'<path class="zero" d="M{LEFT} {self.y_of(0)}h{PLOT}"/>')
        parts.append(f'<path class="axis" d="M{LEFT} {TOP}V{self.bottom}h{PLOT}"/>')
        parts.append(
            f'<text class="label" x="{LEFT + PLOT / 2:g}" y="{chart.height - 6}" text-anchor="middle">'
            f"{self.said(lambda chart: chart.x_label)}</text>"
        )
        return parts

    def ticks(
        self, values: Sequence[float], *, log: bool, narrow: bool = False
    ) -> list[tuple[float, str]]:
        """Return each tick with its label; on a log axis each needs the decimals of its own size."""
        step = 0.0 if log or len(values) < 2 else float(f"{values[1] - values[0]:.6g}")
        return [
            (
                value,
                _said(
                    [
                        (words.lang, words.tick(value, step or abs(value), narrow))
                        for words in self.worded
                    ]
                ),
            )
            for value in values
        ]

    def band(self, index: int, band: Band) -> str:
        low, high = self.x_of(band.low), self.x_of(band.high)
        width = max(round(high - low, 1), 2)
        parts = [f'<g class="band-{index} {band.role}"{_of_finding(band)}>']
        if band.role != "lr_drop":
            parts.append(
                f'<rect class="band" x="{low}" y="{TOP}" width="{width}" height="{self.plot_height}"/>'
            )
        if band.at is not None:
            parts.append(f'<path class="at" d="M{self.x_of(band.at)} {TOP}v{self.plot_height}"/>')
        return "".join(parts) + "</g>"

    def band_labels(self) -> Sequence[str]:
        """Write the labels inside the plot: findings from the top, one below the other; drops along the bottom."""
        parts, row, free = [], 0, 0.0
        for index, band in enumerate(self.chart.bands):
            x = self.x_of(band.at if band.at is not None else (band.low + band.high) / 2)
            if not band.label or (band.role == "lr_drop" and x < free):
                continue
            middle = band.at is None and LEFT + 60 < x < LEFT + PLOT - 60
            anchor = "middle" if middle else ("start" if x < LEFT + 0.6 * PLOT else "end")
            x = round(x + {"middle": 0, "start": 5, "end": -5}[anchor], 1)
            if band.role == "lr_drop":
                y, free = self.bottom - 6, x + _DROP_LABELS
            else:
                y, row = TOP + 14 + 18 * row, row + 1
            label = f'<text class="mark {band.role}" x="{x:g}" y="{y}" text-anchor="{anchor}" data-band="{index}">'
            label += self.said(lambda chart, index=index: chart.bands[index].label) + "</text>"  # type: ignore[misc]
            parts.append(
                label
                if band.finding is None
                else f'<a href="#finding-{band.finding}" tabindex="-1">{label}</a>'
            )
        return parts

    def raw(self, line: Line, index: int) -> str:
        """Draw what was logged: every point of a short curve, minimum and maximum per pixel column of a long one."""
        kind = f"raw {line.role} line-{index}"
        if len(line.x) <= 2 * PLOT:
            return f'<path class="{kind}" d="{_path(self.x(line.x), self.y(line.y))}"/>'
        low, high = self.chart.x_low, self.chart.x_low + self.x_span
        centre, bottom, top = column_extremes(line.x, line.y, low, high, PLOT)
        x = np.floor(self.x(centre)).astype(int)
        first, second = np.rint(self.y(top)).astype(int), np.rint(self.y(bottom)).astype(int)
        parts = [f"M{x[0]} {first[0]}V{second[0]}"]
        at = second[0]
        for step, first_y, second_y in zip(np.diff(x), first[1:], second[1:], strict=True):
            near, far = (
                (first_y, second_y)
                if abs(first_y - at) <= abs(second_y - at)
                else (second_y, first_y)
            )
            parts.append(f"l{step} {near - at}" + (f"v{far - near}" if far != near else ""))
            at = far
        return f'<path class="{kind}" d="{"".join(parts).replace(" -", "-")}"/>'

    def dot(self, line: Line, index: int) -> str:
        """Draw a curve of one point, whole even at the edge."""
        at = f'cx="{self.x_of(line.x[0])}" cy="{self.y_of(line.y[0])}"'
        return f'<circle class="dot {line.role} line-{index}" {at} r="3"/>'

    def smooth(self, line: Line, index: int) -> str:
        if len(line.smooth_x) < 2:
            return ""
        x, y = self.x(line.smooth_x), self.y(line.smooth_y)
        if len(x) > _SMOOTH_POINTS:
            grid = np.union1d(np.linspace(x[0], x[-1], _SMOOTH_POINTS), x[:10])
            x, y = grid, np.interp(grid, x, y)
        return f'<path class="smooth {line.role} line-{index}" d="{_path(x, y)}"/>'

    def outside(self) -> Sequence[str]:
        """Mark at the edge where a line leaves the chart, and say how far it goes."""
        parts = []
        for line in self.chart.lines:
            for edge, tip, beyond in (
                (TOP, -8, line.y > self.chart.y_high),
                (self.bottom, 8, line.y < self.chart.y_low),
            ):
                starts = np.flatnonzero(beyond & ~np.r_[False, beyond[:-1]])[:_MOST_OUTSIDE]
                for x in self.x(line.x[starts]):
                    parts.append(
                        f'<path class="outside {line.role}" d="M{x - 5:.1f} {edge}h10l-5 {tip}z"/>'
                    )
        if self.chart.note:
            parts.append(
                f'<text class="note" x="{LEFT + PLOT}" y="{TOP - 5}" text-anchor="end">'
                f"{self.said(lambda chart: chart.note)}</text>"
            )
        return parts

    def points(self) -> Sequence[str]:
        parts = []
        for index, point in enumerate(self.chart.points):
            x, y = self.x_of(point.x), self.y_of(point.y)
            if not TOP <= y <= self.bottom:
                continue
            anchor = "start" if x < LEFT + 0.75 * PLOT else "end"
            below = not point.above and y < self.bottom - 26
            at = f'x="{x + (7 if anchor == "start" else -7):g}" y="{y + (19 if below else -10):g}"'
            label = self.said(lambda chart, index=index: chart.points[index].label)  # type: ignore[misc]
            parts.append(
                f'<circle class="best {point.role}" data-point="{index}" cx="{x}" cy="{y}" r="4.5"/>'
            )
            parts.append(
                f'<text class="mark best" data-point="{index}" {at} text-anchor="{anchor}">{label}</text>'
            )
        return parts

    def legend(self) -> Sequence[str]:
        parts = [
            f'<text class="label" x="4" y="15">{self.said(lambda chart: chart.y_label)}</text>'
        ]
        if len(self.chart.lines) == 1:
            return parts
        x = WIDTH - RIGHT
        for index in reversed(range(len(self.chart.lines))):
            line = self.chart.lines[index]
            x -= 10 * min(len(line.name), 22) + 46
            name = self.said(lambda chart, index=index: _short(chart.lines[index].name))  # type: ignore[misc]
            parts.append(f'<path class="smooth {line.role}" d="M{x} 11h30"/>')
            parts.append(f'<text class="legend" x="{x + 35}" y="15">{name}</text>')
        return parts


def whole(x: Floats) -> bool:
    """Say whether positions are whole numbers, as steps and most epochs are: so are the ticks of their axis then."""
    return bool((x % 1 == 0).all())


def _of_finding(band: Band) -> str:
    return "" if band.finding is None else f' data-finding="{band.finding}"'


def _said(texts: Sequence[tuple[str, str]]) -> str:
    """Return a text once where the languages agree, else once a language."""
    if len({text for _, text in texts}) == 1:
        return _text(texts[0][1])
    return "".join(f'<tspan lang="{lang}">{_text(text)}</tspan>' for lang, text in texts)


def _text(value: str) -> str:
    """Return text that is safe in markup; control characters, which XML forbids, are shown as their pictures."""
    return escape(visible(value))


def _short(name: str) -> str:
    return name if len(name) <= 22 else name[:21] + "…"


def _path(x: Floats, y: Floats) -> str:
    pairs = [f"{a:.1f} {b:.1f}".replace(".0", "") for a, b in zip(x, y, strict=True)]
    return "M" + "L".join(pairs)
