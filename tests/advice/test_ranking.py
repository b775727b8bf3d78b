"""The order of a checklist: this run first, then what gained, then the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.advice.ranking import advise, rank
from analyzer.engine import diagnose
from analyzer.model.advice import Step
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run
from analyzer.registry.words import Action

Table = Callable[..., Path]
FINDING = Finding("overfitting", "warning", "loss", "val", None, {}, ("best_early",))
ITEMS = [
    Action("Use the checkpoint.", "S2", ""),
    Action("Not for this one.", "S2", "few"),
    Action("Add dropout.", "S2", "", ("dropout",)),
    Action("Check the data.", "S2", ""),
    Action("Add weight decay.", "S2", "", ("weight_decay",), "Raise it from {now:number}."),
    Action("Lower the rate.", "S2", "", ("tenth_rate", "halve_rate")),
]


def run_of(**config: Any) -> Run:
    return synthetic.of_curves("run", {("val", "loss"): np.ones(8)}, config=config)


def steps(run: Run | None = None) -> list[Step]:
    return rank(ITEMS, FINDING, run or run_of())


def items(run: Run | None = None) -> list[int]:
    return [step.item for step in steps(run)]


def rows(**effects: tuple[float, float]) -> dict[tuple[str, str, str], tuple[float, float]]:
    return {("overfitting", "", remedy): effect for remedy, effect in effects.items()}


def test_without_a_table_the_order_is_that_of_the_words(table: Table) -> None:
    table({})
    assert items() == [0, 2, 3, 4, 5]
    assert [step.remedy for step in steps()] == ["", "dropout", "", "weight_decay", "tenth_rate"]


def test_what_gained_most_comes_first_after_the_steps_about_this_run(table: Table) -> None:
    table(rows(weight_decay=(0.7, 0.1), halve_rate=(0.6, 0.2)))
    assert items() == [0, 5, 4, 2, 3]


def test_of_several_remedies_the_one_that_gained_most_is_named(table: Table) -> None:
    table(rows(tenth_rate=(0.7, 0.1), halve_rate=(0.6, 0.2)))
    (step,) = (step for step in steps() if step.item == 5)
    assert step.remedy == "halve_rate"
    assert step.effect is not None
    assert step.effect.share == 0.6


def test_what_gained_nothing_stands_after_what_was_not_measured(table: Table) -> None:
    table(rows(dropout=(0.45, -0.05), weight_decay=(0.7, 0.1)))
    assert items() == [0, 4, 3, 5, 2]


def test_what_rarely_helped_comes_last(table: Table) -> None:
    table(rows(dropout=(0.18, 0.05)), median=0.0)
    assert items()[-1] == 2
    assert steps()[-1].rarely_helped


def test_what_rarely_helped_and_made_most_runs_worse_is_left_out(table: Table) -> None:
    table(rows(dropout=(0.18, -0.2)), median=0.1, worse=0.6)
    assert 2 not in items()


def test_a_median_that_falls_is_not_rare_help(table: Table) -> None:
    table(rows(dropout=(0.2, 0.05)), median=-0.005)
    assert not any(step.rarely_helped for step in steps())


def test_no_more_help_than_from_other_initial_weights_is_chance(table: Table) -> None:
    table(rows(dropout=(0.4, 0.1), weight_decay=(0.6, 0.05), again=(0.45, 0)))
    assert items() == [0, 4, 3, 5, 2]
    assert steps()[-1].no_better_than_chance
    assert not steps()[1].no_better_than_chance


def test_a_remedy_that_helped_more_often_has_its_chance_beside_it(table: Table) -> None:
    table(rows(weight_decay=(0.6, 0.05), again=(0.45, 0)))
    (step,) = (step for step in steps() if step.remedy == "weight_decay")
    assert step.chance is not None
    assert step.chance.share == 0.45
    assert step.to_dict()["again"]["share"] == 0.45
    assert step.to_dict()["no_better_than_chance"] is False


def test_a_repair_keeps_its_place_whatever_it_gained(table: Table) -> None:
    table(rows(scale_inputs=(0.9, 0.5), dropout=(0.6, 0.1), again=(0.95, 0)))
    items = [ITEMS[3], Action("Scale the inputs.", "R", "", ("scale_inputs",)), ITEMS[2]]
    found = rank(items, FINDING, run_of())
    assert [step.item for step in found] == [0, 1, 2]
    assert found[1].effect is not None
    assert found[1].chance is None


def test_other_weights_of_the_same_run_are_not_compared_with_chance(table: Table) -> None:
    table(rows(early_stopping=(0.3, 0.1), again=(0.45, 0)))
    items = [Action("Stop early.", "S2", "", ("early_stopping",))]
    (step,) = rank(items, FINDING, run_of())
    assert step.chance is None


def test_remedies_that_are_on_are_left_out(table: Table) -> None:
    table({})
    assert items(run_of(dropout=0.3, weight_decay=0.01)) == [0, 3, 5]


def test_a_remedy_that_is_on_can_be_raised_if_that_was_measured(table: Table) -> None:
    table(rows(weight_decay=(0.7, 0.1), dropout=(0.7, 0.2)))
    found = steps(run_of(dropout=0.3, weight_decay=0.01))
    assert [step.item for step in found] == [0, 4, 3, 5]
    assert (found[1].is_on, found[1].setting) == (True, 0.01)


def test_a_remedy_that_is_on_is_not_raised_if_that_rarely_helped(table: Table) -> None:
    table(rows(weight_decay=(0.15, 0.01)), median=0.0)
    assert 4 not in items(run_of(weight_decay=0.01))


def test_chance_is_that_of_the_same_runs(table: Table) -> None:
    table(
        {
            **rows(dropout=(0.5, 0.1), again=(0.3, 0)),
            ("overfitting", "best_early", "again"): (0.6, 0),
        }
    )
    (step,) = (step for step in steps() if step.remedy == "dropout")
    assert step.chance is not None
    assert step.chance.share == 0.3
    assert not step.no_better_than_chance


def test_of_two_items_with_the_same_remedy_the_first_that_fits_is_shown(table: Table) -> None:
    table({})
    twice = [*ITEMS, Action("Add dropout anyway.", "S2", "", ("dropout",))]
    assert [step.item for step in rank(twice, FINDING, run_of())] == [0, 2, 3, 4, 5]


def test_the_contexts_of_the_run_choose_the_row(table: Table) -> None:
    table({**rows(dropout=(0.5, 0.1)), ("overfitting", "best_early", "dropout"): (0.8, 0.3)})
    (step,) = (step for step in steps() if step.remedy == "dropout")
    assert step.effect is not None
    assert step.effect.context == "best_early"


@pytest.mark.parametrize("severity", ["info", "warning"])
def test_every_finding_gets_advice_and_causes(table: Table, severity: str) -> None:
    table({}, {("overfitting", "set_too_small"): 0.4})
    found = advise(Finding("overfitting", severity, "loss", "val", None, {}), run_of())
    assert found.steps
    assert [cause.cause for cause in found.causes] == ["set_too_small"]


def test_a_diagnosis_carries_the_advice_of_what_nothing_explains(table: Table) -> None:
    table(rows(dropout=(0.7, 0.2)))
    diagnosis = diagnose(synthetic.overfitting(3).run)
    assert all(finding.advice.steps for finding in diagnosis.findings)
    explained = [check for check in diagnosis.checks if check.status == "explained"]
    assert not any(finding.advice.steps for check in explained for finding in check.findings)


def test_a_detector_without_words_has_no_steps(table: Table) -> None:
    table({})
    assert advise(Finding("unknown", "warning", "loss", "val", None, {}), run_of()).steps == ()


def test_checks_of_the_code_stay_before_what_needs_a_new_training(table: Table) -> None:
    checks = [Action("Check zero_grad.", "S1", "", ("clear_gradients",)), *ITEMS[2:]]
    table(rows(tenth_rate=(0.9, 0.9), clear_gradients=(0.5, 0.1)))
    assert [step.item for step in rank(checks, FINDING, run_of())][:2] == [0, 4]
    later = [ITEMS[2], checks[0], ITEMS[5]]
    assert [step.item for step in rank(later, FINDING, run_of())] == [2, 0, 1]
