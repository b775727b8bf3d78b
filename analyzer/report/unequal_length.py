"""A run and a baseline of which one ended far earlier: said, with the level of the other there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from analyzer.comparing.comparable import Measure
from analyzer.errors import NotApplicable
from analyzer.measures.level import best_level
from analyzer.measures.scale import on_one_scale
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.model.series import Curve, Series
from analyzer.text import Words, is_counted

_SHORTER = 0.9  # of the other length: a last evaluation that is missing is no other length


def length_said(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], measure: Measure, text: Words
) -> str:
    """Return that one side ended earlier, and the level of the other up to there; else ""."""
    split, metric = measure
    runs = [diagnosis.run for diagnosis in (*baseline, *these)]
    curves = [run.find_curve(metric, split) for run in runs]
    known = [curve for curve in curves if curve is not None]
    if len(known) < len(runs) or len({curve.unit for curve in known}) > 1:
        return ""
    first = len(baseline)
    base, here = known[:first], known[first:]
    key, short, long = "shorter", here, base
    if _end(base) < _end(here):
        key, short, long = "longer", base, here
    end = _end(short)
    if end >= _SHORTER * min(float(curve.x[-1]) for curve in long):
        return ""
    scaled = on_one_scale(runs, metric)
    level = _level(scaled[:first] if key == "shorter" else scaled[first:], measure, end)
    counted = any(map(is_counted, runs))
    values = {
        "here": _place(here, text, counted=counted),
        "base": _place(base, text),
        "place": _place(short, text),
        "metric": text.metric(metric, split, alone=True),
        "level": text.number(level),
    }
    sentences = text.of("_comment")["lengths"]
    said = text.fill(sentences["ended"], values)
    return said if level is None else f"{said} {text.fill(sentences[key], values)}"


def _end(curves: Sequence[Curve]) -> float:
    return max(float(curve.x[-1]) for curve in curves)


def _place(curves: Sequence[Curve], text: Words, *, counted: bool = False) -> str:
    """Return where the longest of some curves ends."""
    last = max(curves, key=lambda curve: float(curve.x[-1]))
    epoch = float(last.epoch[-1]) if last.has_epochs else None
    return text.place(int(last.step[-1]), epoch, counted=counted)


def _level(runs: Sequence[Run | None], measure: Measure, end: float) -> float | None:
    """Return the mean level of runs up to a place, None if one of them has no value there."""
    split, metric = measure
    found = []
    for run in runs:
        if run is None:
            return None
        in_epochs = run.curve(metric, split).has_epochs
        series = [
            _until(own, end, in_epochs=in_epochs)
            for own in run.series
            if (own.split, own.metric) == (split, metric)
        ]
        try:
            found.append(best_level(replace(run, series=tuple(series)), metric, split).value)
        except NotApplicable:
            return None
    return fmean(found)


def _until(series: Series, end: float, *, in_epochs: bool) -> Series:
    """Return the points of a series up to a place."""
    kept = (series.epoch if in_epochs else series.step) <= end
    marks = series.not_evaluated
    return replace(
        series,
        step=series.step[kept],
        epoch=series.epoch[kept],
        wall_time=series.wall_time[kept],
        value=series.value[kept],
        superseded=series.superseded[kept],
        not_evaluated=None if marks is None else marks[kept],
    )
