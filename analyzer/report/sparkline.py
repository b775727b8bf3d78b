"""A curve in one line of text."""

from __future__ import annotations

import numpy as np

from analyzer.charts.limits import FROM_LOG
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Curve
from analyzer.stats.arrays import Floats
from analyzer.text import Words

_BARS = "▁▂▃▄▅▆▇█"
_NOT_FINITE = "×"
_MOST = 4


def sparklines(diagnosis: Diagnosis, text: Words, width: int) -> list[str]:
    """Return a line for each of the main curves: its name, its shape, its first, last and best value."""
    run = diagnosis.run
    rows = []
    for metric in [*run.metrics_of("loss"), *run.metrics_of("score")]:
        for split in dict.fromkeys((run.trained_on(metric), run.held_out(metric))):
            curve = run.find_curve(metric, split)
            if curve is None:
                continue
            name = text.metric(metric, split, alone=True)
            rows.append((name[:30], curve, _values(curve, text)))
    rows = rows[:_MOST]
    if not rows:
        return []
    label = max(len(name) for name, _, _ in rows)
    room = width - label - 4 - max(len(values) for _, _, values in rows)
    return [
        f"{name:<{label}}  {sparkline(curve, min(room, 40))}  {values}"
        for name, curve, values in rows
    ]


def sparkline(curve: Curve, columns: int) -> str:
    """Return the shape of a curve as bars, one a column: the mean of its points, × where none is finite."""
    columns = max(1, min(columns, len(curve)))
    place = np.minimum((np.arange(len(curve)) * columns) // len(curve), columns - 1)
    finite = np.isfinite(curve.value)
    count = np.bincount(place[finite], minlength=columns)
    total = np.bincount(place[finite], curve.value[finite], minlength=columns)
    mean = np.divide(total, count, out=np.full(columns, np.nan), where=count > 0)
    return "".join(_NOT_FINITE if np.isnan(level) else _BARS[int(level)] for level in _levels(mean))


def _levels(mean: Floats) -> Floats:
    """Return the bar (0 to 7) of each mean, NaN where there is none."""
    known = mean[np.isfinite(mean)]
    if known.min() > 0 and known.max() / known.min() > FROM_LOG:
        mean, known = np.log(mean), np.log(known)
    span = float(np.ptp(known)) or 1.0
    levels: Floats = np.floor((mean - known.min()) / span * (len(_BARS) - 1) + 0.5)
    return levels


def _values(curve: Curve, text: Words) -> str:
    values = {"first": curve.value[0], "last": curve.value[-1], "best": curve.value[curve.best()]}
    return text.ui(
        "spark_values", **{name: text.number(float(value)) for name, value in values.items()}
    )
