"""Draw a chart as inline SVG.

Parts have classes instead of colours, so the style sheet of the page decides light or dark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import numpy as np

from analyzer.charts.frame import LEFT, LETTER, Frame
from analyzer.charts.labels import cut_end
from analyzer.charts.spec import Band, Chart, Line
from analyzer.charts.ticks import is_whole, linear_ticks, log_ticks, with_end
from analyzer.safe.names import visible
from analyzer.stats.arrays import Bools, Floats
from analyzer.stats.thin import column_extremes

_LEGEND = 18  # pixels of the top margin that the legend takes
_LEGEND_RIGHT = 20  # pixels of margin beside it
_LEGEND_NAME = 22  # letters of a name in the legend
# Both limit the size of a page. A plot is 462 pixels wide, that of the lead 938.
_COLUMNS = 468  # of a long curve, whatever the width: a pixel each, two of the lead
_SMOOTH_POINTS = 120  # vertices: one every 4 pixels of a plot, every 8 of the lead
_MOST_OUTSIDE = 3  # markers at the edge for a line: more only repeat the note
_DROP_LABELS = 44  # pixels between the labels of two drops
_WIDE_CHART = 900  # pixels: from here on there is room for more ticks
_MIDDLE = 100  # pixels to the sides of a plot that a label over a stretch may need
_OFF_STEP = 1e-6  # of a step
_END_LABELS = 15  # pixels between the labels of two line ends
_LOW_CHART = 200  # pixels: a chart this low has room for fewer ticks


@dataclass(frozen=True, eq=False)
class Worded:
    """A chart in the words of one language; ``tick(value, step, narrow)`` writes a tick label."""

    lang: str
    chart: Chart
    tick: Callable[[float, float, bool], str]


class _Tick(NamedTuple):
    """The pixel of a place on an axis, to a tenth, and its label as markup."""

    pixel: float
    label: str


def draw(*worded: Worded, legend: bool = True) -> str:
    """Return one ``<svg>`` element with its text in each language given; style.css shows one.

    The charts may differ in their words alone. Without ``legend`` the page around it must name
    the lines and the y axis.
    """
    return _Drawing(worded).markup(legend=legend)


def draw_alone(worded: Worded, *, style: str, attributes: str) -> str:
    """Return the chart as a standalone file, with a style sheet and attributes of its root."""
    root = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes} '
    markup = draw(worded).replace("<svg ", root, 1)
    return markup.replace("<title", f"<style>{style}</style><title", 1)


class _Drawing:
    """The markup of one chart, part by part. The page's script finds the parts by their classes."""

    def __init__(self, worded: Sequence[Worded]) -> None:
        self.worded = worded
        self.charts = [version.chart for version in worded]
        self.chart = self.charts[0]
        self.frame = Frame(self.chart)

    def markup(self, *, legend: bool) -> str:
        name = self.chart.id
        above = 0 if legend else _LEGEND
        box = f'viewBox="0 {above} {self.chart.width} {self.chart.height - above}"'
        frame = self.frame
        size = f'width="{frame.plot}" height="{frame.height}"'
        inside = f'<rect x="{LEFT}" y="{frame.top}" {size}/>'
        parts = [
            f'<svg id="{name}" {box}>',
            f'<g role="img" aria-labelledby="{name}_t {name}_d">',
            *self.named("title", "t", [chart.title for chart in self.charts]),
            *self.named("desc", "d", [chart.description for chart in self.charts]),
            f'<g class="axes">{"".join(self.axes())}</g>',
            f'<clipPath id="{name}_c">{inside}</clipPath>',
            f'<g clip-path="url(#{name}_c)">',
            *self.bands(),
            *self.smooth_lines(behind=True),
            *self.raw_lines(),
            *self.smooth_lines(behind=False),
            "</g>",
            *self.dots(),
            f'<g class="over">{"".join([*self.outside(), *self.ends()])}</g>',
            *self.band_labels(linked=False),
            *self.points(),
            *(self.legend() if legend else ()),
            "</g>",
            *self.band_labels(linked=True),
        ]
        return "".join([*parts, "</svg>"])

    def translated(self, texts: Sequence[str]) -> str:
        """Return a text, one per language, as markup: once if the languages agree."""
        if len(set(texts)) == 1:
            return _text(texts[0])
        spans = []
        for worded, text in zip(self.worded, texts, strict=True):
            spans.append(f'<tspan lang="{worded.lang}">{_text(text)}</tspan>')
        return "".join(spans)

    def named(self, element: str, suffix: str, texts: Sequence[str]) -> Iterator[str]:
        """Yield one element per language; the first has the id that labels the picture."""
        name = f"{self.chart.id}_{suffix}"
        for index, (worded, text) in enumerate(zip(self.worded, texts, strict=True)):
            own = f"{name}_{worded.lang}" if index else name
            yield f'<{element} id="{own}" lang="{worded.lang}">{_text(text)}</{element}>'

    def axes(self) -> Iterator[str]:
        """Yield the grid with its labels, the line at zero, the axes and the name of the x axis."""
        chart, bottom, plot = self.chart, self.frame.bottom, self.frame.plot
        for y, label in self.y_ticks():
            place = f'x="{LEFT - 6}" y="{y + 4:g}"'
            yield f'<path class="grid" d="M{LEFT} {y}h{plot}"/>'
            yield f'<text class="tick" {place} text-anchor="end">{label}</text>'
        for x, label in self.x_ticks():
            place = f'x="{x}" y="{bottom + 17}"'
            yield f'<path class="grid" d="M{x} {bottom}v4"/>'
            yield f'<text class="tick" {place} text-anchor="middle">{label}</text>'
        if chart.zero_line and chart.y_low < 0 < chart.y_high:
            yield f'<path class="zero" d="M{LEFT} {self.frame.y(0)}h{plot}"/>'
        yield f'<path class="axis" d="M{LEFT} {self.frame.top}V{bottom}h{plot}"/>'
        name = self.translated([chart.x_label for chart in self.charts])
        place = f'x="{LEFT + plot / 2:g}" y="{chart.height - 6}"'
        yield f'<text class="label" {place} text-anchor="middle">{name}</text>'

    def y_ticks(self) -> list[_Tick]:
        chart = self.chart
        ticks = log_ticks if chart.log_y else linear_ticks
        values = ticks(chart.y_low, chart.y_high, 6 if chart.height > _LOW_CHART else 4)
        pixels = self.frame.ys(np.array(values, dtype=np.float64))
        return self.labelled(values, pixels, log=chart.log_y, narrow=True)

    def x_ticks(self) -> list[_Tick]:
        whole = all(is_whole(line.x) for line in self.chart.lines)
        most = 6 if self.chart.width < _WIDE_CHART else 10
        values = linear_ticks(self.chart.x_low, self.chart.x_high, most, whole=whole)
        values = with_end(values, self.chart.x_high)
        pixels = self.frame.xs(np.array(values, dtype=np.float64))
        return self.labelled(values, pixels, log=False, narrow=False)

    def labelled(
        self, values: Sequence[float], pixels: Floats, *, log: bool, narrow: bool
    ) -> list[_Tick]:
        """Return ticks with their labels; on a log axis each needs the decimals of its own size."""
        step = 0.0
        if not log and len(values) > 1:
            step = float(f"{values[1] - values[0]:.6g}")
        ticks = []
        for value, pixel in zip(values, pixels.tolist(), strict=True):
            distance = step or abs(value)
            if step and abs(value / step - round(value / step)) > _OFF_STEP:
                distance = 1.0 if value.is_integer() else step / 10  # the end of the axis
            labels = [worded.tick(value, distance, narrow) for worded in self.worded]
            ticks.append(_Tick(round(pixel, 1), self.translated(labels)))
        return ticks

    def bands(self) -> Iterator[str]:
        for index, band in enumerate(self.chart.bands):
            yield f'<g class="band-{index} {band.role}"{_of_finding(band)}>'
            height = self.frame.height
            if not band.is_drop:
                low, high = self.frame.x(band.low), self.frame.x(band.high)
                size = f'width="{max(round(high - low, 1), 2)}" height="{height}"'
                yield f'<rect class="band" x="{low}" y="{self.frame.top}" {size}/>'
            if band.at is not None:
                yield f'<path class="at" d="M{self.frame.x(band.at)} {self.frame.top}v{height}"/>'
            yield "</g>"

    def band_labels(self, *, linked: bool) -> Iterator[str]:
        """Yield the labels above the plot: a row for all drops, then one for each finding.

        A drop too close to the one before it gets no label. Those ``linked`` to a finding stand
        beside the picture, since a picture may hold nothing that takes the focus.
        """
        plot = self.frame.plot
        drops = any(band.is_drop and band.label for band in self.chart.bands)
        row, free = int(drops), 0.0
        for index, band in enumerate(self.chart.bands):
            x = self.frame.x(band.at if band.at is not None else (band.low + band.high) / 2)
            if not band.label or (band.is_drop and x < free):
                continue
            if band.at is None and LEFT + _MIDDLE < x < LEFT + plot - _MIDDLE:
                anchor = "middle"
            elif x < LEFT + 0.6 * plot:
                anchor = "start"
            else:
                anchor = "end"
            if band.is_drop:
                y, free = self.frame.row(0), x + _DROP_LABELS
            else:
                y, row = self.frame.row(row), row + 1
            place = f'x="{x:g}" y="{y}" text-anchor="{anchor}" data-band="{index}"'
            text = self.translated([chart.bands[index].label for chart in self.charts])
            label = f'<text class="mark {band.role}" {place}>{text}</text>'
            if linked and band.finding is not None:
                yield f'<a href="#finding-{band.finding}">{label}</a>'
            elif not linked and band.finding is None:
                yield label

    def raw_lines(self) -> Iterator[str]:
        for index, line in enumerate(self.chart.lines):
            if len(line.x) > 1:
                path = self.raw_path(line)
                kind = " fore" if line.is_behind else ""
                yield f'<path class="raw {line.role} line-{index}{kind}" d="{path}"/>'

    def raw_path(self, line: Line) -> str:
        """Return every point of a short curve, minimum and maximum per pixel column of a long one.

        In each column the pen goes first to the end that is nearer to where it stands.
        """
        if len(line.x) <= 2 * _COLUMNS:
            return _path(self.frame.xs(line.x), self.frame.ys(line.y))
        low, high = self.chart.x_low, self.chart.x_low + self.chart.x_span
        centre, bottom, top = column_extremes(line.x, line.y, low, high, _COLUMNS)
        x = np.floor(self.frame.xs(centre)).astype(int)
        tops = np.rint(self.frame.ys(top)).astype(int).tolist()
        bottoms = np.rint(self.frame.ys(bottom)).astype(int).tolist()
        parts = [f"M{x[0]} {tops[0]}V{bottoms[0]}"]
        pen = bottoms[0]
        for step, upper, lower in zip(np.diff(x).tolist(), tops[1:], bottoms[1:], strict=True):
            near, far = upper, lower
            if abs(lower - pen) < abs(upper - pen):
                near, far = lower, upper
            parts.append(f"l{step} {near - pen}")
            if far != near:
                parts.append(f"v{far - near}")
            pen = far
        return "".join(parts).replace(" -", "-")

    def smooth_lines(self, *, behind: bool) -> Iterator[str]:
        for index, line in enumerate(self.chart.lines):
            if line.is_smoothed and line.is_behind == behind:
                path, kind = self.smooth_path(line), " back" if behind else ""
                yield f'<path class="smooth {line.role} line-{index}{kind}" d="{path}"/>'

    def smooth_path(self, line: Line) -> str:
        """Return the pieces of the smoothed form, long ones at fewer points."""
        every_x, every_y = self.frame.xs(line.smooth_x), self.frame.ys(line.smooth_y)
        parts = []
        for piece in line.smooth_pieces:
            x, y = every_x[piece], every_y[piece]
            most = round(_SMOOTH_POINTS * len(x) / len(every_x)) + 1
            if len(every_x) > _SMOOTH_POINTS and len(x) > most:
                grid = np.union1d(np.linspace(x[0], x[-1], most), x[:10])
                x, y = grid, np.interp(grid, x, y)
            parts.append(_path(x, y))
        return "".join(parts)

    def dots(self) -> Iterator[str]:
        """Yield the curves of one point, drawn whole even at the edge."""
        for index, line in enumerate(self.chart.lines):
            if len(line.x) == 1:
                place = f'cx="{self.frame.x(line.x[0])}" cy="{self.frame.y(line.y[0])}"'
                yield f'<circle class="dot {line.role} line-{index}" {place} r="3"/>'

    def outside(self) -> Iterator[str]:
        """Yield a marker at the edge wherever a line leaves the chart, and the note on it."""
        chart, bottom = self.chart, self.frame.bottom
        for line in chart.lines:
            yield from self.exits(line, line.y > chart.y_high, edge=self.frame.top, tip=-8)
            yield from self.exits(line, line.y < chart.y_low, edge=bottom, tip=8)
        if chart.note:
            note = self.translated([chart.note for chart in self.charts])
            place = f'x="{LEFT + self.frame.plot}" y="{self.frame.top - 5}"'
            yield f'<text class="note" {place} text-anchor="end">{note}</text>'

    def exits(self, line: Line, beyond: Bools, *, edge: int, tip: int) -> Iterator[str]:
        """Yield a triangle for each of the first stretches of a line beyond an edge."""
        starts = np.flatnonzero(beyond & ~np.r_[False, beyond[:-1]])[:_MOST_OUTSIDE]
        for x in self.frame.xs(line.x[starts]):
            yield f'<path class="outside {line.role}" d="M{x - 5:.1f} {edge}h10l-5 {tip}z"/>'

    def ends(self) -> Iterator[str]:
        """Yield the labels at the ends of lines, the highest first and clear of each other."""
        marked = []
        for index, line in enumerate(self.chart.lines):
            if not any(self.chart.ends[index : index + 1]):
                continue
            last = line.smooth_y[-1] if line.is_smoothed else line.y[-1]
            y = min(max(self.frame.y(float(last)), self.frame.top), self.frame.bottom)
            marked.append((y, index, line.role))
        free = 0.0
        for y, index, role in sorted(marked):
            y = max(y, free)
            free = y + _END_LABELS
            # one language may have no room for its labels: its longest is too long for the margin
            text = self.translated(["".join(c.ends[index : index + 1]) for c in self.charts])
            place = f'x="{LEFT + self.frame.plot + 8}" y="{y + 4:g}"'
            yield f'<text class="end {role} line-{index}" {place}>{text}</text>'

    def points(self) -> Iterator[str]:
        """Yield the marked points: a circle, a label above the plot, and a line between them."""
        note = bool(self.chart.note)
        for index, point in enumerate(self.chart.points):
            x, y = self.frame.x(point.x), self.frame.y(point.y)
            if not self.frame.top <= y <= self.frame.bottom:
                continue
            above = self.frame.row(self.chart.label_rows - note - len(self.chart.points) + index)
            anchor = "start" if x < LEFT + 0.75 * self.frame.plot else "end"
            place = f'x="{x:g}" y="{above}" text-anchor="{anchor}"'
            label = self.translated([chart.points[index].label for chart in self.charts])
            mark = f'data-point="{index}"'
            yield f'<path class="leader" {mark} d="M{x} {above + 3}V{y - 5:g}"/>'
            yield f'<circle class="best {point.role}" {mark} cx="{x}" cy="{y}" r="4.5"/>'
            yield f'<text class="mark best" {mark} {place}>{label}</text>'

    def legend(self) -> Iterator[str]:
        """Yield the name of the y axis and, for several lines, a sample and a name for each."""
        y_label = self.translated([chart.y_label for chart in self.charts])
        yield f'<text class="label" x="4" y="15">{y_label}</text>'
        if len(self.chart.lines) == 1:
            return
        x: float = self.chart.width - _LEGEND_RIGHT
        for index, line in reversed(list(enumerate(self.chart.lines))):
            x -= LETTER * min(len(line.name), _LEGEND_NAME) + 46
            names = [cut_end(chart.lines[index].name, _LEGEND_NAME) for chart in self.charts]
            yield f'<path class="smooth {line.role}" d="M{x:g} 11h30"/>'
            yield f'<text class="legend" x="{x + 35:g}" y="15">{self.translated(names)}</text>'


def _of_finding(band: Band) -> str:
    return "" if band.finding is None else f' data-finding="{band.finding}"'


def _text(value: str) -> str:
    """Return text that is safe in markup, with control characters, which XML forbids, shown."""
    return escape(visible(value))


def _path(x: Floats, y: Floats) -> str:
    points = zip(x.tolist(), y.tolist(), strict=True)
    return "M" + "L".join([f"{px:.1f} {py:.1f}" for px, py in points]).replace(".0", "")
