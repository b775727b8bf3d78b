"""One setting under one name: names that mean the same, switches and numbers written as texts."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.comparing.spelling import spelling_of, unified


def test_two_names_of_one_setting_become_the_one_that_more_runs_use() -> None:
    runs = [{"lr": 0.1}, {"learning_rate": 0.2}, {"learning_rate": 0.3}]
    assert unified(runs) == [{"learning_rate": value} for value in (0.1, 0.2, 0.3)]
    assert spelling_of(runs).name("lr") == "learning_rate"


@pytest.mark.parametrize(
    ("first", "second"),
    [("bs", "batch_size"), ("train_batch_size", "batchSize"), ("opt.lr", "opt.learning_rate")],
)
def test_usual_twins_are_one_setting(first: str, second: str) -> None:
    assert len(set().union(*unified([{first: 32}, {second: 64}]))) == 1


def test_names_stay_apart_that_one_run_has_with_different_values() -> None:
    runs = [{"lr": 0.1, "learning_rate": 0.5}, {"lr": 0.2}]
    assert unified(runs) == runs


def test_a_setting_logged_twice_with_one_value_counts_once() -> None:
    assert unified([{"lr": 0.1, "learning_rate": 0.1}, {"lr": 0.2}]) == [{"lr": 0.1}, {"lr": 0.2}]


def test_settings_of_different_parts_of_a_model_stay_apart() -> None:
    runs = [{"head.lr": 0.1}, {"body.learning_rate": 0.2}]
    assert unified(runs) == runs


@pytest.mark.parametrize("off", [0, 0.0, False, "false", "False", "0"])
def test_a_switch_has_two_values_however_they_are_written(off: Any) -> None:
    runs = unified([{"batchnorm": off}, {"batchnorm": True}, {"batchnorm": None}])
    assert [run["batchnorm"] for run in runs] == [False, True, None]


def test_a_count_is_no_switch() -> None:
    runs = [{"layers": 0}, {"layers": 1}, {"layers": 2}, {"depth": True, "layers": 1.0}]
    assert unified(runs) == runs
    mixed = [{"skip": True}, {"skip": 3}]
    assert unified(mixed) == mixed


def test_a_number_written_as_text_is_the_number() -> None:
    runs = unified([{"lr": "1e-3"}, {"lr": 0.001}, {"lr": "2"}, {"lr": "0.001"}])
    assert [run["lr"] for run in runs] == [0.001, 0.001, 2, 0.001]
    assert isinstance(runs[2]["lr"], int)


def test_texts_that_only_look_like_numbers_stay_texts() -> None:
    for runs in ([{"version": "1.10"}, {"version": "1.1"}], [{"tag": 3}, {"tag": "v3"}]):
        assert unified(runs) == runs
    long = [{"id": "10000000000000000001"}, {"id": 3}]
    assert unified(long) == long


def test_settings_that_are_one_object_stay_one() -> None:
    shared = {"learning_rate": 0.1}
    first, second, _ = unified([shared, shared, {"lr": 0.1}])
    assert first is second


def test_of_two_names_that_are_equally_common_the_usual_one_is_taken() -> None:
    assert unified([{"bs": 1}, {"batch_size": 2}, {"train_batch_size": 3}]) == [
        {"batch_size": value} for value in (1, 2, 3)
    ]
