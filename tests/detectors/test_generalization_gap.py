"""Generalization gap: its share of what was learnt, its interval, its trend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.generalization_gap import GeneralizationGap
from analyzer.errors import NotApplicable
from analyzer.model.run import Run


def apart(share: float, *, epochs: int = 100) -> Run:
    """Return a run whose validation loss stops at ``share`` of the first training loss."""
    fall = np.exp(-np.arange(epochs) / 10)
    curves = {("train", "loss"): 2 * fall + 1e-6, ("val", "loss"): 2 * (share + (1 - share) * fall)}
    return synthetic.of_curves("x", curves)


@pytest.mark.parametrize("share", [0.4, 0.6, 0.9])
def test_measures_the_share_that_does_not_carry_over(share: float) -> None:
    (found,) = GeneralizationGap().detect(apart(share))
    assert found.values["share"] == pytest.approx(share, abs=0.01)
    assert found.values["low"] < share < found.values["high"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25])
def test_a_small_gap_is_clear(share: float) -> None:
    assert list(GeneralizationGap().detect(apart(share))) == []


def test_the_interval_narrows_with_the_validation_set() -> None:
    curves = {(item.split, item.metric): item.value for item in apart(0.6).series}
    widths = []
    for examples in (200, 1500):
        accuracy = np.random.default_rng(1).integers(1, examples // 2, 100) / examples
        (found,) = GeneralizationGap().detect(
            synthetic.of_curves("x", {**curves, ("val", "accuracy"): accuracy})
        )
        widths.append(found.values["high"] - found.values["low"])
    assert widths[0] == pytest.approx(
        widths[1] * np.sqrt(1500 / 200), rel=0.15
    )  # skewed: not quite the root


def test_a_gap_that_grows_to_the_end_is_said_in_a_tag() -> None:
    time = np.arange(100)
    train = 2 * np.exp(-time / 40)
    run = synthetic.of_curves(
        "x", {("train", "loss"): train, ("val", "loss"): np.maximum(train, 1.2)}
    )
    (found,) = GeneralizationGap().detect(run)
    assert (found.tags, found.severity) == (("widening", "stopped", "past_best"), "warning")


def test_a_gap_whose_best_level_came_last_does_not_say_to_stop_earlier() -> None:
    time = np.arange(200)
    train = 2 * np.exp(-time / 20)
    level = 1.2 - 0.01 * (time / 200)
    run = synthetic.of_curves("x", {("train", "loss"): train, ("val", "loss"): level})
    (found,) = GeneralizationGap().detect(run)
    assert "stopped" in found.tags
    assert "past_best" not in found.tags


def test_a_gap_behind_which_validation_still_falls_is_a_note() -> None:
    time = np.arange(100)
    curves = {("train", "loss"): 2 * np.exp(-time / 20), ("val", "loss"): 2 * np.exp(-time / 150)}
    (found,) = GeneralizationGap().detect(synthetic.of_curves("x", curves))
    assert "still_improves" in found.tags
    assert found.severity == "info"


def test_validation_that_jitters_and_gets_no_better_while_training_falls_has_stopped() -> None:
    time = np.arange(120)
    jitter = np.exp(0.05 * np.random.default_rng(3).standard_normal(120))
    curves = {
        ("train", "loss"): 2 * np.exp(-time / 40),
        ("val", "loss"): np.maximum(2 * np.exp(-time / 10), 1.2) * jitter,
    }
    (found,) = GeneralizationGap().detect(synthetic.of_curves("x", curves))
    assert (found.severity, "stopped" in found.tags) == ("warning", True)


def test_an_accuracy_gap_is_measured_where_no_loss_was_logged() -> None:
    time = np.arange(60)
    train = 0.1 + 0.9 * (1 - np.exp(-time / 8))
    val = np.round(1000 * (0.1 + 0.4 * (1 - np.exp(-time / 8)))) / 1000
    (found,) = GeneralizationGap().detect(
        synthetic.of_curves("x", {("train", "accuracy"): train, ("val", "accuracy"): val})
    )
    assert found.values["gap"] == pytest.approx(0.5, abs=0.01)


def test_validation_below_training_is_clear() -> None:
    run = apart(0.5)
    swapped = {
        ("train", "loss"): run.curve("loss", "val").value,
        ("val", "loss"): run.curve("loss", "train").value,
    }
    assert list(GeneralizationGap().detect(synthetic.of_curves("x", swapped))) == []


def test_a_run_that_learnt_nothing_has_no_share() -> None:
    flat = {(split, "loss"): np.full(40, 2.3) for split in ("train", "val")}
    with pytest.raises(NotApplicable) as reason:
        list(GeneralizationGap().detect(synthetic.of_curves("x", flat)))
    assert reason.value.key == "nothing_kept"


@pytest.mark.parametrize(("end", "key"), [(8.0, "nothing_kept"), (3.95, "nothing_learnt")])
def test_a_fall_that_was_lost_again_is_not_called_too_small(end: float, key: str) -> None:
    path = np.concatenate([np.geomspace(4, 1.4, 20), np.full(20, end)])
    curves = {(split, "loss"): path for split in ("train", "val")}
    with pytest.raises(NotApplicable) as reason:
        list(GeneralizationGap().detect(synthetic.of_curves("x", curves)))
    assert reason.value.key == key
    assert reason.value.values["start"] == pytest.approx(4)
    assert reason.value.values["end"] == pytest.approx(end)


@pytest.mark.parametrize("seed", range(5))
def test_a_validation_curve_that_swings_by_more_than_the_gap_has_none(seed: int) -> None:
    epochs = np.arange(10)
    train = 0.2 + 2 * np.exp(-epochs / 3)
    swings = np.exp(1.3 * (-1.0) ** epochs + 0.2 * np.random.default_rng(seed).normal(size=10))
    val = (train + 0.3) * swings
    run = synthetic.of_curves("x", {("train", "loss"): train, ("val", "loss"): val})
    assert list(GeneralizationGap().detect(run)) == []


def by_accuracy(late: float, *, epochs: int = 60) -> Run:
    """Return a run with accuracies only; validation rises by ``late`` over its second half."""
    time = np.arange(epochs)
    train = 1 - 0.45 * np.exp(-time / 12)
    val = 0.59 - 0.08 * np.exp(-time / 4) + late * np.clip(time - 30, 0, None) / 30
    return synthetic.of_curves("x", {("train", "accuracy"): train, ("val", "accuracy"): val})


def test_a_gap_of_accuracies_warns_if_validation_closes_next_to_nothing_of_it() -> None:
    (found,) = GeneralizationGap().detect(by_accuracy(0.01))
    assert (found.severity, "stopped" in found.tags) == ("warning", True)


def test_a_gap_that_validation_is_closing_is_a_note() -> None:
    (found,) = GeneralizationGap().detect(by_accuracy(0.15))
    assert (found.severity, "still_improves" in found.tags) == ("info", True)


def guessing(level: float, *, accuracy: float | None = 0.35, config: dict | None = None) -> Run:
    """Return a run of three classes whose validation stays at a level while training falls."""
    epochs = np.arange(40)
    wobble = 0.004 * np.random.default_rng(5).standard_normal(40)
    curves = {
        ("train", "loss"): 1.1 - 0.006 * epochs,
        ("val", "loss"): level + 0.0005 * epochs + wobble,
    }
    if accuracy is not None:
        hits = np.random.default_rng(6).integers(-3, 4, 40) / 90
        curves["val", "accuracy"] = np.round((accuracy + hits) * 90) / 90
    return synthetic.of_curves("x", curves, config=config)


def test_validation_that_never_left_guessing_warns_however_wide_the_interval() -> None:
    (found,) = GeneralizationGap().detect(guessing(1.11))
    assert found.severity == "warning"
    assert "at_guessing" in found.tags
    assert (found.values["classes"], found.values["guess"]) == (3, pytest.approx(np.log(3)))
    assert found.values["low"] < GeneralizationGap().min_low


def test_validation_below_guessing_or_with_a_better_accuracy_is_not_at_guessing() -> None:
    for run in (guessing(1.02), guessing(1.11, accuracy=0.6), guessing(1.11, accuracy=None)):
        assert all("at_guessing" not in found.tags for found in GeneralizationGap().detect(run))


def test_without_an_accuracy_the_configuration_names_the_classes() -> None:
    run = guessing(1.11, accuracy=None, config={"num_classes": 3})
    (found,) = GeneralizationGap().detect(run)
    assert "at_guessing" in found.tags
    run = guessing(1.11, accuracy=None, config={"num_classes": 10})
    assert all("at_guessing" not in found.tags for found in GeneralizationGap().detect(run))


@pytest.mark.parametrize(("val", "severity"), [(0.93, "info"), (0.85, "warning")])
@pytest.mark.parametrize("width", [1, 100])
def test_a_gap_of_few_points_of_accuracy_is_a_note(val: float, severity: str, width: int) -> None:
    rise = 1 - np.exp(-np.arange(40) / 4)
    curves = {
        ("train", "accuracy"): width * (0.9 + 0.065 * rise),
        ("val", "accuracy"): width * (0.9 + (val - 0.9) * rise),
    }
    (found,) = GeneralizationGap().detect(
        replace(synthetic.of_curves("x", curves), config={"val_examples": 10_000})
    )
    assert found.severity == severity


@pytest.mark.parametrize(("old", "severity"), [(0.05, "info"), (0.0, "warning")])
def test_a_gap_that_trained_weights_brought_is_a_note(old: float, severity: str) -> None:
    rise = 1 - np.exp(-np.arange(40) / 4)
    curves = {
        ("train", "loss"): 0.95 - 0.06 * rise,
        ("val", "loss"): 0.95 + old + (0.02 - 0.8 * old) * rise,
    }
    run = replace(synthetic.of_curves("x", curves), config={"val_examples": 10_000})
    (found,) = GeneralizationGap().detect(run)
    assert found.severity == severity
