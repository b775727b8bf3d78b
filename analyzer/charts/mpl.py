"""Figures to take away, by matplotlib: the annotated curves of a run, or several runs with the band of their repeats.

Only the object interface is used, never pyplot: no window, no global state, the caller's settings stay as they are.
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
from matplotlib.lines import Line2D
from matplotlib.ticker import Formatter, LogLocator, MaxNLocator, NullFormatter

from analyzer.charts.spec import Band, Chart, Line
from analyzer.charts.styles import STYLES, Style
from analyzer.safe.names import visible

if TYPE_CHECKING:
    from analyzer.charts.spread import Spread
    from analyzer.text import Words

_GOLDEN = 0.62  # height of a figure for its width
_JOINER = "\N{WORD JOINER}"
_LETTER, _HANDLE = (
    0.58,
    4.0,
)  # width of a letter, and of the sample before a name, in units of the font's size
_LABEL = 40  # letters of the name of an axis
_FEW_DECADES = 2.3  # up to here the axis of a loss has labels at 1, 2 and 5
_DASHES = {"train": (5, 2.5), "test": (1.2, 1.6), "unsaid": (7, 2, 1.4, 2)}
_SIDE_DASHES: Sequence[tuple[float, ...] | None] = (None, (5, 2.5), (1.2, 1.6), (7, 2, 1.4, 2))
_DATES = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "png": {"Software": None},
}  # or the bytes would differ


@contextmanager
def settings(style: Style) -> Iterator[None]:
    """Hold matplotlib's settings for a figure: text stays text, fonts are embedded, equal input gives equal bytes."""
    with mpl.rc_context():
        mpl.rcdefaults()  # what a matplotlibrc says of figures is not for these
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
    """A figure that a notebook shows by itself: without pyplot nothing has told it how."""

    style = STYLES["paper"]

    def _repr_png_(self) -> bytes:
        return save(self, "png", self.style)


def new_figure(style: Style, width: float, panels: int = 1) -> tuple[Drawing, list[Axes]]:
    """Return an empty figure, ``width`` inches wide, with some axes above each other."""
    figure = Drawing(
        figsize=(width, width * _GOLDEN * panels), facecolor=style.paper, layout="constrained"
    )
    figure.style = style
    axes = figure.subplots(panels, 1, squeeze=False)[:, 0]
    for axis in axes:
        axis.set_facecolor(style.paper)
    return figure, list(axes)


def save(figure: Figure, kind: str, style: Style) -> bytes:
    """Return a figure as svg, pdf or png, the same bytes every time."""
    out = io.BytesIO()
    with settings(style), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # letters that the font lacks are boxes, what is small is tight
        figure.savefig(out, format=kind, metadata=_DATES[kind], facecolor=figure.get_facecolor())
    return out.getvalue()


def draw_chart(axes: Axes, chart: Chart, style: Style, words: Words) -> None:
    """Draw a chart of one run: what was logged, thin, its smoothed form, stretches of findings, the best point."""
    handles: dict[str, Artist] = {}
    for line in chart.lines:
        colour = style.roles.get(line.role, style.roles["gap"])
        handles[line.name] = _line(axes, line, colour, _DASHES.get(line.role), style)
    _frame(axes, chart, style, words)
    for number, band in enumerate(band for band in chart.bands if band.role != "lr_drop"):
        _band(axes, chart, band, number, style)
    for band in chart.bands:
        if band.role == "lr_drop":
            axes.axvline(
                band.low, color=style.quiet, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1
            )
    for point in chart.points:
        colour = style.roles.get(point.role, style.roles["gap"])
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
        right = point.x > (chart.x_low + chart.x_high) / 2
        high = (
            axes.transData.transform((point.x, point.y))[1] > axes.transAxes.transform((0, 0.5))[1]
        )
        _text(
            axes,
            point.label,
            (point.x, point.y),
            colour,
            style,
            right=right,
            xytext=(style.font, (-1.1 if high else 1.1) * style.font),
            va="top" if high else "bottom",
        )
    _legend(axes, handles, style)


def draw_spreads(
    axes: Axes, chart: Chart, spreads: Sequence[Spread], style: Style, words: Words
) -> None:
    """Draw several sides: a line each, the mean of its repeats where it has some, and a band of one deviation."""
    handles: dict[str, Artist] = {}
    for number, spread in enumerate(spreads):  # as many as there are colours
        colour = style.sides[number % len(style.sides)]
        if spread.deviation is not None:
            axes.fill_between(
                spread.x,
                spread.mean - spread.deviation,
                spread.mean + spread.deviation,
                color=colour,
                alpha=0.2,
                linewidth=0,
                zorder=2,
            )
        dash = _SIDE_DASHES[number % len(_SIDE_DASHES)]
        (handle,) = axes.plot(spread.x, spread.mean, color=colour, linewidth=style.line, zorder=4)
        if dash:
            handle.set_dashes(dash)
        handles[spread.name] = handle
    _frame(axes, chart, style, words)
    _legend(axes, handles, style)


def _line(
    axes: Axes, line: Line, colour: str, dash: tuple[float, ...] | None, style: Style
) -> Line2D:
    """Draw what was logged, thin, and above it the smoothed line; return the handle for the legend."""
    smooth = len(line.smooth_x) > 0
    (raw,) = axes.plot(
        line.x,
        line.y,
        color=colour,
        linewidth=style.line * (0.45 if smooth else 1),
        zorder=3,
        alpha=0.4 if smooth else 1.0,
    )
    if not smooth:
        return raw
    (drawn,) = axes.plot(line.smooth_x, line.smooth_y, color=colour, linewidth=style.line, zorder=4)
    if dash:
        drawn.set_dashes(dash)
    return drawn


