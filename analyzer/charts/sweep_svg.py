"""Draw a sweep as inline SVG: a small scatter for each setting, and parallel coordinates.

Marks have the class of their verdict and the row of their run (``data-r``), so that the page can
colour, dim and name them. All names are escaped here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from analyzer.charts.frame import LETTER
from analyzer.charts.labels import cut_end
from analyzer.charts.sweep_axes import Axis, Tick
from analyzer.safe.names import visible

_HEIGHT = 190  # of a scatter
_WIDTH, _WIDTHS = 300, {1: 1100, 2: 600, 3: 400, 6: 400}  # for how many there are: they fill a row
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 8, 22  # its margins
_GOLDEN = 0.618034  # multiples of it, without their whole part, spread evenly
_SPREAD = 0.55  # of the room of an evenly spaced value that its points fill
_LETTERS = 9  # of a tick label
_WIDE, _HIGH = 900, 260  # of parallel coordinates
_SIDE, _HEAD, _FOOT = 70, 30, 12
_NAME = 18  # letters of the name of an axis


class Mark(NamedTuple):
    """A run in the charts: its row in the table and its verdict."""

    row: int
    verdict: str


def scatter(axis: Axis, result: Axis, marks: Sequence[Mark], title: str, *, beside: int = 4) -> str:
    """Return a scatter of a result, upwards, against one setting; runs without either are left out.

    Points of evenly spaced values stand beside each other in the order of their rows. ``beside``
    is the number of such scatters: few of them are wider.
    """
    width = _WIDTHS.get(beside, _WIDTH)
    parts = [*_grid(axis, result, width)]
    room = _SPREAD / axis.kinds if axis.kinds else 0.0
    for mark, across, up in zip(marks, axis.places, result.places, strict=True):
        if across is None or up is None:
            continue
        place = across + room * ((mark.row * _GOLDEN) % 1 - 0.5)
        x, y = f"{_across(place, width):.0f}", f"{_up(up):.0f}"
        parts.append(f'<circle cx="{x}" cy="{y}" r="3" {_attributes(mark)}/>')
    return _svg(width, _HEIGHT, title, parts)


def progress(
    result: Axis,
    marks: Sequence[Mark],
    ends: tuple[str, str],
    title: str,
    *,
    lower_is_better: bool,
) -> str:
    """Return the results of runs from left to right, with the best so far as a line of steps.

    Every place of ``result`` must be known; ``ends`` label the first and the last run.
    """
    width, right = _WIDTHS[1], _WIDTHS[1] - _RIGHT
    parts = [*_heights(result, width)]
    for edge, anchor, label in ((_LEFT, "start", ends[0]), (right, "end", ends[1])):
        place = f'x="{edge}" y="{_HEIGHT - 6}" text-anchor="{anchor}"'
        parts.append(f'<text class="tick" {place}>{escape(visible(label))}</text>')
    better = min if lower_is_better else max
    heights = [place for place in result.places if place is not None]
    best, path = heights[0], ""
    for at, (mark, height) in enumerate(zip(marks, heights, strict=True)):
        x, y = f"{_across(at / max(len(heights) - 1, 1), width):.0f}", f"{_up(height):.0f}"
        parts.append(f'<circle cx="{x}" cy="{y}" r="3" {_attributes(mark)}/>')
        best = better(best, height)
        path += f"H{x}V{_up(best):.0f}" if path else f"M{x} {y}"
    parts.append(f'<path class="best" d="{path}"/>')
    return _svg(width, _HEIGHT, title, parts)


def parallel(axes: Sequence[Axis], marks: Sequence[Mark], best: frozenset[int], title: str) -> str:
    """Return a line for each run across all axes, with gaps where a value is missing.

    The runs in the rows ``best`` stand out and are drawn last.
    """
    step = (_WIDE - 2 * _SIDE) / max(len(axes) - 1, 1)
    across = [_SIDE + step * at for at in range(len(axes))]
    parts = []
    order = sorted(range(len(marks)), key=lambda at: (marks[at].row in best, -marks[at].row))
    for at in order:
        mark = marks[at]
        path = _path([axis.places[at] for axis in axes], across)
        if path:
            extra = " top" if mark.row in best else ""
            parts.append(f'<path d="{path}" {_attributes(mark, extra)}/>')
    for axis, x in zip(axes, across, strict=True):
        parts += _upright(axis, x)
    return _svg(_WIDE, _HIGH, title, parts)


def _svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    name = escape(visible(title))
    head = f'<svg class="marks" viewBox="0 0 {width} {height}" role="img" aria-label="{name}">'
    return f"{head}{''.join(parts)}</svg>"


def _attributes(mark: Mark, extra: str = "") -> str:
    return f'class="{escape(visible(mark.verdict))}{extra}" data-r="{mark.row}"'


def _grid(axis: Axis, result: Axis, width: int) -> Iterator[str]:
    """Yield the lines and the labels of a scatter."""
    yield from _heights(result, width)
    for tick in _apart(axis.ticks, width):
        x = _across(tick.place, width)
        yield f'<text class="tick" x="{x:.0f}" y="{_HEIGHT - 6}" text-anchor="{_anchor(x, width)}">'
        yield f"{_label(tick)}</text>"


def _heights(result: Axis, width: int) -> Iterator[str]:
    """Yield the lines and the labels of the results."""
    for tick in result.ticks:
        y = _up(tick.place)
        yield f'<path class="grid" d="M{_LEFT} {y:.0f}H{width - _RIGHT}"/>'
        yield f'<text class="tick" x="{_LEFT - 5}" y="{y + 4:.0f}" text-anchor="end">'
        yield f"{_label(tick)}</text>"


def _apart(ticks: Sequence[Tick], width: int) -> list[Tick]:
    """Return ticks whose labels do not meet: every second one, or fewer."""
    longest = max((len(cut_end(visible(tick.label), _LETTERS)) for tick in ticks), default=1)
    room = (width - _LEFT - _RIGHT) / (LETTER * (longest + 1))
    every = -(-len(ticks) // max(1, int(room)))
    return list(ticks)[:: max(1, every)]


def _anchor(x: float, width: int) -> str:
    return "end" if x > width - 30 else "middle"


def _across(place: float, width: int) -> float:
    return _LEFT + 6 + place * (width - _LEFT - _RIGHT - 12)


def _up(place: float) -> float:
    return _HEIGHT - _BOTTOM - 6 - place * (_HEIGHT - _TOP - _BOTTOM - 12)


def _label(tick: Tick) -> str:
    return escape(cut_end(visible(tick.label), _LETTERS))


def _height(place: float) -> float:
    return _HIGH - _FOOT - place * (_HIGH - _HEAD - _FOOT)


def _path(places: Sequence[float | None], across: Sequence[float]) -> str:
    """Return the line of a run; it is empty if no two neighbouring axes have a value."""
    path, pen = "", "M"
    drawn = 0
    for place, x in zip(places, across, strict=True):
        if place is None:
            pen = "M"
            continue
        path += f"{pen}{x:.0f} {_height(place):.0f}"
        drawn += pen == "L"
        pen = "L"
    return path if drawn else ""


def _upright(axis: Axis, x: float) -> Iterator[str]:
    """Yield an axis of parallel coordinates: its name above, its labels beside it."""
    name = escape(cut_end(visible(axis.name), _NAME))
    yield f'<path class="axis" d="M{x:.0f} {_HEAD}V{_HIGH - _FOOT}"/>'
    yield f'<text class="name" x="{x:.0f}" y="14" text-anchor="middle">{name}</text>'
    for tick in axis.ticks:
        y = _height(tick.place) + 4
        yield f'<text class="mark tick" x="{x + 5:.0f}" y="{y:.0f}">{_label(tick)}</text>'
