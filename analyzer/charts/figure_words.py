"""The words in an exported figure: what its marks and its lines are called, and where that stands.

Lengths are in font sizes. matplotlib is at home in mpl.py, which calls this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from analyzer.charts.labels import cut_middle
from analyzer.charts.placing import Span, apart, rows_of
from analyzer.charts.spec import Chart
from analyzer.charts.styles import Style
from analyzer.safe.names import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

LETTER = 0.58  # the width of a letter
LONGEST = 40  # letters of the name of an axis
SHARE = 0.85  # of the width of a figure of ours that its axes take
ROW = 1.3  # the distance of two rows of labels
_MARGIN = 0.3  # of the width of a figure that labels at the ends of its lines may take
_JOINER = "\N{WORD JOINER}"


def mark_labels(axes: Axes, chart: Chart, style: Style, *, is_ours: bool) -> int:
    """Name the marks where no curve is, and return how many rows that takes.

    The labels stand above the axes of our own figure; axes of a caller, whose title may be there,
    reach higher for them.
    """
    marks = [(point.x, point.label, style.colour(point.role)) for point in chart.points]
    for band in chart.bands:
        if not band.is_drop:
            marks.append((band.low if band.at is None else band.at, band.label, style.ink))
    room = width(axes, style, share=SHARE if is_ours else None)
    spans = [_span(chart, x, label, room) for x, label, _ in marks]
    rows = rows_of(spans, 2 * LETTER)
    count = max(rows, default=-1) + 1
    if not is_ours:
        _raise_top(axes, chart, (0.4 + ROW * count) / height(axes, style))
    for (x, label, colour), span, row in zip(marks, spans, rows, strict=True):
        up, align = 0.25 + ROW * row, "bottom"
        if not is_ours:
            up, align = -0.2 - ROW * (count - 1 - row), "top"
        side, shift = ("right", -0.3) if span.right <= _place(chart, x, room) else ("left", 0.3)
        annotation = axes.annotate(
            label,
            (x, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(shift * style.font, up * style.font),
            textcoords="offset points",
            color=colour,
            fontsize=style.font * 0.9,
            ha=side,
            va=align,
            zorder=6,
        )
        annotation.set_parse_math(False)
    return count


def _raise_top(axes: Axes, chart: Chart, share: float) -> None:
    """Leave a share of the height of the axes free above the curves."""
    factor = 1 / (1 - min(share, 0.5))
    high = chart.y_low + factor * (chart.y_high - chart.y_low)
    if chart.log_y:
        high = chart.y_low * (chart.y_high / chart.y_low) ** factor
    axes.set_ylim(chart.y_low, high)


def _place(chart: Chart, x: float, room: float) -> float:
    """Return how far a place is from the start of axes that are ``room`` wide."""
    return room * (x - chart.x_low) / chart.x_span


def _span(chart: Chart, x: float, label: str, room: float) -> Span:
    """Return what the label of a place takes: to its right, or to its left if the axes end."""
    at, long = _place(chart, x, room), LETTER * len(label)
    return Span(at - long, at) if at + long > room else Span(at, at + long)


class End(NamedTuple):
    """Where a line ends, in the units of its chart."""

    x: float
    y: float


def end_labels(
    axes: Axes, chart: Chart, handles: Mapping[str, Line2D], ends: Sequence[End], style: Style
) -> bool:
    """Name lines at their ends; return False if they do not all end there, with legible names."""
    names = [one_line(name, LONGEST) for name in handles]
    longest = LETTER * max(map(len, names), default=0)
    if longest > _MARGIN * width(axes, style, share=1.0):
        return False
    if any(chart.x_high - end.x > 0.02 * chart.x_span for end in ends) or len(names) < len(ends):
        return False
    shown = axes.transScale + axes.transLimits  # to shares of the axes, before they are laid out
    places = apart([float(shown.transform(end)[1]) for end in ends], 1.2 / height(axes, style))
    if places is None:
        return False
    for name, handle, place in zip(names, handles.values(), places, strict=True):
        annotation = axes.annotate(
            name,
            (1.0, place),
            xycoords="axes fraction",
            xytext=(0.4 * style.font, 0),
            textcoords="offset points",
            color=handle.get_color(),
            fontsize=style.font * 0.95,
            va="center",
            annotation_clip=False,
        )
        annotation.set_parse_math(False)
    return True


def width(axes: Axes, style: Style, *, share: float | None = None) -> float:
    """Return the width of axes in font sizes, by default by their share of the figure's width.

    The figure may be a part of one: a SubFigure.
    """
    if share is None:
        share = axes.get_position().width
    inches = float(axes.figure.bbox.width / axes.figure.dpi)
    return share * inches * 72 / style.font


def height(axes: Axes, style: Style) -> float:
    """Return the height of axes in font sizes, by their share of the figure's height."""
    inches = float(axes.figure.bbox.height / axes.figure.dpi)
    return axes.get_position().height * inches * 72 / style.font


def one_line(name: str, longest: int) -> str:
    """Return a name of a log on one line, cut to fit; matplotlib would hide a leading _."""
    shown = cut_middle(visible(name), longest)
    return _JOINER + shown if shown.startswith("_") else shown
