"""The size of the validation set and the number of classes, as inferred from a log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.data_size import (
    UNKNOWN_EXAMPLES,
    assumed_examples,
    classes_of,
    effective_examples,
    train_examples,
    validation_examples,
)
from analyzer.model.run import Run
from analyzer.stats.arrays import Floats


def run_of(accuracy: Floats | None = None, **config: Any) -> Run:
    curves = {("val", "loss"): np.ones(40)} | (
        {} if accuracy is None else {("val", "accuracy"): accuracy}
    )
    return replace(synthetic.of_curves("x", curves), config=config)


def shares(examples: int, low: float, high: float) -> Floats:
    random = np.random.default_rng(examples)
    return random.integers(round(low * examples), round(high * examples), 40) / examples


def test_a_hundred_examples_are_assumed_if_the_size_is_unknown() -> None:
    assert UNKNOWN_EXAMPLES == 100
    assert assumed_examples(run_of()) == (100, False)


@pytest.mark.parametrize("digits", [4, 5, 6])
def test_the_grain_of_printed_accuracies_shows_the_size(digits: int) -> None:
    assert assumed_examples(run_of(np.round(shares(373, 0.5, 0.9), digits))) == (373, True)


def test_accuracies_without_a_grain_rule_out_the_sizes_that_they_would_show() -> None:
    size, known = assumed_examples(run_of(np.random.default_rng(1).uniform(0.5, 0.9, 40)))
    assert not known
    assert size > 1000


@pytest.mark.parametrize("name", ["val_examples", "data.n_val", "data/val_size"])
def test_the_configuration_comes_before_the_grain(name: str) -> None:
    assert validation_examples(run_of(shares(373, 0.5, 0.9), **{name: "1200"})) == 1200


@pytest.mark.parametrize("value", [1, -5, 0.2, "a tenth", None, float("nan"), float("inf"), [100]])
def test_a_value_that_is_not_a_size_is_ignored(value: Any) -> None:
    assert validation_examples(run_of(val_size=value)) is None


def test_a_classifier_that_is_seldom_wrong_has_fewer_effective_examples() -> None:
    often, seldom = run_of(shares(1201, 0.5, 0.7)), run_of(shares(1201, 0.97, 0.99))
    assert effective_examples(often) == (1201, True)
    size, known = effective_examples(seldom)
    assert known
    assert 20 < size < 100  # some 25 errors carry the loss


def test_a_loss_alone_has_all_of_its_examples() -> None:
    assert effective_examples(run_of(val_examples=500)) == (500, True)


@pytest.mark.parametrize(
    ("config", "classes"), [({"num_classes": 10}, 10), ({"model.n_classes": "3"}, 3), ({}, None)]
)
def test_the_number_of_classes_is_what_the_configuration_names(
    config: dict[str, Any], classes: int | None
) -> None:
    assert classes_of(run_of(**config)) == classes


@pytest.mark.parametrize("examples", [50, 265, 1200])
@pytest.mark.parametrize("factor", [1, 100], ids=["share", "percent"])
def test_the_size_is_the_grain_of_the_accuracy_in_shares_or_percent(
    examples: int, factor: float
) -> None:
    run = synthetic.healthy(2, examples=examples).run
    series = []
    for curve in run.series:
        scale = factor if curve.metric == "accuracy" else 1
        series.append(replace(curve, value=scale * curve.value))
    assert validation_examples(replace(run, series=tuple(series))) == examples


@pytest.mark.parametrize(
    "value", [[np.nan, np.nan], [-0.5, 0.25, 0.5, 0.75], [0.25, 0.5, 0.75, 120.0]]
)
def test_values_that_are_not_accuracies_show_no_examples(value: list[float]) -> None:
    assert (
        validation_examples(synthetic.of_curves("made", {("val", "accuracy"): np.array(value)}))
        is None
    )


def test_the_training_accuracy_shows_no_validation_examples() -> None:
    run = synthetic.of_curves("made", {("train", "accuracy"): np.array([0.25, 0.5, 0.75, 0.8])})
    assert validation_examples(run) is None


def test_a_classifier_that_is_never_wrong_has_two_effective_examples() -> None:
    run = run_of(np.ones(40), val_examples=1000)
    assert effective_examples(run) == (2, True)


@pytest.mark.parametrize(("error", "effective"), [(0.3, 997), (0.1, 258), (0.5, 1000)])
def test_the_effective_examples_go_with_the_odds_of_an_error(error: float, effective: int) -> None:
    run = run_of(np.full(40, 1 - error), val_examples=1000)
    assert effective_examples(run).examples == pytest.approx(effective, abs=1)


@pytest.mark.parametrize("wrong", [-0.1, 120.0])
def test_a_score_outside_its_scale_shows_neither_a_size_nor_an_error_rate(wrong: float) -> None:
    factor = 100 if wrong > 1 else 1
    accuracy = np.append(factor * shares(373, 0.97, 0.99), wrong)
    assert validation_examples(run_of(accuracy)) is None
    assert effective_examples(run_of(accuracy, val_examples=500)) == (500, True)


@pytest.mark.parametrize(
    ("config", "classes"),
    [
        ({"config": {"num_classes": 7}}, 7),
        ({"model": {"head": {"num-classes": 7}}}, 7),
        ({"data": {"class_names": ["cat", "dog", "owl"]}}, 3),
        ({"model_config": {"id2label": {"0": "no", "1": "yes"}}}, 2),
        ({"num_classes": 7, "teacher": {"num_classes": 1000}}, 7),
        ({"student": {"num_classes": 7}, "teacher": {"num_classes": 1000}}, None),
        ({"classes": [0, 2]}, None),
    ],
)
def test_the_number_of_classes_is_found_however_deep_it_lies(
    config: dict[str, Any], classes: int | None
) -> None:
    assert classes_of(run_of(**config)) == classes


def test_a_nested_size_of_the_validation_set_is_found() -> None:
    assert validation_examples(run_of(data={"val": {"n_val": 240}})) == 240


def logged(examples: int, digits: int | None, **curves: Any) -> Run:
    """Return a run with a held-out accuracy, other curves and losses of so many decimals."""
    value = shares(examples, 0.5, 0.9)
    loss = np.random.default_rng(1).uniform(0.2, 2, 40)
    given = {("train", "loss"): loss, ("val", "loss"): loss + 0.1}
    given |= {tuple(name.split("_")): values for name, values in curves.items()}
    given["val", "accuracy"] = value
    if digits is not None:
        given = {name: np.round(values, digits) for name, values in given.items()}
    return synthetic.of_curves("made", given)


@pytest.mark.parametrize("examples", [100, 1000])
def test_a_training_accuracy_with_more_decimals_shows_that_the_other_is_not_rounded(
    examples: int,
) -> None:
    trained = np.random.default_rng(2).integers(1, 50_000, 40) / 50_000
    assert validation_examples(logged(examples, 5, train_accuracy=trained)) == examples
    assert validation_examples(logged(examples, None, train_accuracy=trained)) == examples
    assert validation_examples(logged(examples, 4)) is None


def test_losses_in_full_show_it_if_there_is_no_training_accuracy() -> None:
    assert validation_examples(logged(100, None)) == 100
    short = np.round(np.random.default_rng(2).uniform(0.3, 0.9, 40), 2)
    assert validation_examples(logged(100, None, train_accuracy=short)) is None


@pytest.mark.parametrize("factor", [1, 100], ids=["share", "percent"])
@pytest.mark.parametrize("name", ["error", "error_rate"])
def test_the_grain_of_an_error_rate_shows_the_size(name: str, factor: float) -> None:
    value = factor * (1 - shares(373, 0.5, 0.9))
    assert assumed_examples(synthetic.of_curves("x", {("val", name): value})) == (373, True)


def test_an_error_without_a_grain_rules_nothing_out() -> None:
    value = np.random.default_rng(1).uniform(0.1, 0.9, 40)
    run = synthetic.of_curves("x", {("val", "error"): value})
    assert assumed_examples(run) == (UNKNOWN_EXAMPLES, False)


@pytest.mark.parametrize(
    ("config", "examples"),
    [
        ({"n_train": 900}, 900),
        ({"data": {"train_size": "1200"}}, 1200),
        ({"train_size": 0.8}, None),
    ],
)
def test_the_training_examples_are_configured_or_unknown(
    config: dict[str, Any], examples: int | None
) -> None:
    assert train_examples(run_of(**config)) == examples
