"""Which charts a diagnosis gets: its losses, its accuracies, and the gap under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analyzer.charts.spec import Band, Chart, Floats, Line, Point
from analyzer.curves import cost_of
from analyzer.errors import NotApplicable
from analyzer.model import Curve, Diagnosis, Finding, Mark
from analyzer.stats.binning import bin_curve
from analyzer.stats.smooth import smooth
from analyzer.validation import UNKNOWN_EXAMPLES

if TYPE_CHECKING:
    from analyzer.text import Words

_SPLITS = ("train", "", "val", "test")
_FROM_LOG = 30.0  # a loss that spans this factor is unreadable on a linear axis
_CLIP = 4.0  # a start this many times higher than what follows would press the rest flat
_MOST_CHARTS = 4
_MARGIN = 0.06
_DRAWABLE = 1e140  # a loss beyond this, or below its inverse, is drawn at the edge: spans must not overflow


def build_charts(diagnosis: Diagnosis, words: Words, *, counted: bool) -> list[tuple[Chart, Chart | None]]:
    """Return the charts of a run, each with the gap chart that belongs under it where both curves are there."""
    run = diagnosis.run
    pairs = []
    for metric in [*run.metrics_of("loss"), *run.metrics_of("score")][:_MOST_CHARTS]:
        curves = _on_one_axis([one for split in _SPLITS if (one := _curve(diagnosis, metric, split)) is not None])
        if curves:
            chart = _chart(diagnosis, metric, curves, words, counted=counted)
            pairs.append((chart, _gap_chart(chart, curves, metric, words)))
    return pairs


def _on_one_axis(curves: Sequence[Curve]) -> list[Curve]:
    """Return curves whose x counts the same: all by epoch, else all by step where the steps can be compared.

    Steps that count batches in one curve and epochs in the other cannot: then the held-out curve stays alone.
    """
    if len({curve.unit for curve in curves}) <= 1:
        return list(curves)
    by_step = [replace(curve, epoch=np.full(len(curve), np.nan)) for curve in curves]
    ends = [curve.step[-1] for curve in curves]
    return by_step if max(ends) <= 2 * min(ends) else [curves[-1]]


def _curve(diagnosis: Diagnosis, metric: str, split: str) -> Curve | None:
    try:
        return diagnosis.run.curve(metric, split)
    except NotApplicable:
        return None


def _chart(diagnosis: Diagnosis, metric: str, curves: Sequence[Curve], words: Words, *, counted: bool) -> Chart:
    label = words.metric(metric, alone=True)
    lines = tuple(_line(curve, words) for curve in curves)
    findings = [
        one for check in diagnosis.checks for one in check.findings if one.metric == metric and check.status == "found"
    ]
    low, high, log_y, note = _limits(lines, words)
    x = np.concatenate([curve.x for curve in curves])
    axis = words.axis(curves[0].unit, counted=counted)
    return Chart(
        id=f"chart-{_slug(metric)}",
        title=words.ui("chart_title", label=label),
        description=_describe(label, axis, curves, words),
        x_label=axis,
        y_label=f"{label} ({words.ui('log_scale')})" if log_y else label,
        lines=lines,
        y_low=low,
        y_high=high,
        bands=tuple(band for one in findings for band in _bands(one, curves, words)),
        points=tuple(_best_point(diagnosis, metric, curves, words)),
        log_y=log_y,
        note=note,
        x_low=float(x.min()),
        x_high=float(x.max()),
    )


def _line(curve: Curve, words: Words) -> Line:
    cost = cost_of(curve, UNKNOWN_EXAMPLES)
    bins = bin_curve(cost.t, cost.y)
    level = cost.levels(smooth(bins.t, bins.y, bins.count))
    name = words.split(curve.split) if curve.split else words.metric(curve.metric, alone=True)
    x = np.interp(bins.t, cost.t, cost.x)
    return Line(curve.split or "train", name, cost.x, cost.curve.value, x, level)


def _limits(lines: Sequence[Line], words: Words) -> tuple[float, float, bool, str]:
    """Return the bounds of the y axis, whether it is logarithmic, and a note on what lies above it."""
    values = np.clip(np.concatenate([line.y for line in lines]), -_DRAWABLE, _DRAWABLE)
    later = np.clip(np.concatenate([line.y[len(line.y) // 20 + 1 :] for line in lines]), -_DRAWABLE, _DRAWABLE)
    low, high = float(values.min()), float(values.max())
    if low > 0 and high / max(low, 1 / _DRAWABLE) > _FROM_LOG:
        low = max(low, 1 / _DRAWABLE)
        edge = (high / low) ** _MARGIN
        return low / edge, high * edge, True, ""
    note = ""
    if len(later) > 8 and high - low > _CLIP * (later.max() - low) > 0:
        note = words.ui("clipped", value=words.number(high))
        high = float(later.max() + 0.15 * (later.max() - low))
    edge = _MARGIN * (high - low) or abs(high) * _MARGIN or 1.0
    return low - edge, high + edge, False, note


def _best_point(diagnosis: Diagnosis, metric: str, curves: Sequence[Curve], words: Words) -> list[Point]:
    """Mark the best point of the held-out curve, of the training curve where there is no other."""
    split = diagnosis.run.held_out(metric)
    curve = next((one for one in curves if one.split == split), curves[0])
    at = curve.best()
    value = float(curve.value[at])
    role = curve.split or "train"
    label = words.ui("mark_best", value=words.number(value))
    return [Point(role, float(curve.x[at]), value, label, above=not curve.lower_is_better)]


def _bands(finding: Finding, curves: Sequence[Curve], words: Words) -> list[Band]:
    curve = next((one for one in curves if one.split == finding.split), None)
    if curve is None:
        return []
    return [_band(mark, finding, curve, words) for mark in finding.marks]


def _band(mark: Mark, finding: Finding, curve: Curve, words: Words) -> Band:
    low, high = (_x_at(curve, step) for step in (mark.low, mark.high))
    if mark.role != "onset" or finding.onset is None:
        return Band(mark.role, low, high, words.ui(f"mark_{mark.role}", at=words.position(low)))
    at = _x_at(curve, finding.onset.step)
    label = words.ui("mark_onset", at=words.position(at))
    return Band(mark.role, low, high, f"{label} ({words.position(low)}–{words.position(high)})", at)


def _x_at(curve: Curve, step: int) -> float:
    return float(curve.x[np.clip(np.searchsorted(curve.step, step), 0, len(curve) - 1)])


def _gap_chart(chart: Chart, curves: Sequence[Curve], metric: str, words: Words) -> Chart | None:
    """Return the chart of held-out minus training (reversed for scores), on the bins of the held-out curve."""
    held_out = next((one for one in curves if one.split in ("val", "test")), None)
    train = next((one for one in curves if one.split in ("train", "")), None)
    if held_out is None or train is None:
        return None
    val, base = held_out.finite(), train.finite()
    sign = 1 if val.lower_is_better else -1
    gap = sign * (val.value - np.interp(val.x, base.x, base.value))
    if len(gap) < 2:
        return None
    bins = bin_curve((val.x - val.x[0]) / max(float(np.ptp(val.x)), 1e-300) * len(val) + 1, gap)
    x = np.interp(bins.t, (val.x - val.x[0]) / max(float(np.ptp(val.x)), 1e-300) * len(val) + 1, val.x)
    smoothed = smooth(bins.t, bins.y, bins.count)
    label = words.metric(metric, alone=True)
    low, high = _gap_limits(bins.y, chart.log_y)
    return Chart(
        id=f"gap-{_slug(metric)}",
        title=words.ui("gap_title", label=label),
        description=_describe(words.ui("gap_title", label=label), chart.x_label, [], words),
        x_label=chart.x_label,
        y_label=words.ui("gap_axis"),
        lines=(Line("gap", words.ui("gap_axis"), x, bins.y, x, smoothed),),
        y_low=low,
        y_high=high,
        bands=tuple(Band(one.role, one.low, one.high, "", one.at) for one in chart.bands),
        zero_line=True,
        height=170,
        x_low=chart.x_low,
        x_high=chart.x_high,
    )


def _gap_limits(gap: Floats, spans_decades: bool) -> tuple[float, float]:
    """Bound the gap by all of it, or by its later nine tenths where the loss falls through decades."""
    shown = gap[len(gap) // 10 :] if spans_decades else gap
    shown = np.clip(shown, -_DRAWABLE, _DRAWABLE)
    low, high = min(0.0, float(shown.min())), max(0.0, float(shown.max()))
    edge = 0.08 * (high - low) or 1.0
    return low - edge, high + edge


def _describe(label: str, axis: str, curves: Sequence[Curve], words: Words) -> str:
    parts = []
    for curve in curves:
        finite = curve.finite().value
        best = float(finite.min() if curve.lower_is_better else finite.max())
        name = words.split(curve.split) if curve.split else label
        first, last, best_text = (words.number(float(value)) for value in (finite[0], finite[-1], best))
        parts.append(
            words.ui("series_description", name=name, points=words.integer(len(curve)), first=first, last=last,
                     best=best_text)
        )  # fmt: skip
    return words.ui("chart_description", label=label, axis=axis, series=" ".join(parts)).strip()


def _slug(metric: str) -> str:
    return "".join(one if one.isascii() and one.isalnum() else "-" for one in metric.lower())
