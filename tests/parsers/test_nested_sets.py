"""Series below the names of data: which word is a set, and what the joined names mean."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.metrics import Reading
from analyzer.parsers._nested_sets import joined_sets, set_split

CURVE = [0.5, 0.4, 0.3]


def names(document: dict[str, Any]) -> list[str]:
    return [column.name for column in joined_sets(document, ()).columns]


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train", "train"),
        ("training", "train"),
        ("learn", "train"),
        ("dtrain", "train"),
        ("dval", "val"),
        ("valid_0", "val"),
        ("validation_1", "val"),
        ("Val_Metrics", "val"),
        ("test_set", "test"),
        ("trainhistory", "train"),
        ("fold_1", ""),
        ("settings", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_set_says_a_split(name: str, split: str) -> None:
    assert set_split(name) == split


def test_names_are_joined_as_the_boosters_print_them() -> None:
    assert names({"validation_0": {"logloss": CURVE}, "validation_1": {"logloss": CURVE}}) == [
        "validation_0-logloss",
        "validation_1-logloss",
    ]
    assert names({"learn": {"Logloss": CURVE}}) == ["learn/Logloss"]
    assert names({"loss": {"train": CURVE, "val": CURVE}}) == ["train/loss", "val/loss"]


@pytest.mark.parametrize("loss", ["MultiClass", "MultiClassOneVsAll"])
def test_losses_that_only_boosters_name_so_are_read(loss: str) -> None:
    readings = joined_sets({"learn": {loss: CURVE}, "validation": {loss: CURVE}}, ()).readings
    assert readings == {
        f"learn/{loss}": Reading("train", "logloss"),
        f"validation/{loss}": Reading("val", "logloss"),
    }


def test_names_that_say_their_split_stay() -> None:
    assert names({"train": {"train_loss": CURVE}, "val": {"val_loss": CURVE}}) == [
        "train_loss",
        "val_loss",
    ]


def test_a_name_that_says_nothing_gets_its_meaning_from_the_nest() -> None:
    found = joined_sets({"dtrain": {"rmse": CURVE}, "valid": {"l2": CURVE}}, ())
    assert found.readings == {"valid/l2": Reading("val", "mse")}  # "dtrain" says its own


def test_a_set_of_another_name_belongs_to_those_with_the_same_metrics() -> None:
    assert names({"train": {"auc": CURVE}, "holdout": {"auc": CURVE}, "cfg": {"betas": CURVE}}) == [
        "train/auc",
        "holdout/auc",
    ]


def test_sets_with_steps_of_their_own_stand_one_behind_the_other() -> None:
    found = joined_sets(
        {
            "train": [{"step": 0, "loss": 0.9}, {"step": 5, "loss": 0.8}],
            "val": [{"step": 5, "loss": 0.7}],
        },
        (),
    )
    held = {column.name: column.value[column.present].tolist() for column in found.columns}
    assert held == {"step": [0, 5, 5], "train/loss": [0.9, 0.8], "val/loss": [0.7]}


def test_names_that_collide_are_no_sets() -> None:
    history = {"loss": CURVE, "val_loss": CURVE}
    assert names({"train": history, "test": history}) == []


def test_a_group_as_long_as_the_series_beside_belongs_to_them() -> None:
    found = joined_sets({"scores": {"f1": CURVE}, "betas": {"adam": [0.9, 0.999]}}, {3})
    assert [column.name for column in found.columns] == ["scores/f1"]
    assert found.used == {"scores"}


def test_an_entry_that_is_no_record_costs_itself_and_is_told() -> None:
    rows: list[Any] = [{"loss": 0.5}, None, {"loss": 0.4}]
    found = joined_sets({"train": rows, "val": [{"loss": 0.6}, {"loss": 0.5}]}, set())
    assert {column.name: column.value.tolist() for column in found.columns} == {
        "train/loss": [0.5, 0.4],
        "val/loss": [0.6, 0.5],
    }
    assert [(odd.count, odd.place) for odd in found.odd] == [(1, "train[1]")]
