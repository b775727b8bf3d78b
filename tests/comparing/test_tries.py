"""Runs as tries: the nearest earlier settings, what differs, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from analyzer.comparing.summary import RunSummary
from analyzer.comparing.tries import Measure, Outcome, Try, tries

LOSS = Measure("val", "loss")
BASE = {"lr": 0.1, "width": 32, "dropout": 0.0, "seed": 0}


def judged(
    settings: Sequence[Mapping[str, Any]], levels: Sequence[float | None] | None = None
) -> list[Try]:
    """Return the tries of runs with these settings and levels, none a copy of another."""
    summaries = [RunSummary(run, 80, f"{at:016x}99") for at, run in enumerate(settings)]
    known = levels or [1.0] * len(settings)
    return tries(summaries, [Outcome(LOSS, level) for level in known])


def named(attempt: Try) -> list[tuple[str, Any, Any]]:
    return [tuple(change) for change in attempt.changes]


def test_the_first_run_has_nothing_before_it() -> None:
    (first,) = judged([BASE])
    assert (first.kind, first.before, first.changes) == ("first", None, ())


def test_one_setting_that_differs_is_named_with_both_values() -> None:
    _, second = judged([BASE, BASE | {"lr": 0.3}])
    assert (second.kind, second.before) == ("changed", 0)
    assert named(second) == [("lr", 0.1, 0.3)]


def test_a_run_is_held_against_the_nearest_settings_not_the_last_ones() -> None:
    far = BASE | {"lr": 0.9, "width": 8, "dropout": 0.5}
    third = judged([BASE, far, BASE | {"width": 64}])[2]
    assert third.before == 0
    assert named(third) == [("width", 32, 64)]


def test_of_equally_near_runs_one_with_the_same_seed_counts_else_the_latest() -> None:
    repeats = [BASE, BASE | {"seed": 1}, BASE | {"seed": 2}]
    assert judged([*repeats, BASE | {"lr": 0.2, "seed": 1}])[3].before == 1
    assert judged([*repeats, BASE | {"lr": 0.2, "seed": 7}])[3].before == 2


def test_several_settings_at_once_are_all_named() -> None:
    changed = {"lr": 0.3, "width": 64, "dropout": 0.2}
    _, second = judged([BASE, BASE | changed])
    assert [change.setting for change in second.changes] == ["dropout", "lr", "width"]


def test_a_setting_logged_under_two_names_is_one_change() -> None:
    first = BASE | {"optimizer.lr": 0.1}
    _, second = judged([first, first | {"lr": 0.3, "optimizer.lr": 0.3}])
    assert len(second.changes) == 1


def test_two_settings_of_one_name_that_change_apart_are_two_changes() -> None:
    first = {"head.lr": 0.1, "body.lr": 0.01}
    _, second = judged([first, {"head.lr": 0.2, "body.lr": 0.02}])
    assert len(second.changes) == 2


def test_names_and_folders_are_no_changes() -> None:
    first = BASE | {"run_name": "a", "output_dir": "out/a"}
    _, second = judged([first, BASE | {"run_name": "b", "output_dir": "out/b", "seed": 1}])
    assert second.kind == "repeat"


def test_the_same_settings_again_are_a_repeat_only_with_another_seed() -> None:
    assert judged([BASE, BASE | {"seed": 1}])[1].kind == "repeat"
    assert judged([BASE, BASE])[1].kind == "same"
    seedless = {"lr": 0.1}
    assert judged([seedless, seedless])[1].kind == "same"


def test_a_setting_that_one_run_did_not_log_is_no_change() -> None:
    _, second, third = judged([BASE, BASE | {"mixup": 0.2}, BASE | {"lr": 0.3}])
    assert (second.kind, second.changes, second.one_sided) == ("one_sided", (), ("mixup",))
    assert named(third) == [("lr", 0.1, 0.3)]
    _, both = judged([BASE, BASE | {"mixup": 0.2, "lr": 0.3}])
    assert (both.kind, named(both), both.one_sided) == ("changed", [("lr", 0.1, 0.3)], ("mixup",))


def test_a_setting_that_was_logged_as_null_is_a_value() -> None:
    _, second = judged([BASE | {"schedule": None}, BASE | {"schedule": "cosine"}])
    assert named(second) == [("schedule", None, "cosine")]


def test_runs_without_settings_are_held_against_nothing_and_nothing_against_them() -> None:
    found = judged([{}, BASE, {"seed": 3}, BASE | {"lr": 0.2}])
    assert [attempt.kind for attempt in found] == ["no_settings", "first", "no_settings", "changed"]
    assert found[3].before == 1


def test_a_copy_of_an_earlier_run_is_no_try_of_its_own() -> None:
    summaries = [RunSummary(BASE, 80, "same" * 4 + "99")] * 2
    outcome = Outcome(LOSS, 1.0)
    assert tries(summaries, [outcome, outcome])[1] == Try("copy", 0)


def test_the_difference_is_that_of_the_means_over_all_repeats() -> None:
    settings = [BASE | {"seed": seed} for seed in range(3)]
    settings += [BASE | {"seed": seed, "lr": 0.3} for seed in range(3)]
    levels = [1.0, 1.01, 0.99, 0.7, 0.72, 0.69]
    contrast = judged(settings, levels)[3].contrast
    assert contrast is not None
    assert contrast.answer == "better"
    assert contrast.difference is not None
    assert contrast.difference.value == pytest.approx(-0.29667, abs=1e-4)
    assert contrast.difference.low is not None
    assert contrast.difference.low < -0.29667 < (contrast.difference.high or 0)


def test_one_run_each_has_a_difference_without_an_interval() -> None:
    contrast = judged([BASE, BASE | {"lr": 0.3}], [1.0, 0.5])[1].contrast
    assert contrast is not None
    assert contrast.answer == "no_clear_difference"
    assert contrast.difference is not None
    assert (contrast.difference.value, contrast.difference.low) == (-0.5, None)


def test_a_higher_score_is_better() -> None:
    settings = [BASE | {"seed": seed, "lr": lr} for lr in (0.1, 0.3) for seed in range(4)]
    summaries = [RunSummary(run, 80, f"{at:016x}99") for at, run in enumerate(settings)]
    levels = [0.5, 0.51, 0.49, 0.5, 0.8, 0.81, 0.79, 0.8]
    accuracy = Measure("val", "accuracy", "share")
    found = tries(summaries, [Outcome(accuracy, level) for level in levels])
    assert found[4].contrast is not None
    assert found[4].contrast.answer == "better"


@pytest.mark.parametrize("other", [Measure("val", "accuracy"), Measure("train", "loss"), None])
def test_runs_judged_by_other_metrics_are_not_compared(other: Measure | None) -> None:
    settings = {"a": BASE, "b": BASE | {"lr": 0.3}}
    summaries = [RunSummary(run, 80, letter * 16 + "99") for letter, run in settings.items()]
    found = tries(summaries, [Outcome(LOSS, 1.0), Outcome(other, 0.5)])[1]
    assert found.kind == "changed"
    assert found.contrast is not None
    assert found.contrast.answer == "not_compared"


def test_only_the_last_thousand_runs_are_looked_at() -> None:
    others = [{"lr": 0.5 + at, "width": 1, "dropout": 0.5} for at in range(1000)]
    assert judged([BASE, *others[:999], BASE | {"lr": 0.2}])[-1].before == 0
    assert judged([BASE, *others, BASE | {"lr": 0.2}])[-1].before != 0