class _Ticks(Formatter):
    """Writes the places on an axis as the report does, in the numbers of its language."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the labels; their decimals are those that neighbours need."""
        log = isinstance(self.axis, YAxis) and self.axis.get_scale() == "log"
        step = float(np.diff(values).min()) if len(values) > 1 else 0.0
        return [
            self.words.number(value) if log else self.words.tick(float(value), step)
            for value in values
        ]

    def __call__(self, value: float, pos: int | None = None) -> str:  # noqa: ARG002 - matplotlib's signature
        return self.words.number(value)


def _frame(axes: Axes, chart: Chart, style: Style, words: Words) -> None:
    if chart.log_y:
        axes.set_yscale("log")
        decades = np.log10(chart.y_high / chart.y_low)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if decades < _FEW_DECADES else (1,)))
        axes.yaxis.set_minor_formatter(NullFormatter())
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(_Ticks(words))
    span = chart.x_high - chart.x_low or 1.0
    axes.set_xlim(chart.x_low - 0.01 * span, chart.x_high + 0.01 * span)
    axes.set_ylim(chart.y_low, chart.y_high)
    room = axes.get_position().width * _width(axes) * 72 / style.font  # in units of the font's size
    widest = _LETTER * (len(words.tick(chart.x_high, 1.0)) + 3)
    whole = all(float(end).is_integer() for end in (chart.x_low, chart.x_high))
    axes.xaxis.set_major_locator(
        MaxNLocator(max(2, int(min(9, room / widest))), integer=whole, steps=[1, 2, 2.5, 5, 10])
    )
    for setter, label in ((axes.set_xlabel, chart.x_label), (axes.set_ylabel, chart.y_label)):
        setter(_name(label, _LABEL)).set_parse_math(False)
    axes.grid(axis="y", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(width=0.6, length=style.font * 0.35)


def _band(axes: Axes, chart: Chart, band: Band, number: int, style: Style) -> None:
    """Draw the stretch of a finding with its label at the top, on the side where there is room."""
    if band.high > band.low:
        axes.axvspan(band.low, band.high, color=style.ink, alpha=0.09, linewidth=0, zorder=1)
    at = band.low if band.at is None else band.at
    axes.axvline(at, color=style.ink, linewidth=0.8, linestyle=(0, (4, 2)), zorder=2)
    beside = (style.font * 0.4, -style.font * (0.2 + 1.3 * number))
    _text(
        axes,
        band.label,
        (at, 1.0),
        style.ink,
        style,
        right=at > (chart.x_low + chart.x_high) / 2,
        xytext=beside,
        xycoords=("data", "axes fraction"),
        va="top",
    )


def _text(
    axes: Axes,
    label: str,
    at: tuple[float, float],
    colour: str,
    style: Style,
    *,
    right: bool,
    xytext: tuple[float, float],
    **options: Any,
) -> None:
    """Write a label beside a place, on its left where it stands in the ``right`` half; offsets are in points."""
    box = {"facecolor": style.paper, "alpha": 0.75, "linewidth": 0, "pad": 0.8}
    made = axes.annotate(
        label,
        at,
        color=colour,
        fontsize=style.font * 0.9,
        textcoords="offset points",
        zorder=6,
        bbox=box,
        xytext=(-xytext[0] if right else xytext[0], xytext[1]),
        ha="right" if right else "left",
        **options,
    )
    made.set_parse_math(False)


def _legend(axes: Axes, handles: Mapping[str, Artist], style: Style) -> None:
    """Name the lines in as many columns as fit: above the axes of a figure of ours, inside those of a caller."""
    ours = isinstance(axes.figure, Drawing)
    room = (
        (0.85 if ours else axes.get_position().width) * _width(axes) * 72 / style.font
    )  # in units of the font's size
    names = [_name(name, max(8, int((room - _HANDLE) / _LETTER))) for name in handles]
    widest = _HANDLE + _LETTER * max(map(len, names), default=1)
    place: dict[str, Any] = {"loc": "best", "framealpha": 0.7, "edgecolor": "none"}
    if ours:
        columns = max(1, min(len(names), int(room / widest)))
        place = {
            "loc": "lower left",
            "bbox_to_anchor": (0, 1.01),
            "frameon": False,
            "borderaxespad": 0,
            "ncols": columns,
        }
    made = axes.legend(
        list(handles.values()),
        names,
        fontsize=style.font * 0.95,
        handlelength=2.4,
        columnspacing=1.2,
        **place,
    )
    for text in made.get_texts():
        text.set_parse_math(False)


def _width(axes: Axes) -> float:
    """Return the width in inches of the figure, or part of one, in which axes lie."""
    return float(axes.figure.bbox.width / axes.figure.dpi)


def _name(name: str, longest: int) -> str:
    """Return a name from a log as a legend shows it: one line, its middle left out for room, never hidden."""
    shown = visible(name)
    if len(shown) > longest:
        half = max(1, (longest - 1) // 2)
        shown = f"{shown[:half]}…{shown[-half:]}"
    return _JOINER + shown if shown.startswith("_") else shown
