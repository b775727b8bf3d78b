"""A histogram as SVG: how many values lie in each of some equal ranges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import numpy as np

_BARS = 40
_WIDTH, _HEIGHT, _FOOT = 640, 160, 22
_OUTSIDE = 1  # per cent at each end that may lie outside, so that a run that diverged fits


def histogram_svg(values: Sequence[float], number: Callable[[float], str], title: str) -> str:
    """Return a histogram of the finite values, empty for fewer than two different ones.

    The axis goes from the first to the last percentile if the rest lies far outside, and what
    lies outside is counted at its ends. ``number`` writes a value for the reader.
    """
    known = np.array([value for value in values if np.isfinite(value)])
    if len(known) < 2 or np.ptp(known) == 0:
        return ""
    low, high = _range(known)
    counts, edges = np.histogram(np.clip(known, low, high), _BARS, (low, high))
    step, most = _WIDTH / _BARS, counts.max()
    bars = []
    for at, count in enumerate(counts):
        height = round(float(count / most) * _HEIGHT, 1)
        if count:
            said = f"{number(float(edges[at]))} – {number(float(edges[at + 1]))}: {count}"
            bars.append(
                f'<rect x="{at * step:g}" y="{_HEIGHT - height:g}" width="{step - 1:g}"'
                f' height="{height:g}"><title>{escape(said)}</title></rect>'
            )
    ends = [
        (0.0, "start", low, "≤ " if known.min() < low else ""),
        (_WIDTH / 2, "middle", (low + high) / 2, ""),
        (float(_WIDTH), "end", high, "≥ " if known.max() > high else ""),
    ]
    texts = [
        f'<text x="{x:g}" y="{_HEIGHT + _FOOT - 5}" text-anchor="{anchor}">'
        f"{escape(sign + number(float(value)))}</text>"
        for x, anchor, value, sign in ends
    ]
    return (
        f'<svg class="bars" viewBox="0 0 {_WIDTH} {_HEIGHT + _FOOT}" role="img"'
        f' aria-label="{escape(title)}">{"".join(bars)}{"".join(texts)}</svg>'
    )


def _range(known: np.ndarray) -> tuple[float, float]:
    """Return the ends of the axis: those of the values unless a few of them lie far away."""
    inner = np.percentile(known, [_OUTSIDE, 100 - _OUTSIDE])
    ends = [float(known.min()), float(known.max())]
    span = float(inner[1] - inner[0])
    if span == 0:
        return ends[0], ends[1]
    low = ends[0] if inner[0] - ends[0] < span else float(inner[0])
    high = ends[1] if ends[1] - inner[1] < span else float(inner[1])
    return low, high
