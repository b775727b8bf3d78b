"""The schedule of the learning rate as a fact, and what its drops did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of, diagnose
from analyzer.facts.learning_rate_schedule import LearningRateSchedule
from analyzer.model.run import Run
from analyzer.report.content import build_report
from analyzer.sentences import LANGUAGES


def run_of(rate: np.ndarray, loss: np.ndarray) -> Run:
    return synthetic.of_curves("made", {("val", "loss"): loss, ("", "lr"): rate})


def fact_of(rate: np.ndarray, loss: np.ndarray, **config: str):
    run = replace(run_of(rate, loss), config=config)
    return LearningRateSchedule().compute(run, best_of(run))


NOISE = 0.004 * np.random.default_rng(3).standard_normal(90)
STAIRS = np.repeat([0.1, 0.01, 0.001], 30)
LEVELS = np.repeat([0.9, 0.6, 0.595], 30) + NOISE  # the second drop brings nothing


def test_a_run_without_a_rate_has_no_such_fact() -> None:
    run = synthetic.of_curves("made", {("val", "loss"): LEVELS})
    assert LearningRateSchedule().compute(run, best_of(run)) is None


def test_each_drop_is_judged_by_the_loss_before_and_after() -> None:
    fact = fact_of(STAIRS, LEVELS, lr_scheduler="StepLR")
    assert fact["kind"] == "step"
    assert [row["helped"] for row in fact["rows"]] == [True, False]
    assert fact["tags"] == ("step", "helped")
    assert [row["at_step"] for row in fact["rows"]] == [30, 60]


def test_a_loss_that_falls_as_before_is_not_helped_by_a_drop() -> None:
    fact = fact_of(np.repeat([0.1, 0.01], 45), np.linspace(2, 1, 90) + NOISE)
    assert fact["rows"][0]["helped"] is False


def test_a_dead_tail_is_told_with_what_the_loss_did_there() -> None:
    rate = np.concatenate([np.geomspace(0.1, 1e-5, 45), np.full(45, 1e-6)])
    fact = fact_of(rate, np.concatenate([np.geomspace(2, 0.5, 20), np.full(70, 0.5)]))
    assert fact["tags"][-2:] == ("dead", "dead_change")
    assert fact["dead_share"] > 0.5
    assert abs(fact["dead_change"]) < 0.1
    cosine = 0.05 * (1 + np.cos(np.pi * np.arange(90) / 89))
    assert "dead" not in fact_of(cosine, LEVELS)["tags"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rate_without_a_curve_to_judge_is_named_all_the_same(lang: str) -> None:
    run = synthetic.of_curves("made", {("", "lr"): np.repeat([0.1, 0.0001], [10, 30])})
    diagnosis = diagnose(run)
    assert diagnosis.facts["learning_rate_schedule"]["tags"] == ("step", "dead")
    (sentences,) = [fact.sentences for fact in build_report(diagnosis, lang).about]
    assert len(sentences) == 2


def test_a_log_that_ends_within_the_warm_up_names_no_schedule() -> None:
    assert fact_of(np.linspace(0, 0.1, 90), LEVELS)["tags"] == ("rising",)


def test_a_rate_of_zeros_does_not_stop_the_report() -> None:
    assert fact_of(np.zeros(90), LEVELS) is None


def test_the_report_names_the_schedule_in_both_languages() -> None:
    cosine = 0.05 * (1 + np.cos(np.pi * np.arange(90) / 89))
    diagnosis = diagnose(run_of(cosine, LEVELS))
    for lang, word in (("en", "Cosine annealing from 0.1 to 0."), ("es", "Coseno")):
        sentences = [fact.sentences[0] for fact in build_report(diagnosis, lang).about]
        assert any(word in sentence for sentence in sentences)
