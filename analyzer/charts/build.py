"""Which charts a diagnosis gets.

Losses and scores with their gaps, learning rate, gradient norm, residuals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analyzer.charts.axes import axes_of, on_one_axis
from analyzer.charts.described import describe
from analyzer.charts.limits import DRAWABLE, around_zero, limits
from analyzer.charts.lines import plain_line, smoothed_line
from analyzer.charts.marks import best_point, drop_bands, finding_bands, learning_rate
from analyzer.charts.plot import plot
from analyzer.charts.spec import Chart, Line
from analyzer.charts.trend import events_of, is_behind, near_values
from analyzer.measures.pairs import cost_in
from analyzer.metrics import kind, normal
from analyzer.model.diagnosis import Diagnosis, Finding, Residual
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.safe.names import numbered, slug
from analyzer.stats.arrays import Floats
from analyzer.stats.binning import bin_curve
from analyzer.stats.smooth import smooth_throughout

if TYPE_CHECKING:
    from analyzer.text import Words

_SPLITS = ("train", "", "val", "test")
_MOST_CHARTS = 4  # metrics: two rows of a page; a log of more parts tells no story by any of them
_LOW = 170  # height of a chart that stands under another


def build_charts(diagnosis: Diagnosis, words: Words, *, counted: bool) -> list[tuple[Chart, ...]]:
    """Return the charts of a run in stacks.

    A metric with what belongs under it, then what drove the training.
    """
    maker = _Maker(diagnosis, words, counted)
    run = diagnosis.run
    judged = [*run.judged_metrics, *_losses_of_an_agent(run)]
    metrics = judged[:_MOST_CHARTS] or _others(run)
    with np.errstate(all="ignore"):  # of values near 1e308; what is not finite is not drawn
        stacks = [stack for metric in metrics if (stack := maker.metric(metric))]
    drivers = [
        chart for chart in (maker.learning_rate(), maker.gradient_norm()) if chart is not None
    ]
    return [*stacks, tuple(drivers)] if drivers else stacks


def constant_rate(run: Run, words: Words) -> str:
    """Return the learning rate in words if it never changed, "" else."""
    curve = learning_rate(run)
    if curve is None or np.ptp(curve.finite().value):
        return ""
    return words.ui("constant_rate", rate=words.number(float(curve.finite().value[0])))


def metric_chart(
    diagnosis: Diagnosis, words: Words, metric: str | None = None, *, counted: bool
) -> Chart | None:
    """Return the annotated chart of a metric, by default of the one that the run is judged by.

    None without a point.
    """
    run = diagnosis.run
    if metric is None:
        metric = diagnosis.best.metric if diagnosis.best else next(iter(_others(run)), None)
    stack = _Maker(diagnosis, words, counted).metric(metric) if metric is not None else ()
    return stack[0] if stack else None


def _losses_of_an_agent(run: Run) -> list[str]:
    """Return the losses that are not judged because the run has a reward; they are drawn."""
    if not run.rewards:
        return []
    names = dict.fromkeys(series.metric for series in run.series if len(series) > 1)
    return [name for name in names if "loss" in normal(name).split("_")]


def _others(run: Run) -> list[str]:
    """Return the first metrics of a run whose names say neither loss nor score.

    Better a curve unjudged than none.
    """
    names = dict.fromkeys(
        series.metric
        for series in run.series
        if series.metric not in ("lr", "grad_norm") and len(series) > 1
    )
    return list(names)[:_MOST_CHARTS]


class _Maker:
    """Makes the charts of one diagnosis in one language."""

    def __init__(self, diagnosis: Diagnosis, words: Words, counted: bool) -> None:
        self.diagnosis, self.run, self.words, self.counted = (
            diagnosis,
            diagnosis.run,
            words,
            counted,
        )
        self.names: dict[tuple[str, str], str] = {}

    def metric(self, metric: str) -> tuple[Chart, ...]:
        """Return a loss or a score, the gap of its curves, and residuals if it oscillates."""
        curves = on_one_axis(
            [
                curve
                for split in _SPLITS
                if (curve := self.run.find_curve(metric, split)) is not None
            ]
        )
        curves = [curve for curve in curves if curve.finite_points]
        if not curves:
            return ()
        chart = self._metric(metric, curves)
        below = [self._gap(chart, curves, metric), *self._residuals(chart, metric)]
        return (chart, *(lower for lower in below if lower is not None))

    def learning_rate(self) -> Chart | None:
        """Return the learning rate as it was logged: a smoothed one would lie.

        A constant one is no chart; ``constant_rate`` has it in words.
        """
        curve = learning_rate(self.run)
        if curve is None or not np.ptp(curve.finite().value):
            return None
        return self._single(curve, plain_line(self.run, curve, "lr", self.words))

    def gradient_norm(self) -> Chart | None:
        """Return the norm of the gradient, None if it was not logged."""
        splits = self.run.splits("grad_norm")
        curve = next(
            (
                curve
                for split in splits
                if (curve := self.run.find_curve("grad_norm", split)) is not None
            ),
            None,
        )
        if curve is None or curve.finite_points < 2:
            return None
        return self._single(curve, smoothed_line(self.run, curve, "grad_norm", self.words))

    def _metric(self, metric: str, curves: Sequence[Curve]) -> Chart:
        known = any(curve.split == "train" for curve in curves)
        roles = [curve.split or ("unsaid" if known else "train") for curve in curves]
        lines = tuple(
            smoothed_line(
                self.run,
                curve,
                role,
                self.words,
                events=events_of(self.diagnosis, metric),
                is_behind=is_behind(self.diagnosis, metric, curve.split),
            )
            for curve, role in zip(curves, roles, strict=True)
        )
        bands = [
            *drop_bands(self.run, curves, self.words),
            *finding_bands(self.diagnosis, metric, curves, self.words),
        ]
        x = np.concatenate([curve.x for curve in curves])
        return replace(
            self._own(metric, curves, lines),
            bands=tuple(bands),
            points=(best_point(self.run, metric, curves, self.words),) if kind(metric) else (),
            x_low=float(x.min()),
            x_high=float(x.max()),
        )

    def _single(self, curve: Curve, line: Line) -> Chart:
        return replace(self._own(curve.metric, [curve], (line,)), height=_LOW)

    def _own(self, metric: str, curves: Sequence[Curve], lines: tuple[Line, ...]) -> Chart:
        """Return the chart of a metric under its own name."""
        name, words = self._name("chart", metric), self.words
        bounds = self.run.once(("limits", name), lambda: limits(lines))
        made = plot(
            name,
            words.heading(metric),
            words.metric(metric, alone=True),
            lines,
            bounds,
            words,
            unit=curves[0].unit,
            counted=self.counted,
            described=_described(curves, lines, words),
        )
        return replace(made, metric=metric)

    def _gap(self, chart: Chart, curves: Sequence[Curve], metric: str) -> Chart | None:
        """Return the chart of held-out minus training, reversed for scores.

        It has the bins of the held-out curve.
        """
        held_out = next((curve for curve in curves if curve.split in ("val", "test")), None)
        train = next((curve for curve in curves if curve.split in ("train", "")), None)
        if held_out is None or train is None or held_out.finite_points < 2 or not kind(metric):
            return None
        name = self.words.ui("gap_axis")
        x, gap, smoothed, axes = self.run.once(
            ("gap", metric), lambda: _gap(self.run, held_out, train)
        )
        line = Line("gap", name, x, gap, x, smoothed, axes)
        title = self.words.ui("gap_title", label=self.words.metric(metric, alone=True))
        return self._under(
            chart, self._name("gap", metric), title, name, line, spans_decades=chart.log_y
        )

    def _residuals(self, chart: Chart, metric: str) -> list[Chart]:
        """Return how far curves lie from their trend, in percent, for the findings that say so."""
        charts = []
        for finding in self.diagnosis.findings:
            if finding.residual is not None and finding.metric == metric:
                charts.append(self._around_trend(chart, finding, finding.residual))
        return charts

    def _around_trend(self, chart: Chart, finding: Finding, residual: Residual) -> Chart:
        cost = cost_in(self.run, finding.metric, finding.split, at_least=1)
        percent = 100 * residual.share
        axes = {}
        for axis, x in axes_of(self.run, cost.curve).items():
            axes[axis] = np.interp(residual.at, cost.t, x)
        x = axes.get(chart.unit, axes["step"])
        nothing = np.array([], dtype=np.float64)
        name = self.words.ui("residual_axis")
        line = Line("residual", name, x, percent, nothing, nothing, axes)
        title = self.words.ui(
            "residual_title", curve=self.words.metric(finding.metric, finding.split)
        )
        return self._under(
            chart, self._name("residual", finding.metric), title, name, line, spans_decades=False
        )

    def _under(
        self, chart: Chart, name: str, title: str, y_label: str, line: Line, *, spans_decades: bool
    ) -> Chart:
        """Return a low chart around zero, with the x axis and the bands of the chart above it."""
        bounds = around_zero(line.y, spans_decades=spans_decades)
        made = plot(
            name,
            title,
            y_label,
            (line,),
            bounds,
            self.words,
            unit=chart.unit,
            counted=self.counted,
            described=describe([line.name], [line], [len(line.y)], self.words, unit=chart.unit),
        )
        bands = tuple(replace(band, label="") for band in chart.bands)
        return replace(
            made, bands=bands, zero_line=True, height=_LOW, x_low=chart.x_low, x_high=chart.x_high
        )

    def _name(self, kind: str, metric: str) -> str:
        """Return the id of a chart.

        Letters and digits of its metric, numbered if two metrics share them.
        """
        if (kind, metric) not in self.names:
            taken = set(self.names.values())
            self.names[kind, metric] = numbered(f"{kind}-{slug(metric)}", taken)
        return self.names[kind, metric]


def _gap(
    run: Run, held_out: Curve, train: Curve
) -> tuple[Floats, Floats, Floats, Mapping[str, Floats]]:
    """Return position, gap and smoothed gap on the bins of the held-out curve.

    Also those bins on every axis.
    """
    val, base = held_out.finite(), train.finite()
    ours, theirs = (
        np.clip(value, -DRAWABLE, DRAWABLE)
        for value in (val.value, np.interp(val.x, base.x, base.value))
    )
    gap = (1 if val.lower_is_better else -1) * (ours - theirs)
    t = (val.x - val.x[0]) / max(float(np.ptp(val.x)), 1e-300) * len(val) + 1
    bins = bin_curve(t, gap)
    axes = {unit: np.interp(bins.t, t, x) for unit, x in axes_of(run, val).items()}
    level = near_values(smooth_throughout(bins.t, bins.y, bins.count), bins.y)
    return axes[val.unit], bins.y, level, axes


def _described(curves: Sequence[Curve], lines: Sequence[Line], words: Words) -> str:
    """Return the lines of one metric in words, each by its split, or by the metric without one."""
    names = [
        words.split(curve.split) if curve.split else words.metric(curve.metric, alone=True)
        for curve in curves
    ]
    points = [len(curve) for curve in curves]
    return describe(names, lines, points, words, unit=curves[0].unit)
