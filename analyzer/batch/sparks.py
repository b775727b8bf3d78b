"""The sparkline of a run in the index: its training and its held-out curve as tiny SVG paths."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.charts.limits import DRAWABLE, FROM_LOG
from analyzer.model.diagnosis import Diagnosis
from analyzer.stats.arrays import Floats
from analyzer.stats.thin import column_means

_POINTS = 32  # of a curve: one for every three pixels
_WIDTH, _HEIGHT = 100, 24


class Spark(NamedTuple):
    """A curve of a sparkline: its role ("train" or "val") and its SVG path."""

    role: str
    path: str


def sparks_of(diagnosis: Diagnosis) -> tuple[Spark, ...]:
    """Return the training and the held-out curve of the metric that the run is judged by."""
    if diagnosis.best is None:
        return ()
    run, metric = diagnosis.run, diagnosis.best.metric
    means: dict[str, Floats] = {}
    for role, split in (("train", run.trained_on(metric)), ("val", run.held_out(metric))):
        curve = run.find_curve(metric, split, at_least=2)
        if curve is not None:
            means[role] = _means(curve.finite().value)
    if not means:
        return ()
    every = np.concatenate(list(means.values()))
    if every.min() > 0 and every.max() / every.min() > FROM_LOG:
        means = {role: np.log(mean) for role, mean in means.items()}
        every = np.log(every)
    low, span = float(every.min()), float(np.ptp(every)) or 1.0
    return tuple(Spark(role, _path(1 - (mean - low) / span)) for role, mean in means.items())


def _means(value: Floats) -> Floats:
    """Return the means of up to 32 stretches of equal length; the extremes stay as they are."""
    value = np.clip(value, -DRAWABLE, DRAWABLE)
    count = min(_POINTS, len(value))
    starts = np.linspace(0, len(value), count, endpoint=False).astype(int)
    stretch = np.searchsorted(starts, np.arange(len(value)), side="right") - 1
    return column_means(value, stretch, count)


def _path(height: Floats) -> str:
    """Return a path in a picture of 100 by 24, in whole relative steps: these are short."""
    x = np.round(np.linspace(0, _WIDTH, len(height))).astype(int)
    y = np.round(height * (_HEIGHT - 2) + 1).astype(int)
    start = f"M{x[0]} {y[0]}"
    if len(x) == 1:
        return f"{start}h{_WIDTH}"
    moves = " ".join(f"{dx} {dy}" for dx, dy in zip(np.diff(x), np.diff(y), strict=True))
    return f"{start}l{moves}".replace(" -", "-")
