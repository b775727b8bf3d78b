"""Two rows of names are one header, and a row that names columns is told from data."""

from __future__ import annotations

import pytest

from analyzer.parsers._header import are_units, completed, names_columns


@pytest.mark.parametrize(
    ("upper", "lower", "names"),
    [
        (["", "loss", "loss"], ["", "train", "val"], ["", "train/loss", "val/loss"]),
        (["", "train", "val"], ["epoch", "loss", "loss"], ["epoch", "train/loss", "val/loss"]),
        (
            ["", "training", "", "test"],
            ["step", "acc", "loss", "acc"],
            ["step", "training/acc", "training/loss", "test/acc"],
        ),
        (
            ["metric", "loss", "loss"],
            ["split", "train", "val"],
            ["split", "train/loss", "val/loss"],
        ),
    ],
)
def test_splits_and_metrics_of_two_rows_go_together(
    upper: list[str], lower: list[str], names: list[str]
) -> None:
    assert completed(upper, upper, lower) == names


@pytest.mark.parametrize(
    ("upper", "lower", "names"),
    [
        (
            ["", "adam", "adam", "sgd", "sgd"],
            ["", "loss", "val_loss", "loss", "val_loss"],
            ["", "adam/loss", "adam/val_loss", "sgd/loss", "sgd/val_loss"],
        ),
        (["", "a", "", "b", ""], ["epoch", "loss", "acc", "loss", "acc"], None),
        (["", "a", "a", "b", "b"], ["epoch", "loss", "acc", "loss", "f1"], ["none"]),
        (["", "a", "a", "a", "a"], ["epoch", "loss", "acc", "loss", "acc"], ["none"]),
        (["", "a", "b"], ["epoch", "loss", "loss"], ["none"]),
    ],
)
def test_runs_above_the_same_metrics_are_parts_of_their_names(
    upper: list[str], lower: list[str], names: list[str] | None
) -> None:
    wanted = names or ["epoch", "a/loss", "a/acc", "b/loss", "b/acc"]
    assert completed(upper, upper, lower) == (None if names == ["none"] else wanted)


def test_the_number_of_a_repeated_name_is_dropped_above_its_splits() -> None:
    upper = ["", "loss", "loss.1", "v1.5"]
    found = completed(upper, upper, ["epoch", "train", "val", "time"])
    assert found == ["epoch", "train/loss", "val/loss", "time"]


def test_a_third_row_may_name_the_index() -> None:
    assert completed([], ["", "train/loss"], ["epoch", ""]) == ["epoch", "train/loss"]


@pytest.mark.parametrize(
    "cells", [["1", "0.5", "0.6"], ["nats", "nats", "share"], ["x"], ["", "", ""]]
)
def test_other_rows_complete_nothing(cells: list[str]) -> None:
    assert completed(["epoch", "loss", "acc"], ["epoch", "loss", "acc"], cells) is None


def test_a_row_of_known_names_is_a_header_and_one_with_a_number_is_not() -> None:
    assert names_columns(["epoch", "loss", "note"], [])
    assert not names_columns(["resumed", "loss", "0.5"], [])
    assert not names_columns(["a", "b", "c"], [])


@pytest.mark.parametrize(
    ("cells", "are"),
    [
        (["[-]", "[nats]", "[s]"], True),
        (["-", "nats", "s"], True),
        (["", "", "(ms)"], True),
        (["-", "-", "-"], False),  # a row without values
        (["", "", ""], False),
        (["0", "nats", "s"], False),
        (["[0.5]", "[0.6]", "[0.7]"], False),
    ],
)
def test_a_row_of_units_is_told_from_a_row_of_values(cells: list[str], are: bool) -> None:
    assert are_units(cells) == are
