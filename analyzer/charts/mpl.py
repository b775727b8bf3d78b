"""Export figures with matplotlib: the annotated curves of a run, or several runs with their spread.

Only the object interface is used, never pyplot: no window opens, no global state changes, and the
caller's settings stay as they are.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import YAxis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, Formatter, LogLocator, MaxNLocator, NullFormatter
from matplotlib.transforms import ScaledTranslation

from analyzer.charts.figure_words import (
    LETTER,
    LONGEST,
    ROW,
    SHARE,
    End,
    end_labels,
    mark_labels,
    one_line,
    width,
)
from analyzer.charts.placing import without_shared_start
from analyzer.charts.spec import Band, Chart, Line, Point
from analyzer.charts.styles import DASHES, SIDE_DASHES, STYLES, Style
from analyzer.charts.ticks import linear_ticks

if TYPE_CHECKING:
    from analyzer.charts.spread import Spread
    from analyzer.text import Words

_GOLDEN = 0.62  # height of a figure for its width
_HANDLE = 4.0  # the width of a legend's sample, in font sizes
_FEW_DECADES = 2.3  # up to here the axis of a loss has labels at 1, 2 and 5,
_FEWEST = 3  # and where it has fewer powers of ten than this
# Fields of a file that would make its bytes differ from run to run.
_NO_DATE = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}


@contextmanager
def settings(style: Style) -> Iterator[None]:
    """Apply matplotlib settings for a figure: text stays text, fonts are embedded, bytes repeat."""
    with mpl.rc_context():
        mpl.rcdefaults()  # a matplotlibrc of the user is not meant for these figures
        mpl.rcParams.update(
            {
                "svg.fonttype": "none",
                "svg.hashsalt": "analyzer",
                "pdf.fonttype": 42,
                "ps.fonttype": 42,
                "font.family": "sans-serif",
                "font.sans-serif": ["DejaVu Sans"],
                "font.size": style.font,
                "axes.linewidth": 0.6,
                "savefig.dpi": 200,
                "axes.edgecolor": style.quiet,
                "text.color": style.ink,
                "axes.labelcolor": style.ink,
                "xtick.color": style.quiet,
                "ytick.color": style.quiet,
                "xtick.labelcolor": style.ink,
                "ytick.labelcolor": style.ink,
                "grid.color": style.grid,
            }
        )
        yield


class Drawing(Figure):
    """A figure that a notebook shows by itself, as pyplot's figures do."""

    style = STYLES["paper"]

    def _repr_png_(self) -> bytes:
        return save(self, "png", self.style)


def new_figure(style: Style, width: float, panels: int = 1) -> tuple[Drawing, list[Axes]]:
    """Return an empty figure, ``width`` inches wide, and its axes, one above the other."""
    size = (width, width * _GOLDEN * panels)
    figure = Drawing(figsize=size, facecolor=style.paper, layout="constrained")
    figure.style = style
    column = list(figure.subplots(panels, 1, squeeze=False)[:, 0])
    for axes in column:
        axes.set_facecolor(style.paper)
    return figure, column


def save(figure: Figure, kind: str, style: Style) -> bytes:
    """Return a figure as svg, pdf or png, the same bytes every time."""
    out = io.BytesIO()
    with settings(style), warnings.catch_warnings():
        # letters that the font lacks become boxes, and small figures are tight
        warnings.simplefilter("ignore", UserWarning)
        figure.savefig(out, format=kind, metadata=_NO_DATE[kind], facecolor=figure.get_facecolor())
    return out.getvalue()


