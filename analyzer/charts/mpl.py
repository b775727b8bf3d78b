"""Export figures with matplotlib: the annotated curves of a run, or several runs with their spread.

Only the object interface is used, never pyplot: no window opens, no global state changes, and the
caller's settings stay as they are.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import YAxis
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, LogLocator, MaxNLocator, NullFormatter

from analyzer.charts.labels import cut_middle
from analyzer.charts.spec import Band, Chart, Line, Point
from analyzer.charts.styles import DASHES, SIDE_DASHES, STYLES, Style
from analyzer.safe.names import visible

if TYPE_CHECKING:
    from analyzer.charts.spread import Spread
    from analyzer.text import Words

_GOLDEN = 0.62  # height of a figure for its width
_JOINER = "\N{WORD JOINER}"
_LETTER, _HANDLE = 0.58, 4.0  # widths of a letter and of a legend's sample, in font sizes
_LABEL = 40  # letters of the name of an axis
_FEW_DECADES = 2.3  # up to here the axis of a loss has labels at 1, 2 and 5
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
    findings = [band for band in chart.bands if not band.is_drop]
    for row, band in enumerate(findings):
        _band(axes, chart, band, style, row=row)
    for band in chart.bands:
        if band.is_drop:
            dotted = (0, (1, 2))
            axes.axvline(band.low, color=style.quiet, linewidth=0.6, linestyle=dotted, zorder=1)
    for point in chart.points:
        _point(axes, chart, point, style)
    _legend(axes, handles, style)


def draw_spreads(
    axes: Axes, chart: Chart, spreads: Sequence[Spread], style: Style, words: Words
) -> None:
    """Draw several sides: a line each, and the band of its repeats."""
    handles: dict[str, Artist] = {}
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
        handles[side.name] = handle
    _frame(axes, chart, style, words)
    _legend(axes, handles, style)


def _line(axes: Axes, line: Line, style: Style) -> Artist:
    """Draw a curve as logged and, above it, its smoothed form; return the one for the legend."""
    colour = style.colour(line.role)
    if not line.is_smoothed:
        (raw,) = axes.plot(line.x, line.y, color=colour, linewidth=style.line, zorder=3, alpha=1.0)
        return raw
    thin, thick = style.line * 0.45, style.line
    if line.is_behind:
        axes.plot(line.x, line.y, color=colour, linewidth=0.7 * thick, zorder=4)
        shown: dict[str, Any] = {"linewidth": 0.7 * thick, "zorder": 3, "alpha": 0.5}
    else:
        axes.plot(line.x, line.y, color=colour, linewidth=thin, zorder=3, alpha=0.4)
        shown = {"linewidth": thick, "zorder": 4}
    lifted = list(line.smooth_starts)  # NaN lifts the pen
    x, y = (np.insert(values, lifted, np.nan) for values in (line.smooth_x, line.smooth_y))
    (smooth,) = axes.plot(x, y, color=colour, **shown)
    if line.role in DASHES:
        smooth.set_dashes(DASHES[line.role])
    return smooth


def _point(axes: Axes, chart: Chart, point: Point, style: Style) -> None:
    """Draw a marked point with its label towards the middle of the axes."""
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
    middle = axes.transAxes.transform((0, 0.5))[1]
    align, shift = "bottom", 1.1
    if axes.transData.transform((point.x, point.y))[1] > middle:
        align, shift = "top", -1.1
    _text(
        axes,
        point.label,
        (point.x, point.y),
        style,
        colour=colour,
        right=_in_right_half(chart, point.x),
        offset=(style.font, shift * style.font),
        va=align,
    )


def _band(axes: Axes, chart: Chart, band: Band, style: Style, *, row: int) -> None:
    """Draw the stretch of a finding with its label at the top, on the side that has room."""
    if band.high > band.low:
        axes.axvspan(band.low, band.high, color=style.ink, alpha=0.09, linewidth=0, zorder=1)
    at = band.low if band.at is None else band.at
    axes.axvline(at, color=style.ink, linewidth=0.8, linestyle=(0, (4, 2)), zorder=2)
    _text(
        axes,
        band.label,
        (at, 1.0),
        style,
        colour=style.ink,
        right=_in_right_half(chart, at),
        offset=(style.font * 0.4, -style.font * (0.2 + 1.3 * row)),
        xycoords=("data", "axes fraction"),
        va="top",
    )


def _in_right_half(chart: Chart, x: float) -> bool:
    return x > (chart.x_low + chart.x_high) / 2


def _text(
    axes: Axes,
    label: str,
    place: tuple[float, float],
    style: Style,
    *,
    colour: str,
    right: bool,
    offset: tuple[float, float],
    **options: Any,
) -> None:
    """Write a label beside a place, on its left in the ``right`` half; ``offset`` is in points."""
    box = {"facecolor": style.paper, "alpha": 0.75, "linewidth": 0, "pad": 0.8}
    align, shift = "left", offset[0]
    if right:
        align, shift = "right", -offset[0]
    annotation = axes.annotate(
        label,
        place,
        color=colour,
        fontsize=style.font * 0.9,
        textcoords="offset points",
        zorder=6,
        bbox=box,
        xytext=(shift, offset[1]),
        ha=align,
        **options,
    )
    annotation.set_parse_math(False)


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
        decades = np.log10(chart.y_high / chart.y_low)
        labelled = (1, 2, 5) if decades < _FEW_DECADES else (1,)
        axes.yaxis.set_major_locator(LogLocator(subs=labelled))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(_Ticks(words))
    axes.yaxis.set_major_formatter(_Ticks(words))
    edge = 0.01 * chart.x_span
    axes.set_xlim(chart.x_low - edge, chart.x_high + edge)
    axes.set_ylim(chart.y_low, chart.y_high)
    widest = _LETTER * (len(words.tick(chart.x_high, 1.0)) + 3)
    most = max(2, int(min(9, _room(axes, style) / widest)))
    whole = float(chart.x_low).is_integer() and float(chart.x_high).is_integer()
    axes.xaxis.set_major_locator(MaxNLocator(most, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    axes.set_xlabel(_name(chart.x_label, _LABEL)).set_parse_math(False)
    axes.set_ylabel(_name(chart.y_label, _LABEL)).set_parse_math(False)
    axes.grid(axis="y", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)
    axes.tick_params(width=0.6, length=style.font * 0.35)


def _legend(axes: Axes, handles: Mapping[str, Artist], style: Style) -> None:
    """Name the lines: above the axes of our own figure, inside the axes of a caller."""
    ours = isinstance(axes.figure, Drawing)
    room = _room(axes, style, share=0.85 if ours else None)
    names = [_name(name, max(8, int((room - _HANDLE) / _LETTER))) for name in handles]
    place: dict[str, Any] = {"loc": "best", "framealpha": 0.7, "edgecolor": "none"}
    if ours:
        widest = _HANDLE + _LETTER * max(map(len, names), default=1)
        place = {
            "loc": "lower left",
            "bbox_to_anchor": (0, 1.01),
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


def _room(axes: Axes, style: Style, *, share: float | None = None) -> float:
    """Return the width of axes in font sizes, by default by their share of the figure's width.

    The figure may be a part of one: a SubFigure.
    """
    if share is None:
        share = axes.get_position().width
    inches = float(axes.figure.bbox.width / axes.figure.dpi)
    return share * inches * 72 / style.font


def _name(name: str, longest: int) -> str:
    """Return a name of a log on one line, cut to fit; matplotlib would hide a leading _."""
    shown = cut_middle(visible(name), longest)
    return _JOINER + shown if shown.startswith("_") else shown
