"""The sparkline of a run in the index: its training and its held-out curve as tiny SVG paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analyzer.charts.limits import DRAWABLE, spans_decades
from analyzer.model.diagnosis import Diagnosis
from analyzer.stats.arrays import Floats
from analyzer.stats.thin import column_means

_POINTS = 32  # of a curve: one for every three pixels
_WIDTH, _HEIGHT = 100, 24
_SETTLED = 0.9  # the share of sparklines that lie below the top of a shared scale
_MOVES = re.compile(r"M0 (\d{1,3})(?:l([-\d ]+)|h100)")
_NUMBER = re.compile(r"-?\d{1,3}")


class Spark(NamedTuple):
    """A curve of a sparkline: its role ("train" or "val") and its SVG path.

    ``low`` and ``high`` are the values at the bottom and the top of the picture, in logarithms if
    ``is_log``; None if they are unknown.
    """

    role: str
    path: str
    low: float | None = None
    high: float | None = None
    is_log: bool = False


class Scale(NamedTuple):
    """A scale that the sparklines of several runs share."""

    low: float
    high: float
    is_log: bool


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
    is_log = spans_decades(float(every.min()), float(every.max()))
    if is_log:
        means = {role: np.log(mean) for role, mean in means.items()}
        every = np.log(every)
    low, span = float(every.min()), float(np.ptp(every)) or 1.0
    return tuple(
        Spark(role, _path(1 - (mean - low) / span), low, low + span, is_log)
        for role, mean in means.items()
    )


def shared_scale(sparks: Sequence[Spark]) -> Scale | None:
    """Return the scale of several sparklines, None if that of none is known.

    A tenth of them may lie above it, so that runs that blew up do not flatten the others.
    """
    known = [bounds for spark in sparks if (bounds := _bounds(spark)) is not None]
    if not known:
        return None
    lows, highs = np.array(known).T
    low, high = float(lows.min()), float(np.quantile(highs, _SETTLED))
    if spans_decades(low, high):
        return Scale(float(np.log(low)), float(np.log(high)), is_log=True)
    return Scale(low, high if high > low else low + 1.0, is_log=False)


def rescaled(spark: Spark, scale: Scale) -> str:
    """Return the path of a sparkline on another scale; the same if its own is unknown."""
    match = _MOVES.fullmatch(spark.path)
    if match is None or spark.low is None or spark.high is None:
        return spark.path
    moves = [int(number) for number in _NUMBER.findall(match[2] or "")]
    y = np.cumsum([int(match[1]), *moves[1::2]])
    value = spark.high - (y - 1) / (_HEIGHT - 2) * (spark.high - spark.low)
    if spark.is_log and not scale.is_log:
        value = np.exp(np.minimum(value, np.log(DRAWABLE)))
    elif scale.is_log and not spark.is_log:
        value = np.log(np.maximum(value, 1 / DRAWABLE))
    return _path(np.clip((scale.high - value) / (scale.high - scale.low), 0, 1))


def _bounds(spark: Spark) -> tuple[float, float] | None:
    """Return the values at the bottom and at the top."""
    if spark.low is None or spark.high is None:
        return None
    if not spark.is_log:
        return spark.low, spark.high
    return float(np.exp(spark.low)), float(np.exp(min(spark.high, np.log(DRAWABLE))))


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