def draw_chart(axes: Axes, chart: Chart, style: Style, words: Words) -> None:
    """Draw a chart of one run: raw and smoothed curves, stretches of findings, the best point."""
    handles = {line.name: _line(axes, line, style) for line in chart.lines}
    _frame(axes, chart, style, words)
    for band in chart.bands:
        if band.is_drop:
            dotted = (0, (1, 2))
            axes.axvline(band.low, color=style.quiet, linewidth=0.6, linestyle=dotted, zorder=1)
        else:
            _band(axes, band, style)
    is_ours = isinstance(axes.figure, Drawing)
    rows = mark_labels(axes, chart, style, is_ours=is_ours)
    for point in chart.points:
        _point(axes, point, style)
    ends = [_end(line) for line in chart.lines]
    if not (is_ours and end_labels(axes, chart, handles, ends, style)):
        _legend(axes, handles, style, rows)


def draw_spreads(
    axes: Axes, chart: Chart, spreads: Sequence[Spread], style: Style, words: Words
) -> None:
    """Draw several sides: a line each, and the band of its repeats."""
    handles: dict[str, Line2D] = {}
    names = without_shared_start([side.name for side in spreads])
    for index, side in enumerate(spreads):  # as many as there are colours
        colour = style.sides[index % len(style.sides)]
        if side.low is not None and side.high is not None:
            axes.fill_between(
                side.x,
                side.low,
                side.high,
                color=colour,
                alpha=0.2,
                linewidth=0,
                zorder=2,
            )
        dashes = SIDE_DASHES[index % len(SIDE_DASHES)]
        (handle,) = axes.plot(side.x, side.middle, color=colour, linewidth=style.line, zorder=4)
        if dashes:
            handle.set_dashes(dashes)
        handles[names[index]] = handle
    _frame(axes, chart, style, words)
    is_ours = isinstance(axes.figure, Drawing)
    ends = [End(float(side.x[-1]), float(side.middle[-1])) for side in spreads]
    if not (is_ours and end_labels(axes, chart, handles, ends, style)):
        _legend(axes, handles, style)


def _line(axes: Axes, line: Line, style: Style) -> Line2D:
    """Draw a curve as logged and, above it, its smoothed form; return the one for the legend."""
    colour = style.colour(line.role)
    if not line.is_smoothed:
        (raw,) = axes.plot(line.x, line.y, color=colour, linewidth=style.line, zorder=3, alpha=1.0)
        return raw
    thin, thick = style.line * 0.45, style.line
    named = None  # the line that the legend shows
    if line.is_behind:
        (named,) = axes.plot(line.x, line.y, color=colour, linewidth=0.7 * thick, zorder=4)
        shown: dict[str, Any] = {"linewidth": 0.7 * thick, "zorder": 3, "alpha": 0.5}
    else:
        axes.plot(line.x, line.y, color=colour, linewidth=thin, zorder=3, alpha=0.4)
        shown = {"linewidth": thick, "zorder": 4}
    lifted = list(line.smooth_starts)  # NaN lifts the pen
    x, y = (np.insert(values, lifted, np.nan) for values in (line.smooth_x, line.smooth_y))
    (smooth,) = axes.plot(x, y, color=colour, **shown)
    if line.role in DASHES:
        smooth.set_dashes(DASHES[line.role])
    return named or smooth


def _end(line: Line) -> End:
    """Return where a line ends: the stronger one of the two that are drawn."""
    is_smooth = line.is_smoothed and not line.is_behind
    return End(float(line.x[-1]), float((line.smooth_y if is_smooth else line.y)[-1]))


def _point(axes: Axes, point: Point, style: Style) -> None:
    """Draw a marked point, and the line that leads to its label."""
    colour = style.colour(point.role)
    axes.plot(
        [point.x],
        [point.y],
        "o",
        mfc="none",
        mec=colour,
        ms=style.font * 0.7,
        mew=style.line,
        zorder=5,
        clip_on=False,
    )
    up = [point.y, axes.get_ylim()[1]]
    axes.plot([point.x, point.x], up, color=colour, linewidth=0.5, zorder=2.5)


def _band(axes: Axes, band: Band, style: Style) -> None:
    """Draw the stretch of a finding."""
    if band.high > band.low:
        axes.axvspan(band.low, band.high, color=style.ink, alpha=0.09, linewidth=0, zorder=1)
    at = band.low if band.at is None else band.at
    axes.axvline(at, color=style.ink, linewidth=0.8, linestyle=(0, (4, 2)), zorder=2)


