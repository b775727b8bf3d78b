"""Synthetic curves: the truth that they claim is the truth."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.data_size import validation_examples
from analyzer.synthetic import Synthetic

MAKERS = [
    synthetic.healthy,
    synthetic.overfitting,
    synthetic.plateau,
    synthetic.non_finite,
    synthetic.exploding,
]
SEEDS = range(12)


def loss(made: Synthetic, split: str) -> np.ndarray:
    return made.run.curve("loss", split, at_least=0).value


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_seed_gives_the_same_run(make) -> None:
    first, again, other = make(3), make(3), make(4)
    for series, repeat in zip(first.run.series, again.run.series, strict=True):
        np.testing.assert_array_equal(series.value, repeat.value)
    assert (
        len(loss(first, "val")) != len(loss(other, "val"))
        or (loss(first, "val") != loss(other, "val")).any()
    )


@pytest.mark.parametrize("make", MAKERS)
def test_the_size_of_the_run_and_of_its_validation_set_can_be_chosen(make) -> None:
    made = make(1, epochs=64, examples=250)
    assert {len(series) for series in made.run.series} == {64}
    assert validation_examples(made.run) == 250
    assert len(made.truth["population"]) == 64


@pytest.mark.parametrize("make", MAKERS)
def test_a_run_has_both_curves_of_loss_and_accuracy(make) -> None:
    run = make(1).run
    assert {(series.split, series.metric) for series in run.series} == {
        ("train", "loss"),
        ("val", "loss"),
        ("train", "accuracy"),
        ("val", "accuracy"),
    }
    for split in ("train", "val"):
        accuracy = run.curve("accuracy", split).value
        assert ((accuracy >= 0) & (accuracy <= 1)).all()


def test_a_larger_validation_set_shows_the_population_more_exactly() -> None:
    def error(examples: int) -> float:
        made = [synthetic.healthy(seed, examples=examples) for seed in SEEDS]
        errors = [np.log(loss(run, "val") / run.truth["population"]) for run in made]
        return float(np.mean([np.std(error) for error in errors]))

    assert error(100) == pytest.approx(10**0.5 * error(1000), rel=0.3)


def test_the_error_of_a_validation_set_wanders_as_brownian_motion_in_log_time() -> None:
    # variance 0.3 / n for each unit of log time, from the first epoch on
    epochs, examples = 400, 50
    ends = []
    for seed in range(300):
        made = synthetic.healthy(seed, epochs=epochs, examples=examples)
        ends.append(np.log(loss(made, "val")[-1] / made.truth["population"][-1]))
    log_time = np.log(epochs * 1.005) - np.log(1 + 0.005 * epochs)
    assert np.var(ends) == pytest.approx(0.3 / examples * log_time, rel=0.25)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_healthy_run_learns_to_its_end(seed: int) -> None:
    trend = synthetic.healthy(seed).truth["trend"]
    assert (np.diff(trend) < 0).all()
    third, gain = trend[len(trend) * 2 // 3], np.log(trend[0] / trend[-1])
    assert np.log(third / trend[-1]) > 0.02 * gain  # more than a plateau


@pytest.mark.parametrize("seed", SEEDS)
def test_an_overfitting_run_turns_up_at_its_onset_while_training_falls(seed: int) -> None:
    made = synthetic.overfitting(seed)
    population, onset = made.truth["population"], made.truth["onset"]
    assert onset == population.argmin()
    assert onset < 0.75 * len(population)
    assert made.truth["trend"][-1] > 1.1 * made.truth["trend"].min()
    assert np.median(loss(made, "train")[-5:]) < 0.9 * loss(made, "train")[onset]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plateau_is_flat_from_its_onset_on(seed: int) -> None:
    made = synthetic.plateau(seed)
    trend, onset = np.log(made.truth["trend"]), made.truth["onset"]
    gain = trend[0] - trend[-1]
    assert 0 < onset < 0.5 * len(trend)
    assert trend[onset] - trend[-1] < 0.02 * gain
    assert trend[onset - 1] - trend[-1] > 0.008 * gain  # and not from much earlier


@pytest.mark.parametrize("seed", SEEDS)
def test_a_non_finite_run_is_nan_from_its_onset_on(seed: int) -> None:
    made = synthetic.non_finite(seed)
    onset = made.truth["onset"]
    for split in ("train", "val"):
        assert np.isfinite(loss(made, split)[:onset]).all()
        assert np.isnan(loss(made, split)[onset:]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_an_exploding_run_shoots_up_at_its_onset(seed: int) -> None:
    made = synthetic.exploding(seed)
    population, onset = made.truth["population"], made.truth["onset"]
    assert onset < 0.5 * len(population)
    assert population[onset] > 50 * population[:onset].max()
    assert np.isfinite(population).all()


def test_a_run_of_given_curves_counts_epochs_from_zero() -> None:
    run = synthetic.of_curves(
        "mine", {("val", "loss"): [3, 2], ("", "lr"): [0.1, 0.1, 0.1]}, config={"lr": 0.1}
    )
    assert [(curve.tag, curve.split, curve.metric, len(curve)) for curve in run.series] == [
        ("val/loss", "val", "loss", 2),
        ("lr", "", "lr", 3),
    ]
    curve = run.curve("loss", "val")
    assert curve.step.tolist() == curve.epoch.tolist() == [0, 1]
    assert (run.name, run.config, run.meta.axes) == ("mine", {"lr": 0.1}, {})
