"""No learning: at the level of guessing or of the start; not slow, not converged, not diverged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.no_learning import NoLearning
from analyzer.errors import NotApplicable
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(
    loss: Floats, accuracy: Floats | None = None, config: Mapping[str, Any] | None = None
) -> Run:
    curves = {("train", "loss"): loss}
    run = synthetic.of_curves(
        "x", curves if accuracy is None else {**curves, ("train", "accuracy"): accuracy}
    )
    return replace(run, config=config or {})


def bad_start(level: float, epochs: int = 60) -> Floats:
    """Return a loss that comes down from a bad start to a level and stays there."""
    return level + 6 * np.exp(-np.arange(epochs) / 3)


@pytest.mark.parametrize("epochs", [6, 50, 5000])
def test_a_loss_that_stays_where_it_was_is_found(epochs: int) -> None:
    noise = np.random.default_rng(1).standard_normal(epochs)
    (found,) = NoLearning().detect(run_of(2.303 * np.exp(0.004 * noise)))
    assert found.severity == "critical"
    assert found.confidence is not None
    assert found.confidence > 0.8


def test_a_steady_fall_of_six_per_cent_is_learning() -> None:
    assert list(NoLearning().detect(run_of(np.linspace(2.10, 1.97, 60)))) == []


def test_a_steady_fall_of_four_per_cent_creeps_and_is_no_critical_finding() -> None:
    (found,) = NoLearning().detect(run_of(np.linspace(2.10, 2.02, 60)))
    assert found.severity == "warning"
    assert "creeping" in found.tags


def test_an_unsteady_fall_of_six_per_cent_is_not_learning() -> None:
    noise = np.exp(0.03 * np.random.default_rng(2).standard_normal(60))
    (found,) = NoLearning().detect(run_of(np.linspace(2.10, 1.97, 60) * noise))
    assert found.severity == "critical"


def test_ln_k_is_named_only_if_the_accuracy_agrees() -> None:
    (found,) = NoLearning().detect(run_of(np.full(20, 2.04), np.full(20, 0.13)))
    assert (found.tags, found.values.classes) == (("at_ln_k",), 8)
    (found,) = NoLearning().detect(run_of(np.full(20, 2.04), np.full(20, 0.55)))
    assert found.tags == ()
    (found,) = NoLearning().detect(run_of(np.linspace(1.21, 1.15, 60)))
    assert "hardly_fell" in found.tags


def test_a_bad_start_hides_a_run_that_learnt_nothing_unless_the_classes_are_named() -> None:
    assert list(NoLearning().detect(run_of(bad_start(np.log(13))))) == []
    (found,) = NoLearning().detect(
        run_of(bad_start(np.log(13)), config={"model/num_classes": "13"})
    )
    assert found.tags == ("trivial_known", "bad_start")


def test_the_trivial_loss_can_be_given() -> None:
    run = run_of(bad_start(1.3))
    assert list(NoLearning(trivial_loss=1.3).detect(run))
    assert list(NoLearning(trivial_loss=1.5).detect(run)) == []


def test_classes_of_a_loss_in_other_units_tell_nothing() -> None:
    run = run_of(bad_start(np.log(10)) * 1000, config={"num_classes": 10})
    assert list(NoLearning().detect(run)) == []


def test_a_fall_to_guessing_and_no_further_is_found_by_the_accuracy() -> None:
    loss = np.r_[8.0, 4.0, np.full(58, np.log(10))]
    noise = 0.004 * np.random.default_rng(2).standard_normal(60)
    (found,) = NoLearning().detect(run_of(loss * np.exp(noise), np.full(60, 0.1) + noise))
    assert found.tags == ("at_ln_k", "bad_start")
    assert found.values["classes"] == 10


def answers_alike(accuracy: float) -> Run:
    """Return a run whose network gives every example the same answer."""
    loss = 3.15 + 1.3 * np.exp(-np.arange(60) / 1.5)
    counted = np.r_[0.01, np.full(59, accuracy)]
    return synthetic.of_curves(
        "x", {("train", "loss"): loss, ("val", "loss"): loss, ("val", "accuracy"): counted}
    )


def test_an_accuracy_that_stands_is_no_learning_although_the_loss_came_down() -> None:
    (found,) = NoLearning().detect(answers_alike(0.155798))
    assert found.tags == ("accuracy_stands",)
    assert found.values["frozen"] == pytest.approx(0.155798)
    assert found.severity == "critical"


def test_an_accuracy_that_stands_high_has_nothing_left_to_learn() -> None:
    assert list(NoLearning().detect(answers_alike(0.912345))) == []


def test_a_network_that_is_right_from_the_first_epoch_has_learnt() -> None:
    loss = np.r_[2.3, 0.31, np.full(58, 0.3)]
    assert list(NoLearning().detect(run_of(loss, np.r_[0.1, np.full(59, 0.92)]))) == []


def test_an_accuracy_that_rose_to_twice_a_guess_has_learnt_near_ln_k() -> None:
    """The loss of ten classes comes down from ln 10 and passes ln 7."""
    time = np.arange(50)
    loss = 1.9 + 0.4 * np.exp(-time / 5)
    accuracy = 0.3 - 0.2 * np.exp(-time / 5)
    assert list(NoLearning().detect(run_of(loss, accuracy))) == []
    (found,) = NoLearning().detect(run_of(loss, 0.7 * accuracy))  # unequal classes may do this
    assert "at_ln_k" in found.tags


def test_a_loss_that_ran_away_is_another_condition() -> None:
    with pytest.raises(NotApplicable, match="diverged"):
        list(NoLearning().detect(run_of(np.linspace(1.0, 8.0, 40))))


def test_what_was_learnt_and_lost_again_is_said_in_a_tag() -> None:
    loss = np.r_[np.linspace(2.0, 0.8, 30), np.full(30, 2.1)]
    (found,) = NoLearning().detect(run_of(loss))
    assert "lost" in found.tags
    assert found.onset is not None
    assert (found.onset.low, found.onset.step) == (29, 30)


@pytest.mark.parametrize(
    ("right", "half"), [(0.93, 0.5), (1.0, 0.5), (93.0, 50.0)], ids=["share", "all", "percent"]
)
def test_a_loss_that_stays_does_not_matter_if_the_accuracy_is_high(
    right: float, half: float
) -> None:
    noise = np.exp(0.02 * np.random.default_rng(3).standard_normal(40))
    assert list(NoLearning().detect(run_of(0.2 * noise, np.full(40, right)))) == []
    (found,) = NoLearning().detect(run_of(0.2 * noise, np.full(40, half)))
    assert found.severity != "info"


def test_a_score_that_stays_near_its_best_has_nothing_left_to_learn() -> None:
    for value, count in ((1.0, 0), (0.97, 0), (0.3, 1)):
        run = synthetic.of_curves("x", {("val", "accuracy"): np.full(30, value)})
        assert len(list(NoLearning().detect(run))) == count


def test_a_held_out_loss_that_falls_shows_learning_that_training_does_not() -> None:
    noise = np.exp(0.02 * np.random.default_rng(3).standard_normal(60))
    val = 0.3 + 2 * np.exp(-np.arange(60) / 10)
    assert (
        list(
            NoLearning().detect(
                synthetic.of_curves("x", {("train", "loss"): 1.5 * noise, ("val", "loss"): val})
            )
        )
        == []
    )


def test_a_held_out_loss_that_falls_in_its_first_epoch_alone_has_learnt() -> None:
    noise = np.exp(0.02 * np.random.default_rng(3).standard_normal(60))
    for first, found in [(1.5, 1), (3.0, 0)]:
        val = np.r_[first, np.full(59, 1.5)]
        run = synthetic.of_curves("x", {("train", "loss"): 1.5 * noise, ("val", "loss"): val})
        assert len(list(NoLearning().detect(run))) == found


@pytest.mark.parametrize("order", [("reg", "recon"), ("recon", "reg")])
def test_a_part_that_stands_still_is_no_run_that_learnt_nothing(order: tuple[str, str]) -> None:
    values = {"recon": 0.3 + 2 * np.exp(-np.arange(60) / 10), "reg": np.full(60, 0.5)}
    curves = {("train", f"{name}_loss"): values[name] for name in order}
    assert list(NoLearning().detect(synthetic.of_curves("x", curves))) == []


def test_single_batches_are_averaged_between_validations() -> None:
    batches = 20 * 30
    noise = np.exp(0.5 * np.random.default_rng(4).standard_normal(batches))
    trend = np.repeat(np.geomspace(2.0, 0.8, 20), 30)
    run = synthetic.of_curves(
        "x", {("train", "loss"): trend * noise, ("val", "loss"): np.geomspace(1.9, 0.8, 20)}
    )
    series = tuple(
        replace(series, step=30 * (series.step + 1), epoch=np.full(20, np.nan))
        if series.split == "val"
        else replace(series, epoch=np.full(batches, np.nan))
        for series in run.series
    )
    assert list(NoLearning().detect(replace(run, series=series))) == []


def test_five_points_give_no_conclusion() -> None:
    with pytest.raises(NotApplicable):
        list(NoLearning().detect(run_of(np.full(5, 2.3))))


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_a_loss_that_falls_to_ln_k_and_stands_there_is_found_without_an_accuracy(
    classes: int,
) -> None:
    noise = np.exp(0.002 * np.random.default_rng(5).standard_normal(60))
    (found,) = NoLearning().detect(run_of(bad_start(np.log(classes)) * noise))
    assert (found.tags, found.values["classes"]) == (("at_ln_k", "bad_start"), classes)
    assert found.severity == "critical"


def test_swings_around_ln_k_are_no_learning_only_if_the_accuracy_guesses() -> None:
    noise = np.exp(0.02 * np.random.default_rng(6).standard_normal(60))
    loss = bad_start(np.log(10)) * noise
    assert list(NoLearning().detect(run_of(loss))) == []
    assert list(NoLearning().detect(run_of(loss, np.full(60, 0.3)))) == []
    (found,) = NoLearning().detect(run_of(loss, np.full(60, 0.11)))
    assert found.values["classes"] == 10


def test_a_run_from_trained_weights_that_gains_little_is_not_judged_by_its_start() -> None:
    loss = np.linspace(0.052, 0.048, 30) * np.exp(
        0.01 * np.random.default_rng(7).standard_normal(30)
    )
    assert list(NoLearning().detect(run_of(loss))) == []
    (found,) = NoLearning().detect(run_of(30 * loss))
    assert found.severity == "info"


def test_a_loss_away_from_ln_k_that_does_not_move_is_a_warning() -> None:
    loss = 1.75 * np.exp(0.01 * np.random.default_rng(8).standard_normal(40))
    (found,) = NoLearning().detect(run_of(loss))
    assert (found.severity, found.tags) == ("warning", ("as_at_the_start",))


def test_an_accuracy_that_rises_has_learnt_whatever_the_loss() -> None:
    loss = 0.62 * np.exp(0.01 * np.random.default_rng(9).standard_normal(40))
    rising = 0.58 + 0.1 * (1 - np.exp(-np.arange(40) / 10))
    (found,) = NoLearning().detect(run_of(loss, rising))
    assert found.severity == "info"


def test_a_loss_that_settles_above_its_start_is_a_warning_however_steadily_it_got_there() -> None:
    rising = 2.31 + 0.14 * (1 - np.exp(-np.arange(60) / 20))
    run = synthetic.of_curves("up", {("train", "loss"): rising, ("val", "loss"): rising})
    (found,) = NoLearning().detect(run)
    assert (found.severity, found.values["tau"] > 0.9) == ("warning", True)


@pytest.mark.parametrize(
    ("falls", "severity"),
    [(3.0, "info"), (100.0, "critical")],
    ids=["a language model", "an untrained network"],
)
def test_a_loss_that_passes_ln_k_on_its_way_has_learnt(falls: float, severity: str) -> None:
    time, rng = np.linspace(0, 1, 100), np.random.default_rng(7)
    level = 1.609 * (1 + 0.08 * np.exp(-falls * time))
    curves = {
        (split, "loss"): level + noise * rng.standard_normal(100)
        for split, noise in (("train", 0.01), ("val", 0.003))
    }
    (finding,) = NoLearning().detect(synthetic.of_curves("ln 5", curves))
    assert finding.severity == severity
    assert "at_ln_k" in finding.tags


def flat(level: float, seed: int) -> Floats:
    noise: Floats = level + 0.004 * np.random.default_rng(seed).standard_normal(30)
    return noise


def test_an_accuracy_far_above_its_loss_comes_from_trained_weights() -> None:
    assert list(NoLearning().detect(run_of(flat(0.9, 1), flat(0.75, 2)))) == []
    (found,) = NoLearning().detect(run_of(flat(0.9, 1), flat(0.45, 2)))
    assert "as_at_the_start" in found.tags


def test_the_loss_of_always_giving_the_usual_answer_is_no_learning() -> None:
    """An accuracy of .93 looks right, but it is the share of one class, and so is the loss."""
    curves = {("train", "loss"): flat(0.2536, 1), ("val", "loss"): flat(0.2536, 2)}
    curves["val", "accuracy"] = np.full(30, 0.93)
    (found,) = NoLearning().detect(synthetic.of_curves("x", curves))
    assert found.tags == ("accuracy_stands",)
    curves["train", "loss"] = curves["val", "loss"] = flat(0.15, 3)
    assert list(NoLearning().detect(synthetic.of_curves("x", curves))) == []


def test_a_dice_that_rises_has_learnt_although_the_loss_ends_at_ln_k() -> None:
    """A loss of parts and weights may end at ln 8; a constant answer has one Dice."""
    epochs = np.arange(60)
    loss = np.log(8) + 0.8 * np.exp(-epochs / 9) + 0.004 * np.sin(7.0 * epochs)
    curves = {("train", "loss"): loss, ("val", "loss"): loss + 0.05}
    assert list(NoLearning().detect(synthetic.of_curves("x", curves)))
    curves["val", "dice"] = 74 / (1 + np.exp(8 - epochs / 1.5))
    assert list(NoLearning().detect(synthetic.of_curves("x", curves))) == []
    curves["val", "dice"] = np.full(60, 74.0) - 0.01 * epochs
    assert list(NoLearning().detect(synthetic.of_curves("x", curves)))


@pytest.mark.parametrize("name", ["recall", "sensitivity", "f1"])
def test_a_network_that_calls_everything_positive_has_not_learnt(name: str) -> None:
    """Its recall rises to 1, and the F1 with it."""
    epochs = np.arange(60)
    loss = np.log(2) + 0.002 * np.sin(7.0 * epochs)
    rise = 1 / (1 + np.exp(8 - epochs / 1.5))
    curves = {("train", "loss"): loss, ("val", "loss"): loss, ("val", name): 0.1 + 0.8 * rise}
    assert list(NoLearning().detect(synthetic.of_curves("x", curves)))


def test_a_total_whose_part_fell_has_learnt() -> None:
    """The total ends at its start, since a second term is annealed in."""
    part = 1 + 2 * np.exp(-np.arange(80) / 6)
    total = part + 2.2 * np.minimum(np.arange(80) / 40, 1)
    curves = {("train", "loss"): total}
    (found,) = NoLearning().detect(synthetic.of_curves("x", curves))
    assert "lost" in found.tags
    curves["train", "rec_loss"] = part
    assert list(NoLearning().detect(synthetic.of_curves("x", curves))) == []


def test_a_flat_loss_with_an_accuracy_that_few_guesses_have_is_not_critical() -> None:
    wander = 0.005 * np.random.default_rng(4).standard_normal(60)
    (found,) = NoLearning().detect(run_of(0.42 * np.exp(wander), 0.85 + wander))
    assert found.severity == "warning"
    assert list(NoLearning().detect(run_of(np.log(2) * np.exp(wander), 0.8 + wander))) == []


def test_a_log_that_begins_in_the_middle_shows_no_start() -> None:
    noise = np.random.default_rng(3).standard_normal(40)
    run = run_of(0.71 * np.exp(0.01 * noise))
    series = [replace(one, step=one.step + 900, epoch=one.epoch * np.nan) for one in run.series]
    with pytest.raises(NotApplicable) as reason:
        list(NoLearning().detect(replace(run, series=tuple(series))))
    assert reason.value.key == "begins_late"


def test_a_rising_score_shows_learning_as_an_accuracy_does() -> None:
    loss = np.linspace(1.9459, 1.9180, 8)
    curves = {("train", "loss"): loss, ("train", "score"): np.linspace(0.2, 0.8, 8)}
    assert list(NoLearning().detect(synthetic.of_curves("x", curves))) == []
    assert len(list(NoLearning().detect(run_of(loss)))) == 1
