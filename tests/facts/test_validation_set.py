"""The size of the validation set as a fact."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import best_of, diagnose
from analyzer.facts.validation_set import ValidationSet, wilson
from analyzer.report.content import build_report


@pytest.mark.parametrize("examples", [80, 1200])
def test_the_grain_of_the_accuracies_tells_the_number_of_examples(examples: int) -> None:
    run = synthetic.overfitting(5, examples=examples).run
    assert ValidationSet().compute(run, None)["examples"] == examples


def test_a_run_without_an_accuracy_tells_nothing() -> None:
    assert (
        ValidationSet().compute(synthetic.of_curves("made", {("val", "loss"): np.ones(9)}), None)
        is None
    )


def test_an_accuracy_without_a_grain_tells_nothing() -> None:
    value = np.random.default_rng(1).uniform(0, 1, 40)
    assert (
        ValidationSet().compute(synthetic.of_curves("made", {("val", "accuracy"): value}), None)
        is None
    )


def test_the_interval_of_an_accuracy_is_wilsons() -> None:
    low, high = wilson(0.8, 50)
    assert (low, high) == pytest.approx((0.6696, 0.8876), abs=1e-4)  # statsmodels 0.14
    assert wilson(1.0, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)


def test_a_small_set_is_called_so_with_its_interval() -> None:
    fact = ValidationSet().compute(synthetic.overfitting(5, examples=80).run, None)
    assert fact["tags"] == ("size", "interval", "small")
    assert fact["low"] < fact["best_accuracy"] < fact["high"]
    large = ValidationSet().compute(synthetic.overfitting(5, examples=1200).run, None)
    assert large["tags"] == ("size", "interval")


def test_an_accuracy_that_never_changes_is_told() -> None:
    frozen = synthetic.of_curves("made", {("val", "accuracy"): np.full(30, 0.9)})
    fact = ValidationSet().compute(frozen, None)
    assert (fact["frozen"], "frozen" in fact["tags"]) == (0.9, True)
    solved = synthetic.of_curves("made", {("val", "accuracy"): np.ones(30)})
    found = ValidationSet().compute(solved, None)
    assert found is None or found["frozen"] is None


def of_classes(best: dict[str, float], family: str = "f1", sep: str = "_", split: str = "val"):
    rising = np.linspace(0, 1, 12)
    curves = {(split, f"{family}{sep}{name}"): top * rising for name, top in best.items()}
    curves["val", "loss"] = np.geomspace(2, 1, 12)
    run = synthetic.of_curves("made", curves)
    return ValidationSet().compute(run, best_of(run))


LEARNT = {"cat": 0.9, "dog": 0.8, "bird": 0.7, "newt": 0.02}


@pytest.mark.parametrize(
    ("family", "sep"), [("f1", "_"), ("recall", "/"), ("iou", "_"), ("AP", "_")]
)
def test_a_class_that_is_never_learnt_is_named(family: str, sep: str) -> None:
    fact = of_classes(LEARNT, family, sep)
    assert (fact["tags"], fact["missed"], fact["classes"]) == (("missed",), ("newt",), 4)


def test_scores_in_percent_are_read_as_such() -> None:
    in_percent = {name: 100 * best for name, best in LEARNT.items()}
    assert of_classes(in_percent)["missed"] == ("newt",)


@pytest.mark.parametrize(
    "best",
    [
        {"cat": 0.9, "dog": 0.8, "bird": 0.1},  # a hard class, but learnt
        {"cat": 0.9, "newt": 0.01},  # two scores need not be classes
        {"cat": 0.01, "dog": 0.02, "bird": 0.6},  # the network learns next to nothing
        {"cat": 0.9, "dog": 0.8, "bird": 0.7, "macro": 0.01, "at_1": 0.01},
    ],
)
def test_other_scores_name_no_class(best: dict[str, float]) -> None:
    assert of_classes(best) is None


def test_the_classes_of_training_do_not_count() -> None:
    assert of_classes(LEARNT, split="train") is None


def test_a_report_without_the_size_shows_the_class_and_no_size() -> None:
    rising = np.linspace(0, 1, 12)
    curves = {("val", f"f1_{name}"): top * rising for name, top in LEARNT.items()}
    curves["val", "loss"] = np.geomspace(2, 1, 12)
    report = build_report(diagnose(synthetic.of_curves("made", curves)), "es")
    assert any("newt" in todo.text for todo in report.checklist)
    assert not any("None" in row.value for row in report.facts)
