"""The numbers behind a drawing, small enough to travel in the page.

A long curve becomes bins; its values become whole numbers, 16-bit codes or 32-bit floats.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from analyzer.charts.frame import Frame
from analyzer.charts.limits import DRAWABLE
from analyzer.charts.links import links_of, shared_units
from analyzer.charts.spec import Band, Chart, Line
from analyzer.stats.arrays import Floats, Ints

_AXES = 64  # remembered, of 8 KB at most each
MOST_BINS = 1000  # twice the pixels of a chart: at a zoom of two each pixel still has its own bin
_FLOAT = 1e38  # about the largest 32-bit float
_CODES = 65535  # the largest 16-bit code; code 0 stands for a value of 0
_DENOMINATORS = (1, 2, 4, 5, 8, 10, 20, 25, 50, 100, 1000)  # epochs are logged as such fractions
_WHOLE = 2**53  # up to here a float holds every whole number


def pack_charts(stacks: Sequence[Sequence[Chart]]) -> dict[str, Any]:
    """Return the JSON that a script needs to redraw charts, without words.

    Lines refer to their axes by number, so each axis travels once. ``link`` names the charts that
    are read and zoomed together, ``stack`` is the place of those that stand above each other, and
    ``units`` are those by which every line can be drawn.
    """
    charts: list[Chart] = []
    packed: list[dict[str, Any]] = []
    for place, stack in enumerate(stacks):
        charts += stack
        packed += [{**pack_chart(chart), "stack": place} for chart in stack]
    links = links_of(charts)
    numbers: dict[str, int] = {}  # of an axis, by its JSON
    for drawn in packed:
        drawn["link"] = links[drawn["id"]]
        for line in drawn["lines"]:
            for unit, axis in line["axes"].items():
                line["axes"][unit] = numbers.setdefault(json.dumps(axis), len(numbers))
    axes = [json.loads(axis) for axis in numbers]
    return {"units": shared_units(charts), "axes": axes, "charts": packed}


def pack_chart(chart: Chart) -> dict[str, Any]:
    """Return a chart as JSON: bounds, lines, and the places of its marks."""
    return {
        "id": chart.id,
        "unit": chart.unit,
        "x": [_short(chart.x_low), _short(chart.x_high)],
        "y": [_short(chart.y_low), _short(chart.y_high)],
        "log": chart.log_y,
        "zero": chart.zero_line,
        "height": chart.height,
        "width": chart.width,
        "right": chart.right,
        "top": Frame(chart).top,
        "lines": [pack_line(line, chart.unit) for line in chart.lines],
        "bands": [_pack_band(band) for band in chart.bands],
        "points": [[_short(point.x), _short(point.y)] for point in chart.points],
    }


def _pack_band(band: Band) -> list[float | None]:
    at = None if band.at is None else _short(band.at)
    return [_short(band.low), _short(band.high), at]


def pack_line(line: Line, unit: str) -> dict[str, Any]:
    """Return a line as JSON, in at most ``MOST_BINS`` bins of equally many points.

    ``n`` is the number of points, ``per`` how many are in a bin. Each axis has the first position
    of every bin and the last position of all. ``y`` has the means; if a bin has several points,
    their minima and maxima follow. ``smooth`` is [x, y] in the unit drawn, and
    ``starts`` where it is taken up again.
    """
    points = len(line.y)
    per = -(-points // MOST_BINS)
    starts = np.arange(0, points, per)
    y = np.clip(line.y, -DRAWABLE, DRAWABLE)
    values: Floats = np.add.reduceat(y, starts) / np.diff(np.r_[starts, points])
    if per > 1:
        extremes = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
        values = np.concatenate([values, *extremes])
    axes = line.axes or {unit: line.x}
    smooth = None
    if line.is_smoothed:
        level = np.clip(line.smooth_y, -DRAWABLE, DRAWABLE)
        smooth = [_remembered(line.smooth_x), pack_values(level)]
    return {
        "role": line.role,
        "n": points,
        "per": per,
        "axes": {name: _remembered(_edges(x, starts), per) for name, x in axes.items()},
        "y": pack_values(values),
        "smooth": smooth,
        **({"starts": list(line.smooth_starts)} if line.smooth_starts else {}),
    }


def _edges(x: Floats, starts: Ints) -> Floats:
    """Return the first position of every bin and the last position of all."""
    edges: Floats = np.append(x[starts], x[-1])
    return edges


def _remembered(x: Floats, per: int = 1) -> dict[str, Any]:
    """Return a packed axis: the curves of a run, their gap and their trends share a few."""
    return dict(_packed_axis(x.astype(np.float64).tobytes(), per))


@lru_cache(maxsize=_AXES)
def _packed_axis(positions: bytes, per: int) -> dict[str, Any]:
    """Return the axis of bins of ``per`` points, whose positions are the bytes of floats."""
    x = np.frombuffer(positions, dtype=np.float64)
    return pack_axis(x) if per == 1 else _shorter_axis(x)


def pack_axis(x: Floats) -> dict[str, Any]:
    """Return positions exactly if they are whole or fractions as epochs are, else as codes.

    ``d`` is the first position, then the differences, "a*k" for k equal ones; all divided by ``k``.
    """
    for k in _DENOMINATORS:
        whole = np.round(x * k)
        if not len(x) or np.abs(whole).max() >= _WHOLE:
            continue
        if np.abs(whole - x * k).max() <= 1e-6 * k:
            return {"d": _differences(whole), "k": k}
    return pack_values(x, linear=True)


def _differences(whole: Floats) -> str:
    """Return the first of whole numbers, then the differences, "a*k" for k equal ones in a row."""
    steps = np.diff(whole, prepend=0.0)
    edges = np.flatnonzero(np.diff(steps, prepend=np.nan) != 0)
    counts = np.diff(np.r_[edges, len(steps)])
    parts = []
    for step, count in zip(steps[edges], counts, strict=True):
        parts.append(f"{step:.0f}*{count}" if count > 1 else f"{step:.0f}")
    return " ".join(parts)


def _shorter_axis(x: Floats) -> dict[str, Any]:
    """Return the edges of bins: exactly if they are even, else as codes, which then are shorter.

    ``k`` is kept if the positions are whole: the reader rounds what it decodes.
    """
    exact = pack_axis(x)
    if "q" in exact or len(exact["d"]) <= 2 * len(x):
        return exact
    coded = pack_values(x, linear=True)
    if exact["k"] == 1:
        coded["k"] = 1
    return coded


def pack_values(values: Floats, *, linear: bool = False) -> dict[str, Any]:
    """Return values true to the three digits that a page shows: 16-bit codes or 32-bit floats.

    Values of one sign get logarithmic codes between the lowest and the highest (an error of
    1.8e-4 of the value over ten decades). Values of both signs stay floats: the smallest matter
    beside the largest.
    """
    if linear or not values.any():
        return _coded(values, log=False)
    if values.min() >= 0:
        return _coded(values, log=True)
    floats = np.clip(values, -_FLOAT, _FLOAT).astype("<f4")
    return {"f": base64.b64encode(floats.tobytes()).decode()}


def _coded(values: Floats, *, log: bool) -> dict[str, Any]:
    """Return values as 16-bit codes, evenly spaced between the lowest and the highest."""
    scaled = values
    if log:
        scaled = np.log(np.where(values > 0, np.maximum(values, 1 / DRAWABLE), np.nan))
    known = scaled[np.isfinite(scaled)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    codes = 1 + np.nan_to_num((scaled - low) / (high - low or 1.0), nan=-1) * (_CODES - 1)
    rounded = np.where(np.isfinite(scaled), np.round(codes), 0).astype("<u2")
    return {
        "q": base64.b64encode(rounded.tobytes()).decode(),
        "low": _short(low),
        "high": _short(high),
        "log": log,
    }


def _short(value: float) -> float:
    """Return a number with nine digits: more cannot be drawn."""
    return float(f"{value:.9g}")
