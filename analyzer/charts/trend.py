"""The emphasised line of a curve: its trend, smoothed in pieces that no known event divides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from analyzer.charts.axes import same_steps
from analyzer.charts.marks import learning_rate
from analyzer.measures.cost import Cost
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats, Ints
from analyzer.stats.binning import MOST, bin_curve
from analyzer.stats.breaks import breaks
from analyzer.stats.drops import step_drops
from analyzer.stats.smooth import smooth_throughout

_STRETCH = 3  # non-finite values in a row: fewer are holes, over which a trend may pass
_MOST_PIECES = 40  # of more nothing can be seen; the line is then as logged
_LEAST_BINS = 20  # of a piece
_REACH = 3  # bins: the trend stays between the lowest and the highest value so near


class Trend(NamedTuple):
    """The trend of a curve: positions on ``Cost.t``, costs, and where pieces after the first begin.

    All are empty if the curve has no trend.
    """

    t: Floats
    y: Floats
    starts: tuple[int, ...]


def events_of(diagnosis: Diagnosis, metric: str) -> tuple[int, ...]:
    """Return the steps at which findings say that a metric ran away."""
    steps = set()
    for finding in diagnosis.findings:
        for mark in finding.marks:
            if mark.role == "exploded" and mark.metric == metric:
                steps.add(mark.low)
    return tuple(sorted(steps))


def is_behind(diagnosis: Diagnosis, metric: str, split: str) -> bool:
    """Say whether the trend steps back behind the values, since a finding is about these.

    An explosion is one of all curves of its metric, an oscillation of its own.
    """
    for finding in diagnosis.findings:
        if finding.detector == "exploding_loss" and finding.metric == metric:
            return True
        if finding.detector == "oscillation" and (finding.metric, finding.split) == (metric, split):
            return True
    return False


def trend(run: Run, curve: Curve, cost: Cost, events: Sequence[int]) -> Trend:
    """Return the trend of a curve, which never leaves the span of the nearest values.

    A piece ends at a known change of the learning rate, a restart, the ``events`` (steps), a
    stretch that is not finite, and a jump of the curve itself. Each piece has a clock of its own.
    """
    cuts = {*_of_events(cost, events), *_of_rate(run, cost.curve), *_of_holes(curve)}
    cuts |= {*_of_restarts(run, curve, cost.curve), *_of_jumps(cost)}
    ends = [0, *sorted(cut for cut in cuts if 0 < cut < len(cost.t)), len(cost.t)]
    if len(ends) > _MOST_PIECES + 1:
        return Trend(np.empty(0), np.empty(0), ())
    t, y = [], []
    for first, last in pairwise(ends):
        start = cost.t[first] - 1
        most = max(_LEAST_BINS, round(MOST * (last - first) / len(cost.t)))
        bins = bin_curve(cost.t[first:last] - start, cost.y[first:last], most=most)
        t.append(bins.t + start)
        y.append(near_values(smooth_throughout(bins.t, bins.y, bins.count), bins.y))
    starts = np.cumsum([len(piece) for piece in t[:-1]])
    return Trend(np.concatenate(t), np.concatenate(y), tuple(int(start) for start in starts))


def near_values(level: Floats, y: Floats) -> Floats:
    """Return a smoothed curve kept between the lowest and the highest value nearby."""
    padded = np.pad(y, _REACH, mode="edge")
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * _REACH + 1)
    kept: Floats = np.clip(level, near.min(axis=1), near.max(axis=1))
    return kept


def _places(positions: Floats | Ints, wanted: Floats | Ints | Sequence[int]) -> list[int]:
    """Return the indices of the first points at or after some positions."""
    return [int(place) for place in np.searchsorted(positions, wanted)]


def _of_events(cost: Cost, steps: Sequence[int]) -> list[int]:
    """Return where events begin: at the foot of a climb that is only later called an explosion."""
    feet = []
    for place in _places(cost.curve.step, steps):
        while 1 < place < len(cost.y) and cost.y[place - 1] > cost.y[place - 2]:
            place -= 1
        feet.append(place)
    return feet


def _of_rate(run: Run, finite: Curve) -> list[int]:
    """Return where the learning rate has just changed by a step, up or down."""
    rate = learning_rate(run)
    if rate is None:
        return []
    rate = rate.finite()
    by_epoch = rate.has_epochs and finite.has_epochs
    if not by_epoch and not same_steps([rate, finite]):
        return []
    with np.errstate(divide="ignore", over="ignore"):
        changes = np.union1d(step_drops(rate.value), step_drops(1 / rate.value))
    if by_epoch:
        return _places(finite.epoch, rate.epoch[changes])
    return _places(finite.step, rate.step[changes])


def _of_holes(curve: Curve) -> list[int]:
    """Return the finite points that follow a stretch of values that are not finite."""
    is_finite = np.isfinite(curve.value)
    edges = np.flatnonzero(np.diff(is_finite.astype(int), prepend=1, append=1))
    begins, ends = edges[::2], edges[1::2]
    before: Ints = np.cumsum(is_finite)
    return [int(before[begin]) for begin in begins[ends - begins >= _STRETCH]]


def _of_restarts(run: Run, curve: Curve, finite: Curve) -> list[int]:
    """Return the points with which a new attempt begins.

    It follows points that it replaced, at their first step or before. An evaluation that repeats
    a step replaces nothing: the log ends behind it or goes on at a later step.
    """
    cuts: list[int] = []
    for series in run.series:
        if (series.metric, series.split, series.tag) == (curve.metric, curve.split, curve.tag):
            again = np.flatnonzero(series.superseded)
            begins = series.step[again[np.diff(again, prepend=-2) > 1]]
            behind = again[np.diff(again, append=len(series) + 1) > 1] + 1
            is_last = behind == len(series)
            follows = series.step[np.where(is_last, 0, behind)]
            cuts += _places(finite.step, begins[~is_last & (follows <= begins)])
    return cuts


def _of_jumps(cost: Cost) -> list[int]:
    """Return where the curve itself jumps in one step and stays."""
    bins = cost.bins
    return _places(bins.index, breaks(bins.y))
