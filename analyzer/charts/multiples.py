"""Draw curves of many runs as small multiples: panels of one size on one shared scale.

A path is the same in every panel, so the page can move it to another when runs are grouped anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from analyzer.charts.labels import cut_end
from analyzer.charts.sweep_axes import Axis
from analyzer.charts.sweep_svg import Mark
from analyzer.safe.names import visible
from analyzer.stats.arrays import Floats

_WIDTH, _HEIGHT = 240, 130
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 6, 8, 18  # margins
_LETTERS = 7  # of a tick label
_APART = 14  # pixels between two tick labels


def path_of(across: Floats, up: Floats) -> str:
    """Return a curve as a path of whole relative steps; 0 to 1 is the room of a panel.

    Shapes: (n,), (n,).
    """
    x = np.round(_LEFT + across * (_WIDTH - _LEFT - _RIGHT)).astype(int)
    y = np.round(_HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)).astype(int)
    moves = " ".join(f"{dx} {dy}" for dx, dy in zip(np.diff(x), np.diff(y), strict=True))
    return f"M{x[0]} {y[0]}l{moves}".replace(" -", "-")


def panel(lines: Sequence[tuple[Mark, str]], axis: Axis, ends: tuple[str, str], title: str) -> str:
    """Return a panel with the paths of some runs; ``ends`` label the horizontal axis."""
    parts = [*_grid(axis), *_ends(ends)]
    for mark, path in lines:
        verdict = escape(visible(mark.verdict))
        parts.append(f'<path class="{verdict}" data-r="{mark.row}" d="{path}"/>')
    name = escape(visible(title))
    head = f'<svg class="marks" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{name}">'
    return f"{head}{''.join(parts)}</svg>"


def _grid(axis: Axis) -> list[str]:
    parts = []
    free = float(_HEIGHT)
    for tick in sorted(axis.ticks, key=lambda tick: tick.place):
        y = _HEIGHT - _BOTTOM - tick.place * (_HEIGHT - _TOP - _BOTTOM)
        if y > free:
            continue
        free = y - _APART
        label = escape(cut_end(visible(tick.label), _LETTERS))
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.0f}H{_WIDTH - _RIGHT}"/>')
        parts.append(
            f'<text class="tick" x="{_LEFT - 4}" y="{y + 4:.0f}" text-anchor="end">{label}</text>'
        )
    return parts


def _ends(ends: tuple[str, str]) -> list[str]:
    places = ((_LEFT, "start"), (_WIDTH - _RIGHT, "end"))
    return [
        f'<text class="tick" x="{x}" y="{_HEIGHT - 4}" text-anchor="{anchor}">'
        f"{escape(visible(label))}</text>"
        for (x, anchor), label in zip(places, ends, strict=True)
    ]
