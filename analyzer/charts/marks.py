"""What is marked on a chart.

The best point, the stretches of the findings, the drops of the learning rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analyzer.charts.axes import same_steps
from analyzer.charts.spec import Band, Point
from analyzer.model.diagnosis import Diagnosis, Finding, Mark
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.drops import step_drops

if TYPE_CHECKING:
    from analyzer.text import Words

_MOST_DROPS = 12  # more lines than this hide the curve; the largest are shown


def best_point(run: Run, metric: str, curves: Sequence[Curve], words: Words) -> Point:
    """Mark the best point of the held-out curve, of the training curve if there is no other."""
    split = run.held_out(metric)
    curve = next((curve for curve in curves if curve.split == split), curves[0])
    at = curve.best()
    value = float(curve.value[at])
    label = words.ui("mark_best", value=words.number(value))
    return Point(curve.split or "train", float(curve.x[at]), value, label)


def finding_bands(
    diagnosis: Diagnosis, metric: str, curves: Sequence[Curve], words: Words
) -> list[Band]:
    """Return the stretches that the findings on a metric mark."""
    bands = []
    for index, finding in enumerate(diagnosis.findings):
        curve = next((curve for curve in curves if curve.split == finding.split), None)
        if finding.metric == metric and curve is not None:
            bands += [_band(mark, finding, index, curve, words) for mark in finding.marks]
    return bands


def drop_bands(run: Run, curves: Sequence[Curve], words: Words) -> list[Band]:
    """Return where the learning rate drops by a step, on the axis of other curves.

    The largest drops of many.
    """
    rate = learning_rate(run)
    if rate is None:
        return []
    rate = rate.finite()
    drops = run.once(("drops",), lambda: step_drops(rate.value))
    if not len(drops):
        return []
    by_epoch = rate.has_epochs and all(curve.unit == "epoch" for curve in curves)
    if not by_epoch and (curves[0].unit == "epoch" or not same_steps([rate, *curves])):
        return []
    factors = rate.value[drops - 1] / rate.value[drops]
    kept = np.sort(np.argsort(-factors, kind="stable")[:_MOST_DROPS])
    x = (rate.epoch if by_epoch else rate.step)[drops[kept]]
    first, last = min(curve.x[0] for curve in curves), max(curve.x[-1] for curve in curves)
    return [
        Band(
            "lr_drop",
            float(at),
            float(at),
            words.ui("mark_lr_drop", factor=words.number(float(factor))),
            float(at),
        )
        for at, factor in zip(x, factors[kept], strict=True)
        if first <= at <= last
    ]


def learning_rate(run: Run) -> Curve | None:
    """Return the first learning rate of a run, None if none was logged."""
    found = (run.find_curve("lr", split) for split in run.splits("lr"))
    return next((item for item in found if item is not None and item.finite_points > 1), None)


def _band(mark: Mark, finding: Finding, index: int, curve: Curve, words: Words) -> Band:
    low, high = (_x_at(curve, step) for step in (mark.low, mark.high))
    if mark.role != "onset" or finding.onset is None:
        return Band(
            mark.role,
            low,
            high,
            words.ui(f"mark_{mark.role}", at=words.position(low)),
            finding=index,
        )
    at = _x_at(curve, finding.onset.step)
    label = words.ui("mark_onset", at=words.position(at))
    return Band(
        mark.role, low, high, f"{label} ({words.position(low)}–{words.position(high)})", at, index
    )


def _x_at(curve: Curve, step: int) -> float:
    return float(curve.x[np.clip(np.searchsorted(curve.step, step), 0, len(curve) - 1)])
