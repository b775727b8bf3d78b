"""The noise of single batches is told from weights that move back and forth."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of, diagnose
from analyzer.facts.batch_noise import BatchNoise, BatchNoiseValues
from analyzer.model.run import Run
from analyzer.report.content import build_report


def fact_of(run: Run) -> BatchNoiseValues | None:
    return BatchNoise().compute(run, best_of(run))


def falling(length: int) -> np.ndarray:
    return 0.5 + 1.5 * np.exp(-6 * np.arange(length) / length)


def by_batch(seed: int = 1) -> Run:
    """Return a run with 40 batches to each of 20 epochs, and noise of the batches alone."""
    rng = np.random.default_rng(seed)
    train = falling(800) * (1 + 0.15 * rng.standard_normal(800))
    return synthetic.of_curves("made", {("train", "loss"): train, ("val", "loss"): falling(20)})


def moving(seed: int = 1) -> Run:
    """Return a run whose weights move, so that both losses swing, by epoch."""
    rng = np.random.default_rng(seed)
    swing = 1 + 0.15 * rng.standard_normal(60)
    val = falling(60) * (swing + 0.02 * rng.standard_normal(60))
    return synthetic.of_curves(
        "made", {("train", "loss"): falling(60) * swing, ("val", "loss"): val}
    )


@pytest.mark.parametrize("seed", range(10))
def test_batches_are_told_from_moving_weights(seed: int) -> None:
    batches, weights = fact_of(by_batch(seed)), fact_of(moving(seed))
    assert batches is not None
    assert batches["tags"] == ("batches",)
    assert batches["train"] == pytest.approx(0.15, rel=0.2)
    assert weights is not None
    assert weights["tags"] == ("weights",)


@pytest.mark.parametrize("seed", range(10))
def test_a_healthy_run_has_nothing_to_tell(seed: int) -> None:
    assert fact_of(synthetic.healthy(seed).run) is None


def test_the_verdict_does_not_depend_on_units() -> None:
    run = moving()
    scaled = {(series.split, series.metric): 1000 * series.value for series in run.series}
    made, same = fact_of(run), fact_of(synthetic.of_curves("made", scaled))
    assert made is not None
    assert same is not None
    assert made["held_out"] == pytest.approx(same["held_out"])


def test_evaluations_on_random_examples_are_hardly_ever_called_moving_weights() -> None:
    called = 0
    for seed in range(400):
        noise = 1 + 0.15 * np.random.default_rng(seed).standard_normal((2, 60))
        train, val = falling(60) * noise
        run = synthetic.of_curves("r", {("train", "loss"): train, ("val", "loss"): val})
        called += fact_of(run) is not None
    assert called <= 8


def test_a_loss_that_explodes_does_not_swing() -> None:
    value = np.exp(np.arange(60.0))
    assert (
        fact_of(synthetic.of_curves("r", {("train", "loss"): value, ("val", "loss"): value}))
        is None
    )


def test_a_smooth_fall_over_a_few_epochs_does_not_swing() -> None:
    fall = 0.93 ** np.arange(25.0)
    curves = {("train", "loss"): 0.2 + 1.2 * fall, ("val", "loss"): 0.3 + 1.3 * fall}
    assert fact_of(synthetic.of_curves("made", curves)) is None


def test_an_accuracy_alone_has_no_training_loss() -> None:
    curves = {(series.split, "accuracy"): series.value / 4 for series in moving().series}
    assert fact_of(synthetic.of_curves("r", curves)) is None


def test_one_curve_alone_says_nothing() -> None:
    assert fact_of(synthetic.of_curves("r", {("val", "loss"): falling(60)})) is None


@pytest.mark.parametrize(("lang", "title"), [("en", "Noise of the"), ("es", "Ruido de la")])
def test_the_report_tells_it(lang: str, title: str) -> None:
    (fact,) = (f for f in build_report(diagnose(moving()), lang).about if f.title.startswith(title))
    assert len(fact.sentences) == 1
