"""A result on the test set is compared with the other sets."""

from __future__ import annotations

from typing import Any

import pytest

import analyzer
from analyzer.engine import best_of, diagnose
from analyzer.facts.result_on_test import ResultOnTest, ResultOnTestValues
from analyzer.report.content import build_report

HISTORY: dict[str, Any] = {
    "loss": [1.2, 0.9, 0.6, 0.5, 0.4],
    "val_loss": [1.2, 0.95, 0.8, 0.75, 0.74],
    "accuracy": [0.5, 0.7, 0.8, 0.85, 0.9],
    "val_accuracy": [0.5, 0.68, 0.78, 0.8, 0.82],
}


def fact_of(**more: Any) -> ResultOnTestValues | None:
    lists = {name: value for name, value in more.items() if isinstance(value, list)}
    settings = {name: value for name, value in more.items() if not isinstance(value, list)}
    run = analyzer.from_history({**HISTORY, **lists}, config=settings)
    return ResultOnTest().compute(run, best_of(run))


@pytest.mark.parametrize("value", [0.55, [None, None, None, None, 0.55]])
def test_an_accuracy_far_below_training_and_validation(value: Any) -> None:
    fact = fact_of(test_accuracy=value)
    assert fact is not None
    assert fact["tags"] == ("train_val", "far", "optimistic")
    assert (fact["test"], fact["train"], fact["val"]) == (0.55, 0.9, 0.82)
    assert fact["points_below_train"] == pytest.approx(35)


def test_an_accuracy_near_the_others_is_only_told() -> None:
    fact = fact_of(test_acc=0.81)
    assert fact is not None
    assert fact["tags"] == ("train_val",)


def test_per_cent_and_shares_give_the_same() -> None:
    percent = {name: [100 * value for value in HISTORY[name]] for name in HISTORY if "acc" in name}
    fact, same = fact_of(**percent, test_accuracy=55), fact_of(test_accuracy=0.55)
    assert fact is not None
    assert same is not None
    assert fact["tags"] == same["tags"]
    assert fact["points_below_train"] == pytest.approx(same["points_below_train"])


def test_percentages_are_not_compared_with_shares() -> None:
    percent = {name: [100 * value for value in HISTORY[name]] for name in HISTORY if "acc" in name}
    assert fact_of(**percent, test_accuracy=0.81) is None
    assert fact_of(test_accuracy=81.0) is None


def test_a_test_set_at_the_level_of_validation_is_not_far_below() -> None:
    low = {"val_accuracy": [0.5, 0.6, 0.65, 0.66, 0.67]}
    fact = fact_of(**low, test_accuracy=0.66)
    assert fact is not None
    assert fact["tags"] == ("train_val",)
    without = {name: HISTORY[name] for name in ("loss", "accuracy")}
    run = analyzer.from_history(without, config={"test_accuracy": 0.66})
    alone = ResultOnTest().compute(run, best_of(run))
    assert alone is not None
    assert alone["tags"] == ("train", "far")


def test_a_loss_is_told_but_not_judged() -> None:
    fact = fact_of(test_loss=1.9)
    assert fact is not None
    assert (fact["metric"], fact["tags"], fact["points_below_train"]) == (
        "loss",
        ("train_val",),
        None,
    )


def test_without_a_test_set_or_with_a_curve_of_it_there_is_nothing() -> None:
    assert fact_of() is None
    assert fact_of(test_size=0.2) is None
    assert fact_of(test_accuracy=[0.5, 0.6, 0.6, 0.6, 0.6]) is None


@pytest.mark.parametrize(
    ("lang", "title", "points"),
    [
        ("en", "Result on", "35 points below training"),
        ("es", "Resultado en", "35 puntos por debajo del entrenamiento"),
    ],
)
def test_the_report_and_the_checklist_tell_it(lang: str, title: str, points: str) -> None:
    run = analyzer.from_history(HISTORY, config={"test_accuracy": 0.55})
    report = build_report(diagnose(run), lang)
    (fact,) = (fact for fact in report.about if fact.title.startswith(title))
    assert len(fact.sentences) == 3
    assert points in fact.sentences[1]
    assert any("0.55" in item.text.replace(",", ".") for item in report.checklist)
