"""A curve in one line of text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analyzer.charts.limits import spans_decades
from analyzer.measures.extremes import LARGEST, SMALLEST
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats
from analyzer.stats.thin import column_means
from analyzer.text import Words

_BARS = "▁▂▃▄▅▆▇█"
_NOT_FINITE = "×"
_MOST = 4  # curves
_LONGEST_NAME = 30
_FEWEST_BARS = 4  # with fewer a curve has no shape
_WIDEST = 40  # columns of a curve: more bars show no more of its shape


class _Row(NamedTuple):
    """A curve with its name on the left and its values on the right."""

    name: str
    curve: Curve
    values: str


def sparklines(diagnosis: Diagnosis, text: Words, width: int) -> list[str]:
    """Return a line for each main curve: name, shape, and first, last and best value."""
    rows = _rows(diagnosis, text)[:_MOST]
    if not rows:
        return []
    label = max(len(row.name) for row in rows)
    room = width - label - 4 - max(len(row.values) for row in rows)
    if room < _FEWEST_BARS:
        return _without_shape(rows, width)
    lines = []
    for name, curve, values in rows:
        lines.append(f"{name:<{label}}  {sparkline(curve, min(room, _WIDEST))}  {values}")
    return lines


def _without_shape(rows: Sequence[_Row], width: int) -> list[str]:
    """Return names and values alone, for a narrow terminal."""
    lines = []
    for name, _, values in rows:
        lines += textwrap.wrap(f"{name}: {values}", width, subsequent_indent="  ")
    return lines


def _rows(diagnosis: Diagnosis, text: Words) -> list[_Row]:
    """Return the training and the held-out curve of each loss and score."""
    run = diagnosis.run
    rows = []
    for metric in run.judged_metrics:
        for split in dict.fromkeys((run.trained_on(metric), run.held_out(metric))):
            curve = run.find_curve(metric, split)
            if curve is not None:
                name = text.metric(metric, split, alone=True)[:_LONGEST_NAME]
                rows.append(_Row(name, curve, _values(curve, text)))
    return rows


def sparkline(curve: Curve, columns: int) -> str:
    """Return the shape of a curve as a bar per column: the mean of its points, × if not finite.

    The highest and the lowest point are drawn as they are.
    """
    columns = max(1, min(columns, len(curve)))
    place = np.minimum((np.arange(len(curve)) * columns) // len(curve), columns - 1)
    finite = np.isfinite(curve.value)
    value = curve.value[finite]
    size = float(np.abs(value).max(initial=0.0))
    if size > LARGEST or 0 < size < SMALLEST:
        value = value / size  # sums of such values are infinite, and spans 0
    mean = column_means(value, place[finite], columns)
    return "".join(_bar(level) for level in _levels(mean))


def _bar(level: float) -> str:
    return _NOT_FINITE if np.isnan(level) else _BARS[int(level)]


def _levels(mean: Floats) -> Floats:
    """Return the bar (0 to 7) of each mean, NaN if there is none."""
    known = mean[np.isfinite(mean)]
    if spans_decades(float(known.min()), float(known.max())):
        mean, known = np.log(mean), np.log(known)
    span = float(np.ptp(known)) or 1.0
    levels: Floats = np.floor((mean - known.min()) / span * (len(_BARS) - 1) + 0.5)
    return levels


def _values(curve: Curve, text: Words) -> str:
    values = {"first": curve.value[0], "last": curve.value[-1], "best": curve.value[curve.best()]}
    shown = {name: text.number(float(value)) for name, value in values.items()}
    return text.ui("spark_values", **shown)
