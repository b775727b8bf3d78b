"""Repeats: which runs are put together, their mean, and the stranger among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import pytest

from analyzer.comparing.repeats import (
    Repeats,
    check_keys,
    differ_in_seed_alone,
    disagree,
    repeated,
    repeats,
    varying,
)
from analyzer.comparing.summary import RunSummary
from analyzer.errors import ConfigError
from analyzer.measures.level import Level
from analyzer.model.diagnosis import Best


class Judged(NamedTuple):
    """A run as ``repeats`` sees it."""

    summary: RunSummary
    best: Best | None


def judged(value: float, *, metric: str = "loss", **settings: Any) -> Judged:
    prints = f"{crc32(repr((value, settings)).encode()):016x}99"
    summary = RunSummary(settings, 100, prints)
    return Judged(summary, Best("val", metric, 1, None, value))


def groups(runs: Sequence[Judged], by: tuple[str, ...] = ()) -> list[Repeats]:
    summaries, bests = [run.summary for run in runs], [run.best for run in runs]
    levels = [None if best is None else Level(best.value) for best in bests]
    vary = varying([summary.settings for summary in summaries])
    return repeats(summaries, bests, levels, vary, by)


def test_runs_that_differ_in_their_seed_alone_are_repeats() -> None:
    runs = [
        judged(1.0, seed=1, lr=0.1),
        judged(2.0, seed=2, lr=0.1),
        judged(5.0, seed=1, lr=0.2),
        judged(3.0, seed=3, lr=0.1),
    ]
    (group,) = groups(runs)
    assert (group.members, group.mean, group.deviation) == ((0, 1, 3), 2.0, 1.0)
    assert group.settings == {"lr": 0.1}


def test_the_mean_is_that_of_the_levels_and_the_best_points_stand_beside_it() -> None:
    runs = [judged(value, seed=at) for at, value in enumerate((0.1, 0.2))]
    (group,) = repeats(
        [run.summary for run in runs],
        [run.best for run in runs],
        [Level(0.4, 0.3, 0.5), Level(0.6, 0.5, 0.7)],
        ["seed"],
    )
    assert (group.mean, group.raw_mean) == pytest.approx((0.5, 0.15))


def test_a_run_logged_twice_is_not_a_repeat() -> None:
    assert groups([judged(1.0, seed=1, lr=0.1)] * 2) == []


def test_runs_are_put_together_by_the_setting_asked_for() -> None:
    runs = [judged(float(at), seed=at, lr=0.1 * (at % 2), wd=at) for at in range(6)]
    assert [group.members for group in groups(runs, ("lr",))] == [(0, 2, 4), (1, 3, 5)]
    assert groups(runs, ("unknown",)) == []


def test_a_run_unlike_its_repeats_is_a_stranger() -> None:
    values = [0.50, 0.51, 0.49, 0.52, 0.50, 0.48, 0.51, 0.50, 2.0]
    (group,) = groups([judged(value, seed=at, lr=0.1) for at, value in enumerate(values)])
    assert group.strangers == (8,)


def test_repeats_that_only_vary_have_a_stranger_in_one_group_of_a_hundred() -> None:
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(2000):
        values = 1 + 0.1 * rng.standard_normal(8)
        (group,) = groups([judged(float(value), seed=at) for at, value in enumerate(values)])
        alarms += bool(group.strangers)
    assert alarms <= 34  # 20 are expected; more than 34 come in 1 of 1,000 such tests


def test_seven_repeats_are_too_few_to_tell_a_stranger() -> None:
    values = [0.5, 0.51, 0.49, 0.5, 0.52, 0.48, 9.0]
    (group,) = groups([judged(value, seed=at, lr=0.1) for at, value in enumerate(values)])
    assert group.strangers == ()


def test_different_metrics_are_not_averaged() -> None:
    assert groups([judged(1.0, seed=1), judged(2.0, seed=2, metric="accuracy")]) == []


def test_a_group_without_best_values_has_no_mean() -> None:
    summaries = [RunSummary({"seed": at}, 100, f"{at:016x}99") for at in range(3)]
    (group,) = repeats(summaries, [None] * 3, [None] * 3, ["seed"])
    assert (group.metric, group.mean, group.deviation, group.strangers) == ("", None, None, ())


def test_only_settings_that_differ_vary() -> None:
    assert varying([{"lr": 1, "wd": 0}, {"lr": 1, "wd": 1}]) == ["wd"]
    assert varying([{"lr": 1}, {"lr": 1, "dropout": 0.1}]) == ["dropout"]
    assert varying([]) == []


def test_a_text_that_differs_in_each_of_many_runs_is_a_name() -> None:
    assert varying([{"model": f"m{at}", "lr": at % 2} for at in range(11)]) == ["lr"]
    assert varying([{"model": f"m{at}", "lr": at % 2} for at in range(10)]) == ["lr", "model"]


def test_runs_that_are_left_out_or_apart_are_in_no_group() -> None:
    settings = [{"seed": at} for at in range(4)]
    assert repeated(settings, ["seed"]) == [(0, 1, 2, 3)]
    assert repeated(settings, ["seed"], without={1}) == [(0, 2, 3)]
    assert repeated(settings, ["seed"], apart=["a", "b", "a", "b"]) == [(0, 2), (1, 3)]


def test_repeats_need_different_seeds_and_equal_causes() -> None:
    assert differ_in_seed_alone([{"seed": 1, "lr": 1}, {"seed": 2, "lr": 1}])
    assert not differ_in_seed_alone([{"seed": 1, "lr": 1}, {"seed": 1, "lr": 1}])
    assert not differ_in_seed_alone([{"seed": 1, "lr": 1}, {"seed": 2, "lr": 2}])
    assert not differ_in_seed_alone([{"lr": 1}, {"seed": 2, "lr": 1}])


def test_a_setting_that_no_run_has_is_an_error() -> None:
    check_keys([{"lr": 1}, {"wd": 1}], ["wd"])
    with pytest.raises(ConfigError, match='unknown setting to group by "x"; there are: lr, wd'):
        check_keys([{"lr": 1}, {"wd": 1}], ["x"])


def test_runs_of_a_group_differ_by_seed_alone_only_if_all_causes_are_equal() -> None:
    runs = [judged(float(at), seed=at, lr=0.1) for at in range(4)]
    assert [group.by_seed for group in groups(runs)] == [True]
    assert [group.by_seed for group in groups(runs, ("lr",))] == [True]
    mixed = [judged(float(at), seed=at, lr=0.1, wd=at % 2) for at in range(4)]
    assert [group.by_seed for group in groups(mixed, ("lr",))] == [False]
    seedless = [judged(float(at), lr=0.1, tag=1) for at in range(4)]
    assert [group.by_seed for group in groups(seedless, ("lr",))] == [False]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["healthy", "healthy", "healthy"], False),
        (["overfitting", "healthy", "overfitting"], True),
        (["healthy", "inconclusive"], False),
        (["inconclusive", "plateau", "diverged"], True),
    ],
)
def test_an_inconclusive_run_contradicts_no_verdict(verdicts: list[str], expected: bool) -> None:
    assert disagree(verdicts) == expected
