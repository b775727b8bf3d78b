"""The numbers behind a drawing, small enough to travel in the page: bins of a curve, whole numbers or 16-bit codes."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.charts.axes import end_together
from analyzer.charts.limits import DRAWABLE
from analyzer.charts.spec import Chart, Line
from analyzer.stats.arrays import Floats

MOST_BINS = 1000  # twice the pixels of a chart: zooming in by two shows every pixel its own bin
_FLOAT = 1e38  # as far as a float of 32 bits goes
_CODES = 65535  # of 16 bits; 0 is kept for a value of 0
_DENOMINATORS = (1, 2, 4, 5, 8, 10, 20, 25, 50, 100, 1000)  # epochs are logged as such fractions


def pack_charts(stacks: Sequence[Sequence[Chart]]) -> dict[str, Any]:
    """Return what a script needs to draw charts anew, as JSON without words; lines share their axes by number.

    Charts of one ``link`` are read and zoomed together, in that unit; ``stack`` is the place of those that share an x
    axis; ``units`` are those by which every line can be drawn.
    """
    charts = [chart for stack in stacks for chart in stack]
    links = _links(charts)
    packed = [
        {**pack_chart(chart), "stack": place, "link": links[chart.id]}
        for place, stack in enumerate(stacks)
        for chart in stack
    ]
    axes: dict[str, int] = {}
    for line in (line for chart in packed for line in chart["lines"]):
        line["axes"] = {
            unit: axes.setdefault(json.dumps(axis), len(axes))
            for unit, axis in line["axes"].items()
        }
    units = [
        unit
        for unit in ("epoch", "step", "hours")
        if all(unit in line.axes for chart in charts for line in chart.lines)
        and (unit != "step" or all(_steps_count(chart) for chart in charts))
    ]
    return {"units": units, "axes": [json.loads(axis) for axis in axes], "charts": packed}


def _links(charts: Sequence[Chart]) -> dict[str, str]:
    """Return by what each chart is linked to others: by epoch or by step where all have them, else as far as they do.

    Steps link only where they tell points apart and end together; a chart that shares no axis is linked to none.
    """
    if all(_by_epoch(chart) for chart in charts):
        return {chart.id: "epoch" for chart in charts}
    by_step = [chart for chart in charts if _steps_count(chart)]
    if len(by_step) == len(charts) and end_together([_last_step(chart) for chart in charts]):
        return {chart.id: "step" for chart in charts}
    links = {chart.id: "epoch" if _by_epoch(chart) else chart.id for chart in charts}
    lone = [chart for chart in by_step if links[chart.id] != "epoch"]
    return links | {
        chart.id: "step" for chart in lone if end_together([_last_step(chart), _last_step(lone[0])])
    }


def _by_epoch(chart: Chart) -> bool:
    return all("epoch" in line.axes for line in chart.lines)


def _steps_count(chart: Chart) -> bool:
    """Say whether the steps of the lines count the same, and more than one point in two has a step of its own."""
    steps = [line.axes.get("step", line.x) for line in chart.lines if len(line.x) > 1]
    apart = all(2 * (1 + np.count_nonzero(np.diff(step))) > len(step) for step in steps)
    return apart and end_together([float(step[-1]) for step in steps])


def _last_step(chart: Chart) -> float:
    return max(float(line.axes.get("step", line.x)[-1]) for line in chart.lines)


def pack_chart(chart: Chart) -> dict[str, Any]:
    """Return a chart: bounds, lines, where the marks are."""
    return {
        "id": chart.id,
        "unit": chart.unit,
        "x": [_short(chart.x_low), _short(chart.x_high)],
        "y": [_short(chart.y_low), _short(chart.y_high)],
        "log": chart.log_y,
        "zero": chart.zero_line,
        "height": chart.height,
        "lines": [pack_line(line, chart.unit) for line in chart.lines],
        "bands": [
            [_short(band.low), _short(band.high), None if band.at is None else _short(band.at)]
            for band in chart.bands
        ],
        "points": [[_short(point.x), _short(point.y), point.above] for point in chart.points],
    }


def pack_line(line: Line, unit: str) -> dict[str, Any]:
    """Return a line in at most ``MOST_BINS`` bins of equally many points.

    ``n`` points, ``per`` in a bin. Each axis holds the first position of every bin and the last of all; ``y`` holds
    the means, then where a bin holds several points their minima and maxima. ``smooth`` is [x, y] in the unit drawn.
    """
    points = len(line.y)
    per = -(-points // MOST_BINS)
    starts = np.arange(0, points, per)
    y = np.clip(line.y, -DRAWABLE, DRAWABLE)
    means: Floats = np.add.reduceat(y, starts) / np.diff(np.r_[starts, points])
    if per > 1:
        means = np.concatenate(
            [means, np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)]
        )
    packer = pack_axis if per == 1 else _shorter_axis
    axes = {
        name: packer(np.r_[x[starts], x[-1]]) for name, x in (line.axes or {unit: line.x}).items()
    }
    smooth = [pack_axis(line.smooth_x), pack_values(np.clip(line.smooth_y, -DRAWABLE, DRAWABLE))]
    return {
        "role": line.role,
        "n": points,
        "per": per,
        "axes": axes,
        "y": pack_values(means),
        "smooth": smooth if len(line.smooth_x) > 1 else None,
    }


def pack_axis(x: Floats) -> dict[str, Any]:
    """Return positions exactly where they are whole or fractions as epochs are, else as codes.

    ``d`` is the first position, then the differences, "a*k" for k equal ones; all divided by ``k``.
    """
    for k in _DENOMINATORS:
        whole = np.round(x * k)
        if (
            len(x)
            and np.abs(whole).max() < 2**53
            and np.allclose(whole, x * k, rtol=0, atol=1e-6 * k)
        ):
            steps = np.diff(whole, prepend=0.0)
            edges = np.flatnonzero(np.diff(steps, prepend=np.nan) != 0)
            counts = np.diff(np.r_[edges, len(steps)])
            runs = (
                f"{steps[at]:.0f}" + (f"*{count}" if count > 1 else "")
                for at, count in zip(edges, counts, strict=True)
            )
            return {"d": " ".join(runs), "k": k}
    return pack_values(x, linear=True)


def _shorter_axis(x: Floats) -> dict[str, Any]:
    """Return the edges of bins: exactly where they are even, else as codes, which take less than uneven steps do.

    ``k`` stays where the positions are whole: what is read from the codes is rounded then.
    """
    exact = pack_axis(x)
    if "q" in exact or len(exact["d"]) <= 2 * len(x):
        return exact
    return {**pack_values(x, linear=True), **({"k": 1} if exact["k"] == 1 else {})}


def pack_values(values: Floats, *, linear: bool = False) -> dict[str, Any]:
    """Return values true to the three digits that a page shows: as 16-bit codes, or as floats of 32 bits.

    Values of one sign get logarithmic codes between the lowest and the highest (1.8e-4 of the value over ten decades);
    those of both signs, of which the smallest matter beside the largest, are kept as floats.
    """
    log = not linear and len(values) > 0 and bool(values.min() >= 0) and bool(values.max() > 0)
    if not linear and not log and values.any():
        return {
            "f": base64.b64encode(np.clip(values, -_FLOAT, _FLOAT).astype("<f4").tobytes()).decode()
        }
    scaled = (
        np.log(np.where(values > 0, np.maximum(values, 1 / DRAWABLE), np.nan)) if log else values
    )
    known = scaled[np.isfinite(scaled)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    codes = 1 + np.nan_to_num((scaled - low) / (high - low or 1.0), nan=-1) * (_CODES - 1)
    coded = np.where(np.isfinite(scaled), np.round(codes), 0).astype("<u2")
    return {
        "q": base64.b64encode(coded.tobytes()).decode(),
        "low": _short(low),
        "high": _short(high),
        "log": log,
    }


def unpack(packed: dict[str, Any]) -> Floats:
    """Return the numbers of ``pack_axis`` or ``pack_values``: what report.js does, for tests and other readers."""
    if "d" in packed:
        steps: list[float] = []
        for part in packed["d"].split():
            step, _, count = part.partition("*")
            steps += [float(step)] * int(count or 1)
        return np.cumsum(steps) / float(packed["k"])
    if "f" in packed:
        return np.frombuffer(base64.b64decode(packed["f"]), dtype="<f4").astype(np.float64)
    codes = np.frombuffer(base64.b64decode(packed["q"]), dtype="<u2").astype(np.float64)
    value: Floats = packed["low"] + (codes - 1) / (_CODES - 1) * (packed["high"] - packed["low"])
    if packed["log"]:
        value = np.exp(value)
    elif "k" in packed:
        value = np.round(value)
    return np.where(codes > 0, value, 0.0)


def _short(value: float) -> float:
    """Return a number with nine digits: more cannot be drawn."""
    return float(f"{value:.9g}")
