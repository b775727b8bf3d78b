"""Overfitting: points at the turn with an interval, and steps aside if it cannot judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors.overfitting import Overfitting, OverfittingValues
from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run


def turning(epochs: int, turn: int, *, rise: float = 0.6, train_falls: bool = True) -> Run:
    time = np.arange(epochs)
    fall = 0.3 + 1.7 * np.exp(-3 * time / turn)
    val = fall * np.exp(rise * np.clip(time - turn, 0, None) / (epochs - turn))
    train = fall * (np.exp(-1.5 * time / epochs) if train_falls else 1.0)
    return synthetic.of_curves("turning", {("train", "loss"): train, ("val", "loss"): val})


@pytest.mark.parametrize(
    ("epochs", "turn"), [(10, 4), (15, 6), (60, 20), (400, 100), (5000, 1500), (100_000, 30_000)]
)
def test_points_at_the_turn_at_any_length(epochs: int, turn: int) -> None:
    run = turning(epochs, turn)
    lowest = int(np.argmin(run.curve("loss", "val").value))
    (found,) = Overfitting().detect(run)
    assert found.onset is not None
    assert abs(found.onset.step - lowest) <= max(1, 0.03 * epochs)
    assert found.onset.low <= found.onset.step <= found.onset.high


@pytest.mark.parametrize("examples", [100, 1000])
def test_the_interval_holds_the_lowest_population_loss(examples: int) -> None:
    held = 0
    for seed in range(40):
        made = synthetic.overfitting(seed, examples=examples)
        (found,) = Overfitting().detect(made.run)
        assert found.onset is not None
        held += found.onset.low <= made.truth["onset"] <= found.onset.high
    assert held >= 35  # of 40; 95 % would be 38, and 35 leaves two standard errors


@pytest.mark.parametrize(("every", "at_least"), [(5, 38), (10, 38)])
def test_the_interval_reaches_between_sparse_evaluations(every: int, at_least: int) -> None:
    held = found = 0
    for seed in range(40):
        made = synthetic.overfitting(seed, examples=1000)
        run = evaluated_every(made.run, every)
        for finding in Overfitting().detect(run):
            assert finding.onset is not None
            found += 1
            held += finding.onset.low <= made.truth["onset"] <= finding.onset.high
    assert found >= at_least
    assert held >= 0.87 * found  # as above


def evaluated_every(run: Run, every: int) -> Run:
    """Return a run with only every so many of its evaluations."""
    sparse = []
    for series in run.series:
        kept = slice(None) if series.split != "val" else slice(every - 1, None, every)
        arrays = ("step", "epoch", "wall_time", "value", "superseded")
        sparse.append(replace(series, **{name: getattr(series, name)[kept] for name in arrays}))
    return replace(run, series=tuple(sparse))


@pytest.mark.parametrize("evaluations", [40, 5])
def test_a_score_of_unseen_data_alone_stands_beside_the_training_loss(evaluations: int) -> None:
    time = np.linspace(0, 1, evaluations)
    score = 0.6 + 0.2 * np.minimum(time / 0.4, 1) - 0.3 * np.maximum(time - 0.4, 0)
    falling = np.geomspace(1.0, 0.05, evaluations)
    for train, found in ((falling, 1), (np.ones(evaluations), 0)):
        curves = {("train", "loss"): train, ("val", "mIoU"): score}
        findings = list(judged(synthetic.of_curves("mixed", curves)))
        assert len(findings) == found
        for finding in findings:
            assert finding.metric == "mIoU"
            assert isinstance(finding.values, OverfittingValues)
            assert finding.values.train_fall > 0.5


@pytest.mark.parametrize("evaluations", [40, 6])
def test_a_loss_of_unseen_data_alone_stands_beside_the_training_accuracy(evaluations: int) -> None:
    time = np.linspace(0, 1, evaluations)
    loss = 0.8 - 0.4 * np.minimum(time / 0.4, 1) + 0.9 * np.maximum(time - 0.4, 0)
    for accuracy, found in ((1 - np.geomspace(0.5, 0.01, evaluations), 1), (0.6 + 0 * time, 0)):
        curves = {("train", "accuracy"): accuracy, ("val", "loss"): loss}
        run = synthetic.of_curves("mixed", curves)
        assert len(list(judged(run))) == found
        if found:
            assert diagnose(run).verdict == "overfitting"


@pytest.mark.parametrize("names", [["wer"], ["perplexity"], ["wiki_loss", "code_loss"]])
def test_a_loss_of_another_name_on_unseen_data_stands_beside_the_training_loss(
    names: list[str],
) -> None:
    time = np.linspace(0, 1, 40)
    turning = 30 * (1 + 2 * np.exp(-12 * time) + 0.4 * np.maximum(time - 0.4, 0))
    training = np.geomspace(200, 5, 40)
    for val, verdict in ((turning, "overfitting"), (20 + training / 4, "healthy")):
        curves = {("train", "loss"): training} | {("val", name): val for name in names}
        diagnosis = diagnose(synthetic.of_curves("other names", curves))
        assert diagnosis.verdict == verdict
        assert diagnosis.best is not None
        assert (diagnosis.best.split, diagnosis.best.metric) == ("val", names[0])


def test_a_bleu_far_from_its_best_value_is_judged_by_its_own_range() -> None:
    time = np.linspace(0, 1, 40)
    bleu = 19 * (1 - np.exp(-10 * time)) - 7 * np.maximum(time - 0.4, 0)
    curves = {("train", "loss"): np.geomspace(5, 0.5, 40), ("val", "bleu"): bleu}
    assert diagnose(synthetic.of_curves("translation", curves)).verdict == "overfitting"


def judged(run: Run) -> Iterable[Finding]:
    """Return what is found, nothing if the check stays open."""
    try:
        return Overfitting().detect(run)
    except NotApplicable:
        return []


def test_few_evaluations_that_only_rise_turned_anywhere_before_the_first() -> None:
    train = np.geomspace(1.5, 0.3, 40)
    curves = {("train", "loss"): train, ("val", "loss"): np.geomspace(0.5, 1.5, 40)}
    run = evaluated_every(synthetic.of_curves("few", curves), 10)
    (finding,) = Overfitting().detect(run)
    assert finding.onset is not None
    assert (finding.onset.low, finding.onset.step, finding.onset.high) == (0, 9, 19)


def test_an_accuracy_that_turns_down_is_found_where_no_loss_was_logged() -> None:
    time = np.arange(60)
    right = 0.5 + 0.4 * (1 - np.exp(-time / 5)) - 0.25 * np.clip(time - 20, 0, None) / 40
    train = 1 - 0.5 * np.exp(-time / 12)
    run = synthetic.of_curves(
        "scores", {("train", "accuracy"): train, ("val", "accuracy"): np.round(right * 2000) / 2000}
    )
    (found,) = Overfitting().detect(run)
    assert (found.metric, found.split) == ("accuracy", "val")
    assert found.values["best_level"] > found.values["end_level"]


def test_a_validation_loss_that_rises_with_training_is_no_overfitting() -> None:
    time = np.arange(60)
    rising = 0.3 + 1.7 * np.exp(-time / 5) + 0.02 * np.clip(time - 20, 0, None)
    run = synthetic.of_curves(
        "both rise", {("train", "loss"): rising * 0.9, ("val", "loss"): rising}
    )
    assert list(Overfitting().detect(run)) == []


def test_a_bump_that_recovers_is_no_overfitting() -> None:
    time = np.arange(80)
    val = 0.3 + 1.7 * np.exp(-time / 20) + 0.4 * np.exp(-(((time - 40) / 5) ** 2))
    run = synthetic.of_curves(
        "bump", {("train", "loss"): val * np.exp(-time / 80), ("val", "loss"): val}
    )
    assert list(Overfitting().detect(run)) == []


def test_an_accuracy_that_holds_is_said_in_a_tag() -> None:
    time = np.arange(60)
    run = turning(60, 20)
    accuracy = {
        ("train", "accuracy"): 1 - 0.5 * np.exp(-time / 10),
        ("val", "accuracy"): 0.9 - 0.4 * np.exp(-time / 10),
    }
    both = synthetic.of_curves(
        "both",
        {**{(series.split, series.metric): series.value for series in run.series}, **accuracy},
    )
    (found,) = Overfitting().detect(both)
    assert found.metric == "loss"
    assert "accuracy_holds" in found.tags


@pytest.mark.parametrize("first", [0, 1000])
def test_a_best_point_in_the_first_tenth_is_said_in_a_tag(first: int) -> None:
    for turn, is_early in [(12, True), (120, False)]:
        run = turning(300, turn)
        series = tuple(
            replace(series, step=series.step + first, epoch=series.epoch + first)
            for series in run.series
        )
        (found,) = Overfitting().detect(replace(run, series=series))
        assert ("best_early" in found.tags) is is_early


def losses(val: list[float], train: list[float]) -> Run:
    curves = {("train", "loss"): np.array(train), ("val", "loss"): np.array(val)}
    return synthetic.of_curves("few", curves)


@pytest.mark.parametrize(
    "val", [[1.1, 1.25, 1.6], [0.9, 0.7, 0.8, 0.95], [1.0, 0.8, 0.7, 0.66, 0.64, 0.62, 0.78]]
)
def test_a_clear_rise_in_a_few_evaluations_is_found(val: list[float]) -> None:
    lowest = int(np.argmin(val))
    (found,) = Overfitting().detect(losses(val, np.geomspace(1.5, 0.3, len(val)).tolist()))
    assert found.onset is not None
    assert (found.onset.low, found.onset.step) == (max(lowest - 1, 0), lowest)
    assert found.tags == ("few",)
    assert found.confidence is not None
    assert found.confidence > 0.8


@pytest.mark.parametrize(
    ("val", "key"),
    [
        ([1.0, 0.8, 0.7], "few_at_best"),
        ([1.0, 0.8, 0.7, 0.705], "few_at_best"),
        ([1.0, 0.7, 0.75], "few_evaluations"),  # 7 %: too little for so few
        ([1.0, 0.7, 0.83], "few_evaluations"),  # 19 % in a single evaluation
        ([0.7, 0.95, 0.72, 0.84], "few_evaluations"),  # it came back in between
        ([1.0, 0.7], "too_few_points"),
    ],
)
def test_an_open_answer_of_a_few_evaluations_says_why(val: list[float], key: str) -> None:
    with pytest.raises(NotApplicable) as reason:
        list(Overfitting().detect(losses(val, np.geomspace(1.5, 0.3, len(val)).tolist())))
    assert reason.value.key == key


def test_a_few_evaluations_that_rise_with_training_are_open() -> None:
    with pytest.raises(NotApplicable) as reason:
        list(Overfitting().detect(losses([0.7, 0.9, 1.1], [0.7, 0.75, 0.8])))
    assert reason.value.key == "few_evaluations"


def test_a_run_without_validation_gives_no_conclusion() -> None:
    run = synthetic.of_curves("alone", {("train", "loss"): 1 / np.arange(1.0, 40)})
    with pytest.raises(NotApplicable) as reason:
        list(Overfitting().detect(run))
    assert reason.value.key == "no_curve"


def test_a_loss_below_zero_is_judged_by_its_range() -> None:
    time = np.arange(80)
    val = -3 - np.minimum(time, 30) / 15 + np.clip(time - 30, 0, None) / 60
    run = synthetic.of_curves("elbo", {("train", "loss"): -3 - time / 20, ("val", "loss"): val})
    (found,) = Overfitting().detect(run)
    assert found.onset is not None
    assert abs(found.onset.step - 30) <= 2
    assert found.values["best_level"] == pytest.approx(-5, abs=0.1)


def test_a_clear_turn_is_nearly_certain_and_an_accuracy_has_no_confidence() -> None:
    (found,) = Overfitting().detect(turning(60, 20))
    assert found.confidence is not None
    assert found.confidence > 0.9
    time = np.arange(60)
    curves = {
        ("train", "accuracy"): 1 - 0.5 * np.exp(-time / 12),
        ("val", "accuracy"): np.round(
            2000 * (0.9 - 0.4 * np.exp(-time / 5) - 0.25 * np.clip(time - 20, 0, None) / 40)
        )
        / 2000,
    }
    (scored,) = Overfitting().detect(synthetic.of_curves("scores", curves))
    assert scored.confidence is None


def test_a_larger_rise_is_surer() -> None:
    sure = [
        Overfitting().turn(turning(60, 20, rise=rise), "loss").probability
        for rise in (0.04, 0.1, 0.2, 0.4)
    ]
    assert sure == sorted(sure)
    assert sure[0] < 0.5 < sure[-1]


def small(rise: float, examples: int) -> Run:
    run = turning(60, 20, rise=rise)
    return replace(run, config={"val_examples": examples})


def test_an_open_answer_on_a_small_set_says_that_the_set_is_too_small() -> None:
    with pytest.raises(NotApplicable, match="too_few_examples") as reason:
        list(Overfitting().detect(small(0.13, 40)))
    assert reason.value.values == {"examples": 40}
    assert list(Overfitting().detect(small(0.0, 40))) == []  # no rise is no rise on any set


def test_what_is_found_on_a_small_set_says_so_in_a_tag() -> None:
    (found,) = Overfitting().detect(small(0.8, 40))
    assert "few_examples" in found.tags
    (found,) = Overfitting().detect(small(0.8, 4000))
    assert "few_examples" not in found.tags


def test_a_loss_that_is_clear_is_not_overruled_by_an_accuracy() -> None:
    time = np.arange(60)
    loss = 0.3 + 1.7 * np.exp(-time / 20)
    curves = {
        ("train", "loss"): loss * 0.9,
        ("val", "loss"): loss,
        ("train", "accuracy"): 1 - 0.5 * np.exp(-time / 12),
        ("val", "accuracy"): 0.9
        - 0.4 * np.exp(-time / 5)
        - 0.25 * np.clip(time - 20, 0, None) / 40,
    }
    assert list(Overfitting().detect(synthetic.of_curves("both", curves))) == []


def test_the_interval_narrows_with_the_validation_set() -> None:
    widths = []
    for examples in (100, 10_000):
        noise = np.exp(0.01 * np.random.default_rng(2).standard_normal(80))
        run = turning(80, 30)
        series = tuple(
            replace(series, value=series.value * noise) if series.split == "val" else series
            for series in run.series
        )
        (found,) = Overfitting().detect(
            replace(run, series=series, config={"val_examples": examples})
        )
        assert found.onset is not None
        widths.append(found.onset.high - found.onset.low)
    assert widths[1] < widths[0]


def test_a_short_curve_that_comes_back_to_its_minimum_has_not_turned() -> None:
    train = np.geomspace(2.0, 0.4, 10)
    rising = np.array([2.8, 2.4, 2.0, 1.7, 0.9, 0.6, 0.5, 0.9, 1.2, 1.6])
    swinging = np.array([2.8, 2.4, 2.0, 1.7, 0.5, 2.0, 0.4, 1.3, 0.45, 1.6])
    for val, found in ((rising, 1), (swinging, 0)):
        run = synthetic.of_curves("short", {("train", "loss"): train, ("val", "loss"): val})
        assert len(list(Overfitting().detect(run))) == found


def test_validation_alone_is_judged_where_it_does_not_rise() -> None:
    falling = 3.2 + 2.0 * np.arange(1.0, 21) ** -0.7
    alone = synthetic.of_curves("alone", {("val", "loss"): falling})
    assert list(Overfitting().detect(alone)) == []
    assert diagnose(alone).verdict == "healthy"


def test_validation_alone_that_rises_stays_open() -> None:
    val = turning(60, 20).curve("loss", "val").value
    alone = synthetic.of_curves("alone", {("val", "loss"): val})
    with pytest.raises(NotApplicable) as reason:
        list(Overfitting().detect(alone))
    assert reason.value.key == "rises_alone"
    assert diagnose(alone).verdict == "inconclusive"


def dropped(dip: float, *, accuracy: bool = False) -> Run:
    """Return a run whose rate drops at epoch 100 of 200: flat before, a dip, and a rise after."""
    random = np.random.default_rng(3)
    time = np.arange(1, 201)
    after = np.clip(time - 100, 0, None)
    level = np.log(1.41 + 0.55 * np.exp(-time / 8)) - dip * (after > 0) + 0.004 * after
    val = np.exp(level + 0.006 * random.standard_normal(200))
    train = np.exp(-0.3 * time / 200 - 0.4 * (after > 0) - 0.005 * after)
    curves = {("train", "loss"): train, ("val", "loss"): val}
    if accuracy:
        curves["train", "accuracy"] = np.round(1.2 - 0.5 * train, 4)
        curves["val", "accuracy"] = np.round(1.2 - 0.5 * val, 4)
    return synthetic.of_curves("dropped", curves)


@pytest.mark.parametrize("dip", [0.05, 0.1])
def test_a_dip_where_the_rate_drops_is_the_point_of_a_set_of_unknown_size(dip: float) -> None:
    lowest = int(np.argmin(dropped(dip).curve("loss", "val").value))
    at = Overfitting().turn(dropped(dip), "loss").lowest
    assert abs(at - lowest) <= 3
    assert Overfitting(unknown_examples=100).turn(dropped(0.05), "loss").lowest < 97


def test_a_size_that_the_accuracies_rule_out_is_the_least_that_is_assumed() -> None:
    run = dropped(0.05, accuracy=True)
    turn = Overfitting(unknown_examples=100).turn(run, "loss")
    assert not turn.examples_known
    assert turn.examples > 2000
    assert abs(turn.lowest - int(np.argmin(run.curve("loss", "val").value))) <= 3


@pytest.mark.parametrize("epochs", [50, 100, 200])
@pytest.mark.parametrize("size", [0.15, 0.3, 0.5])
def test_a_flat_curve_that_only_jumps_is_seldom_called_overfitting(
    epochs: int, size: float
) -> None:
    time, found = np.arange(epochs) / epochs, 0
    for seed in range(20):
        jumps = np.random.default_rng(seed).normal(0, size, epochs)
        curves = {
            ("train", "loss"): 0.3 + 2 * np.exp(-5 * time),
            ("val", "loss"): (0.5 + np.exp(-12 * time)) * np.exp(jumps),
        }
        found += bool(list(Overfitting().detect(synthetic.of_curves("jumps", curves))))
    assert found <= 6


def test_a_noisy_curve_that_rises_has_turned() -> None:
    time = np.arange(60)
    for seed in range(20):
        jumps = np.random.default_rng(seed).normal(0, 0.2, 60)
        level = 0.5 + 1.5 * np.exp(-time / 4) + 0.02 * np.clip(time - 15, 0, None)
        curves = {
            ("train", "loss"): np.geomspace(2, 0.05, 60),
            ("val", "loss"): level * np.exp(jumps),
        }
        assert list(Overfitting().detect(synthetic.of_curves("rises", curves)))


@pytest.mark.parametrize("epochs", [9, 13, 17])
def test_short_curves_that_only_jump_are_called_overfitting_once_in_seven(epochs: int) -> None:
    found = 0
    for seed in range(60):
        jumps = np.random.default_rng(seed).normal(0, 0.8, epochs)
        curves = {
            ("train", "loss"): np.exp(-np.arange(epochs) / 5),
            ("val", "loss"): 0.7 * np.exp(jumps),
        }
        found += bool(list(Overfitting().detect(synthetic.of_curves("jumps", curves))))
    assert found <= 8


@pytest.mark.parametrize("seed", range(6))
def test_a_short_curve_that_rises_beyond_its_jumps_has_turned(seed: int) -> None:
    time = np.arange(14)
    jumps = 0.03 * np.random.default_rng(seed).standard_normal(14)
    val = np.exp(np.abs(time - 4) * 0.09 + jumps)
    curves = {("train", "loss"): np.exp(-time / 5), ("val", "loss"): val}
    assert list(Overfitting().detect(synthetic.of_curves("turns", curves)))


def test_a_smooth_turn_late_in_a_short_run_is_found() -> None:
    found = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        time, noise = np.arange(18), 0.005 * rng.standard_normal(18)
        val = np.exp(np.where(time < 13, 0.1 * (13 - time), 0.04 * (time - 13)) + noise)
        curves = {("train", "loss"): np.exp(-time / 8), ("val", "loss"): val}
        found += bool(list(Overfitting().detect(synthetic.of_curves("late", curves))))
    assert found >= 27
