"""A curve in a few points: evenly spaced, with the ends, the lowest and the highest value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analyzer.agents.about_run import curves_of
from analyzer.agents.marking import MarkedWords, unmark
from analyzer.errors import AnalyzerError
from analyzer.metrics.names import read
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.arrays import Ints


@dataclass(frozen=True)
class Wanted:
    """What to show of which curve; ``low`` and ``high`` are on its axis, infinite for all of it."""

    metric: str
    split: str | None
    points: int
    low: float = -math.inf
    high: float = math.inf


def curve_lines(run: Run, wanted: Wanted, text: MarkedWords) -> tuple[str, ...]:
    """Return a curve as a heading and a line per point. Raises AnalyzerError if it is unknown."""
    curve = _find(run, wanted)
    label = text.metric(curve.metric, curve.split, alone=True)
    at = np.flatnonzero((curve.x >= wanted.low) & (curve.x <= wanted.high))
    if not len(at):
        first, last = (text.position(float(x)) for x in (curve.x.min(), curve.x.max()))
        raise AnalyzerError(f"no point there; the curve has {curve.unit}s {first} to {last}")
    shown = at[chosen(curve.value[at], wanted.points)]
    values = {"label": label, "shown": len(shown), "count": len(at), "run": run.name}
    has_both = curve.has_epochs and not np.array_equal(curve.x, curve.step)
    columns = "epoch step value" if has_both else f"{curve.unit} value"
    lines = [text.fill(text.of("_agents")["curve"], values), columns]
    for index in shown:
        axes = [f"{curve.x[index]:.10g}", *([str(curve.step[index])] if has_both else [])]
        lines.append(" ".join([*axes, f"{curve.value[index]:.6g}"]))
    return tuple(lines)


def chosen(value: np.ndarray, points: int) -> Ints:
    """Return the indices of so many values, in order: spread evenly, with both extremes.

    The lowest and the highest finite value take the places of their nearest neighbours, so that
    there are never more than ``points``, which is at least 4.
    """
    count = len(value)
    if count <= points:
        return np.arange(count)
    even = np.unique(np.linspace(0, count - 1, points).round().astype(np.int64))
    finite = np.isfinite(value)
    if not finite.any():
        return even
    lowest = int(np.where(finite, value, np.inf).argmin())
    highest = int(np.where(finite, value, -np.inf).argmax())
    inner = even[1:-1]
    for index in (lowest, highest):
        if index not in even:
            free = [place for place in inner if place not in (lowest, highest)]
            nearest = min(free, key=lambda place: abs(int(place) - index))
            even = np.where(even == nearest, index, even)
            inner = np.where(inner == nearest, index, inner)
    return np.sort(even)


def _find(run: Run, wanted: Wanted) -> Curve:
    """Return the curve of a metric or logged name; without a split, that of unseen data.

    A name that was not logged is read as the name of a metric: "val_loss", "learning rate".
    """
    name = unmark(wanted.metric)
    known = {series.metric for series in run.series}
    for series in run.series:
        if series.tag == name and name not in known:
            return run.curve_of(series)
    split = wanted.split
    if name not in known:
        reading = read(name)
        name, split = reading.metric, split or reading.split or None
    splits = run.splits(name)
    if split is None and splits:
        preferred = (run.held_out(name), run.trained_on(name), splits[0])
        split = next(split for split in preferred if split in splits)
    if (split or "") not in splits:
        raise AnalyzerError(f"no curve of that name; the run has: {curves_of(run)}")
    return run.curve(name, split or "", at_least=0)
