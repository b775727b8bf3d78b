"""Drawings of views as SVG without words: shades in a grid, and curves in the unit square.

Captions and the ends of the axes stand beside them in the page, so one drawing serves all
languages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_SIDE = 100  # units of a curve's square
_MOST_POINTS = 60  # of a curve


def draw_shades(levels: npt.NDArray[np.uint8]) -> str:
    """Return a grid as an SVG: a path for each shade, the first row at the bottom."""
    height, width = levels.shape
    paths = []
    for shade in range(1, int(levels.max(initial=0)) + 1):
        d = "".join(_runs(levels[::-1] == shade))
        if d:
            paths.append(f'<path class="s{shade}" d="{d}"/>')
    return _svg(width, height, "".join(paths), "shades")


def _runs(holds: npt.NDArray[np.bool_]) -> Sequence[str]:
    """Return the strokes that cover the cells of one shade, neighbours in a row together."""
    strokes = []
    for y, row in enumerate(holds):
        turns = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
        for begin, end in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True):
            strokes.append(f"M{begin} {y}.5h{end - begin}")
    return strokes


def draw_curve(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> str:
    """Return a curve in the unit square as an SVG with a grid of quarters."""
    if len(x) > _MOST_POINTS:
        kept = np.linspace(0, len(x) - 1, _MOST_POINTS).round().astype(np.int64)
        x, y = x[kept], y[kept]
    across = (np.clip(x, 0, 1) * _SIDE).round(1)
    down = ((1 - np.clip(y, 0, 1)) * _SIDE).round(1)
    points = " ".join(f"{a:g},{b:g}" for a, b in zip(across.tolist(), down.tolist(), strict=True))
    quarters = "".join(f"M0 {at}H100M{at} 0V100" for at in (0, 25, 50, 75, 100))
    body = f'<path class="net" d="{quarters}"/><polyline class="curve" points="{points}"/>'
    return _svg(_SIDE, _SIDE, body, "square")


def standing_alone(svg: str, *, width: int, height: int, style: str) -> str:
    """Return a drawing as an SVG file, with a size and a style sheet of its own."""
    size = f'xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
    return svg.replace("<svg ", f"<svg {size}", 1).replace(">", f"><style>{style}</style>", 1)


def _svg(width: int, height: int, body: str, kind: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" preserveAspectRatio="none"'
        f' aria-hidden="true">{body}</svg>'
    )