class _Ticks(Formatter):
    """Writes tick labels as the report does, in the numbers of its language."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the labels, with the decimals that tell neighbours apart."""
        if isinstance(self.axis, YAxis) and self.axis.get_scale() == "log":
            return [self.words.number(value) for value in values]
        step = float(np.diff(values).min()) if len(values) > 1 else 0.0
        return [self.words.tick(float(value), step) for value in values]

    def __call__(self, value: float, pos: int | None = None) -> str:  # noqa: ARG002 - matplotlib's signature
        return self.words.number(value)


def _frame(axes: Axes, chart: Chart, style: Style, words: Words) -> None:
    """Set scales, limits, ticks and names of the axes."""
    if chart.log_y:
        axes.set_yscale("log")
        powers = floor(log10(chart.y_high)) - ceil(log10(chart.y_low)) + 1
        is_short = powers < _FEWEST or log10(chart.y_high / chart.y_low) < _FEW_DECADES
        labelled = (1, 2, 5) if is_short else (1,)
        axes.yaxis.set_major_locator(LogLocator(subs=labelled))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(_Ticks(words))
    edge = 0.01 * chart.x_span
    axes.set_xlim(chart.x_low - edge, chart.x_high + edge)
    axes.set_ylim(chart.y_low, chart.y_high)
    _x_ticks(axes, chart, style, words)
    axes.set_xlabel(one_line(chart.x_label, LONGEST)).set_parse_math(False)
    axes.set_ylabel(one_line(chart.y_label, LONGEST)).set_parse_math(False)
    axes.grid(axis="y", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)
    axes.tick_params(width=0.6, length=style.font * 0.35)


def _x_ticks(axes: Axes, chart: Chart, style: Style, words: Words) -> None:
    """Label the x axis; in a figure of ours the last whole number too, as in a report."""
    axes.xaxis.set_major_formatter(_Ticks(words))
    widest = LETTER * (len(words.tick(chart.x_high, 1.0)) + 3)
    room = width(axes, style)
    most = max(2, int(min(9, room / widest)))
    whole = float(chart.x_low).is_integer() and float(chart.x_high).is_integer()
    if not (whole and isinstance(axes.figure, Drawing)):
        axes.xaxis.set_major_locator(MaxNLocator(most, integer=whole, steps=[1, 2, 2.5, 5, 10]))
        return
    ticks = linear_ticks(chart.x_low, chart.x_high, most, whole=True)
    clear = [tick for tick in ticks if room * (chart.x_high - tick) >= widest * chart.x_span]
    axes.xaxis.set_major_locator(FixedLocator([*clear, chart.x_high]))


def _legend(axes: Axes, handles: Mapping[str, Line2D], style: Style, rows: int = 0) -> None:
    """Name the lines: above the axes of our own figure, inside the axes of a caller.

    There are ``rows`` of other labels above the axes.
    """
    ours = isinstance(axes.figure, Drawing)
    room = width(axes, style, share=SHARE if ours else None)
    names = [one_line(name, max(8, int((room - _HANDLE) / LETTER))) for name in handles]
    place: dict[str, Any] = {"loc": "best", "framealpha": 0.7, "edgecolor": "none"}
    if ours:
        widest = _HANDLE + LETTER * max(map(len, names), default=1)
        inches = ROW * rows * style.font / 72
        above = ScaledTranslation(0, inches, axes.figure.dpi_scale_trans)
        place = {
            "loc": "lower left",
            "bbox_to_anchor": (0, 1.01),
            "bbox_transform": axes.transAxes + above,
            "frameon": False,
            "borderaxespad": 0,
            "ncols": max(1, min(len(names), int(room / widest))),
        }
    legend = axes.legend(
        list(handles.values()),
        names,
        fontsize=style.font * 0.95,
        handlelength=2.4,
        columnspacing=1.2,
        **place,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
