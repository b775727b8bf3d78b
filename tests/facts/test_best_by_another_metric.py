"""The best point by another metric: later, earlier, or the same within the noise."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of, diagnose
from analyzer.facts.best_by_another_metric import BestByAnotherMetric, BestByAnotherMetricValues
from analyzer.report.checklist import checklist
from analyzer.stats.arrays import Floats
from analyzer.text import words

TIME = np.arange(60.0)
TURNING = 0.3 + np.abs(TIME - 15) / 100  # the lowest loss is at epoch 15
FALLING = 0.02 + 0.4 * np.exp(-TIME / 6)


def fact_of(loss: Floats, **others: Floats) -> BestByAnotherMetricValues | None:
    curves = {("train", "loss"): FALLING[: len(loss)], ("val", "loss"): loss}
    curves |= {("val", name): value for name, value in others.items()}
    run = synthetic.of_curves("made", curves)
    return BestByAnotherMetric().compute(run, best_of(run))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("wer", 40 - 0.1 * TIME),
        ("bleu", 20 + 0.1 * TIME),
        ("accuracy", 0.7 + 0.004 * TIME),
        ("accuracy", 70 + 0.4 * TIME),
    ],
)
def test_a_metric_that_goes_on_improving_is_best_later(name: str, values: Floats) -> None:
    fact = fact_of(TURNING, **{name: values})
    assert fact is not None
    assert fact.tags == ("later",)
    assert fact.metric == name
    assert fact.best_step > 50
    assert fact.lowest_step == 15
    assert fact.lowest_value == pytest.approx(values[15])
    assert fact.best_value == pytest.approx(values[-2], rel=0.01)


def test_a_score_that_gets_worse_while_the_loss_falls_is_best_earlier() -> None:
    fact = fact_of(FALLING, ssim=0.95 - 0.004 * np.abs(TIME - 8))
    assert fact is not None
    assert fact.tags == ("earlier",)
    assert fact.best_step == pytest.approx(8, abs=1)
    assert (fact.best_value, fact.end_value) == pytest.approx((0.95, 0.75), abs=0.01)


def test_the_metric_that_differs_most_is_shown() -> None:
    """The error rate loses all of its range where the loss is lowest, the score a tenth."""
    fact = fact_of(TURNING, bleu=np.minimum(TIME, 16.5), wer=40 + np.maximum(0, 20 - TIME))
    assert fact is not None
    assert fact.metric == "wer"


def test_three_evaluations_are_compared_point_by_point() -> None:
    fact = fact_of(np.array([0.31, 0.36, 0.42]), wer=np.array([34.6, 33.1, 32.6]))
    assert fact is not None
    assert (fact.best_value, fact.lowest_value) == (32.6, 34.6)


@pytest.mark.parametrize(
    ("loss", "name", "values"),
    [
        (TURNING, "mae", 3 - 0.02 * TIME),  # another loss is not another choice
        (TURNING, "accuracy", 0.8 + 0.0001 * TIME),  # less than a point
        (TURNING, "accuracy", 0.9 - np.abs(TIME - 16) / 200),  # within one level
        (TURNING, "dice", 0.6 + 0.05 * np.random.default_rng(3).standard_normal(60)),  # noise
        (TURNING[:2], "wer", TIME[:2]),
    ],
)
def test_a_metric_that_agrees_or_only_jumps_is_not_shown(
    loss: Floats, name: str, values: Floats
) -> None:
    assert fact_of(loss, **{name: values}) is None


def test_it_decides_no_verdict() -> None:
    curves = {("train", "loss"): FALLING, ("val", "loss"): 1.1 * FALLING}
    alone = diagnose(synthetic.of_curves("made", curves))
    curves[("val", "ssim")] = 0.95 - 0.004 * np.abs(TIME - 8)
    beside = diagnose(synthetic.of_curves("made", curves))
    assert "best_by_another_metric" in beside.facts
    assert alone.verdict == beside.verdict


@pytest.mark.parametrize(
    ("lang", "lead"),
    [
        ("en", "Accuracy holds while the loss rises. Decide which metric"),
        ("es", "La accuracy se mantiene aunque sube la pérdida. Decida con qué métrica"),
    ],
)
def test_the_step_of_overfitting_that_it_replaces_is_still_said(lang: str, lead: str) -> None:
    curves = {
        ("train", "loss"): 2 * np.exp(-TIME / 10),
        ("val", "loss"): 0.9 + np.exp(-TIME / 4) + 0.02 * np.clip(TIME - 12, 0, None),
        ("train", "accuracy"): 1 - 0.6 * np.exp(-TIME / 10),
        ("val", "accuracy"): 0.85 - 0.5 * np.exp(-TIME / 12),
    }
    diagnosis = diagnose(synthetic.of_curves("made", curves))
    assert diagnosis.verdict == "overfitting"
    steps = [item.text for item in checklist(diagnosis, words(lang))]
    assert sum(step.startswith(lead) for step in steps) == 1
