"""Cells of a series: pandas' rows, batches of epochs, pairs, folds, and what is no series."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.parsers._json_series import (
    COUNTED,
    are_columns,
    cells_of,
    has_bare_columns,
    is_folds,
    is_pairs,
    is_timed,
    may_have_series,
    pair_rows,
    record_columns,
)


@pytest.mark.parametrize(
    ("value", "cells"),
    [
        ([0.5, None, 0.3], [0.5, None, 0.3]),
        ({"0": 0.5, "2": 0.3}, [0.5, None, 0.3]),
        ([[0.5, 0.4], [0.3]], [0.5, 0.4, 0.3]),
        ([[0, 0.5], [1, 0.4]], None),
        ([[0.5, "a"], [0.3]], None),
        ([{"a": 1}], None),
        ({"999999999": 1}, None),
        ({"a": 1}, None),
        (0.5, None),
    ],
)
def test_a_series_has_its_cells_in_order(value: Any, cells: list[Any] | None) -> None:
    assert cells_of(value) == cells


def test_rows_of_train_and_val_are_columns() -> None:
    rows = [[2 / at, 2 / at + 0.1, 0.9] for at in range(1, 8)]
    assert are_columns([row[:2] for row in rows])
    assert cells_of([row[:2] for row in rows]) is None
    assert are_columns([[-number for number in row[:2]] for row in rows])
    assert not are_columns([row[:2] for row in rows[:4]])
    assert not are_columns([*rows[:6], [0.1, 0.2]])


def test_a_loss_of_rows_has_columns_without_names() -> None:
    rows = [[2 / at, 2 / at + 0.1] for at in range(1, 8)]
    assert has_bare_columns({"loss": rows})
    assert has_bare_columns({"history": {"val_loss": rows}})
    assert not has_bare_columns({"points": rows})
    assert not has_bare_columns({"loss": [0.5, 0.4]})
    assert not has_bare_columns(rows)


def test_the_batches_of_epochs_are_no_columns() -> None:
    losses = [2 / at for at in range(1, 22)]
    assert not are_columns([losses[at : at + 3] for at in range(0, 21, 3)])
    noisy = [loss + (0.3, -0.2, 0.1, -0.4, 0.2)[at % 5] for at, loss in enumerate(losses)]
    assert not are_columns([noisy[at : at + 3] for at in range(0, 21, 3)])


def test_pairs_rise_by_whole_steps() -> None:
    assert is_pairs([[0, 0.5], [10.0, 0.4]])
    assert not is_pairs([[0.5, 0.4], [0.3, 0.2]])
    assert not is_pairs([[1, 0.5], [1, 0.4]])
    assert not is_pairs([[1, 0.5]])
    assert not is_pairs([[None, 0.5], [None, 0.4]])


def test_a_download_has_times_since_1970() -> None:
    assert is_timed([[1.7e9, 1, 0.5]])
    assert not is_timed([[1.0, 1, 0.5]])
    assert not is_timed([[1.7e9, 1.5, 0.5]])


def test_folds_are_few_and_longer_than_they_are_many() -> None:
    assert is_folds([[0.1] * 9, [0.2] * 7])
    assert not is_folds([[0.1] * 4, [0.2] * 4])
    assert not is_folds([[0.1] * 9] * 10)
    assert not is_folds([[0.1] * 9])


def test_records_with_other_names_leave_blanks() -> None:
    columns = record_columns(pair_rows({"loss": [[0, 0.5]], "val": [[4, 0.3]]}, "step"))
    held = {column.name: column.present.tolist() for column in columns}
    assert held == {"step": [True, True], "loss": [True, False], "val": [False, True]}


def test_nested_names_are_joined_a_few_levels_deep() -> None:
    deep: Any = 1.0
    for _ in range(10):
        deep = {"a": deep}
    (column,) = record_columns([deep])
    assert column.name == "a/a/a/a/a"
    assert not column.is_numeric


@pytest.mark.parametrize(
    "text", ['{"loss": [0.5]}', '{"1": {"loss": 0.5}}', "{'epoch_3': {}}", "(0.5, 0.4)"]
)
def test_lists_and_values_under_numbers_may_be_series(text: str) -> None:
    assert may_have_series(text)


@pytest.mark.parametrize(
    "text", ['{"lr": 0.1, "model": {"depth": 18}}', '{"layer_3": {"size": 4}}']
)
def test_settings_alone_are_no_series(text: str) -> None:
    assert not may_have_series(text)


@pytest.mark.parametrize("key", ["3", "epoch_3", "Round 12", "e1", "step-000000001"])
def test_a_key_that_counts_records_may_have_a_series(key: str) -> None:
    assert COUNTED.fullmatch(key)
    assert may_have_series(f'{{"{key}": {{"loss": 0.5}}}}')
