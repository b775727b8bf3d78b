"""Values at the ends of the range of floats: noticed, and nothing computed from them is NaN."""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import replace

import numpy as np
import pytest

from analyzer.engine import diagnose
from analyzer.measures.extremes import has_overflow, is_extreme
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.report.terminal import render_terminal
from analyzer.stats.arrays import Floats

STEPS = np.arange(40)
ALTERNATING = np.where(STEPS % 2, 1.0, -1.0)
SHAPES = {
    "gap": (np.exp(-STEPS / 6) + 0.02, np.maximum(np.exp(-STEPS / 4), 0.5)),
    "overfitting": (np.exp(-STEPS / 8), np.exp(-STEPS / 5) + 0.02 * STEPS),
    "flat": (np.ones(40), np.ones(40)),
    "swings": (np.exp(-STEPS / 20) * (1 + 0.4 * ALTERNATING), 1 + 0.5 * ALTERNATING),
    "signs": (ALTERNATING, -ALTERNATING),
    "rising": (np.exp(STEPS / 10 - 4), np.exp(STEPS / 10 - 4)),
    "below zero": (np.exp(-STEPS / 8) - 1, np.exp(-STEPS / 8) - 0.5),
}
SCALES = (1.7e308, 1e308, 1e200, 1e154, 1e-160, 1e-308, 5e-324)


def series(split: str, value: Floats, metric: str = "loss") -> Series:
    return Series(
        tag=f"{split}/{metric}",
        split=split,
        metric=metric,
        grain="epoch",
        step=STEPS.astype(np.int64),
        epoch=STEPS.astype(np.float64),
        wall_time=np.full(40, np.nan),
        value=value,
        superseded=np.zeros(40, dtype=bool),
        not_evaluated=None,
    )


def run_of(shape: str, scale: float, metric: str = "loss") -> Run:
    train, val = SHAPES[shape]
    with np.errstate(all="ignore"):
        curves = np.clip(train * scale, -1.7e308, 1.7e308), np.clip(val * scale, -1.7e308, 1.7e308)
    return Run("run", (series("train", curves[0], metric), series("val", curves[1], metric)))


def judged(run: Run) -> Diagnosis:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return diagnose(run)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_no_number_that_is_shown_is_nan_and_no_check_fails(
    metric: str, shape: str, scale: float
) -> None:
    diagnosis = judged(run_of(shape, scale, metric))
    assert [check.detector for check in diagnosis.checks if check.status == "error"] == []
    for check in diagnosis.checks:
        for finding in check.findings:
            assert not has_overflow(finding.values), check.detector
    assert not [name for name, values in diagnosis.facts.items() if has_overflow(values)]
    shown = render_terminal(diagnosis, "en")
    assert not re.search(r"\bnan\b(?! or infinite| and outliers)|\binf\b|∞", shown, re.I), shown


def test_what_cannot_be_computed_is_skipped_with_the_reason() -> None:
    reasons = {check.detector: check.reason for check in judged(run_of("below zero", 1e308)).checks}
    assert "beyond_floats" in reasons.values()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_curve_of_usual_size_is_judged(shape: str) -> None:
    reasons = [check.reason for check in judged(run_of(shape, 1.0)).checks]
    assert "beyond_floats" not in reasons


@pytest.mark.parametrize(
    ("value", "extreme"),
    [(1.0, False), (1e149, False), (1e151, True), (-1e151, True), (1e-151, True), (0.0, False)],
)
def test_only_the_ends_of_the_range_are_extreme(value: float, extreme: bool) -> None:
    run = Run("run", (series("train", np.full(40, value)),))
    assert is_extreme(run) is extreme


def test_infinite_values_alone_are_not_extreme() -> None:
    assert not is_extreme(Run("run", (series("train", np.full(40, np.inf)),)))


def test_a_metric_that_nobody_judges_is_not_looked_at() -> None:
    assert not is_extreme(Run("run", (series("train", np.full(40, 1e300), "grad_norm"),)))


@pytest.mark.parametrize("epoch", [1e308, -1e308, 1e20])
def test_an_epoch_beyond_64_bits_is_extreme_and_no_check_fails(epoch: float) -> None:
    run = run_of("gap", 1.0)
    axis = STEPS.astype(np.float64)
    axis[0] = epoch
    run = replace(run, series=tuple(replace(curve, epoch=axis) for curve in run.series))
    assert is_extreme(run)
    assert [check.status for check in judged(run).checks if check.status == "error"] == []


def test_texts_and_whole_numbers_do_not_overflow() -> None:
    assert not has_overflow({"name": "nan", "count": 3, "value": 1e308})
    assert has_overflow({"value": math.nan})
