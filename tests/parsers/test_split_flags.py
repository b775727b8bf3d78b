"""A flag such as is_training gives the split of each row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.model.run import Run
from analyzer.parsers._split_flags import split_of_flag
from analyzer.reading.load import load

TRAIN = [2.0, 1.5, 1.2, 1.0, 0.9, 0.85]
VAL = [2.1, 1.7, 1.5, 1.4, 1.4, 1.45]


def curves(run: Run) -> dict[tuple[str, str], list[float]]:
    return {(series.split, series.metric): series.value.tolist() for series in run.series}


@pytest.mark.parametrize(
    ("name", "value", "split"),
    [
        ("is_training", True, "train"),
        ("is_training", False, "val"),
        ("isTraining", False, ""),
        ("validation", True, "val"),
        ("is_test", False, "train"),
        ("is_best", True, ""),
        ("loss", True, ""),
    ],
)
def test_a_flag_names_a_split(name: str, value: bool, split: str) -> None:
    assert split_of_flag(name, value) == split


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("is_training", ("True", "False")),
        ("is_val", ("0", "1")),
        ("validation", ("no", "yes")),
        ("training", ("true", "false")),
    ],
)
def test_rows_of_a_table_have_the_split_of_their_flag(
    tmp_path: Path, name: str, flags: tuple[str, str]
) -> None:
    lines = [f"epoch,{name},loss"]
    for epoch, losses in enumerate(zip(TRAIN, VAL, strict=True)):
        lines += [f"{epoch},{flags[at]},{losses[at]}" for at in (0, 1)]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    assert curves(run) == {("train", "loss"): TRAIN, ("val", "loss"): VAL}


def test_records_have_the_split_of_their_flag(tmp_path: Path) -> None:
    rows = []
    for epoch, losses in enumerate(zip(TRAIN, VAL, strict=True)):
        rows += [{"epoch": epoch, "training": not at, "loss": losses[at]} for at in (0, 1)]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (run,) = load(tmp_path)
    assert curves(run) == {("train", "loss"): TRAIN, ("val", "loss"): VAL}


def test_a_flag_that_never_changes_is_none(tmp_path: Path) -> None:
    lines = ["epoch,is_training,loss", *(f"{at},True,{loss}" for at, loss in enumerate(TRAIN))]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    assert curves(run) == {("train", "loss"): TRAIN}


def test_words_of_a_table_come_before_its_flags(tmp_path: Path) -> None:
    lines = ["epoch,is_val,split,loss"]
    for at, loss in enumerate(TRAIN):
        lines += [f"{at},0,train,{loss}", f"{at},1,val,{loss + 1}", f"{at},0,test,{loss + 2}"]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    assert curves(run)["test", "loss"] == [loss + 2 for loss in TRAIN]
    assert set(curves(run)) == {("train", "loss"), ("val", "loss"), ("test", "loss")}


def test_a_word_that_never_changes_leaves_the_flag_of_a_table(tmp_path: Path) -> None:
    lines = ["epoch,stage,is_val,loss"]
    for at, loss in enumerate(TRAIN):
        lines += [f"{at},fit,0,{loss}", f"{at},fit,1,{loss + 1}"]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    assert curves(run) == {("train", "loss"): TRAIN, ("val", "loss"): [x + 1 for x in TRAIN]}


def test_two_flags_of_a_table_say_three_splits(tmp_path: Path) -> None:
    lines = ["epoch,is_val,is_test,loss"]
    for at, loss in enumerate(TRAIN):
        lines += [f"{at},0,0,{loss}", f"{at},1,0,{loss + 1}", f"{at},0,1,{loss + 2}"]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    assert curves(run)["test", "loss"] == [loss + 2 for loss in TRAIN]
