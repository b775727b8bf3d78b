"""The names of files side by side say their run, their split and their metric."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.parsers._base import LogFile
from analyzer.parsers._file_names import FileName, is_named_for, read_name, side_by_side


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("train_loss", FileName("", "train", "loss")),
        ("val-acc", FileName("", "val", "acc")),
        ("trainLoss", FileName("", "train", "Loss")),
        ("valloss", FileName("", "val", "loss")),
        ("exp1_train_loss", FileName("exp1", "train", "loss")),
        ("validation", FileName("", "val", "")),
        ("train_logs", FileName("logs", "train", "")),
        ("loss_curve", FileName("curve", "", "loss")),
        ("val_epoch_loss (1)", FileName("", "val", "epoch_loss")),
        ("train_val_loss", FileName("train_val_loss", "", "")),
        ("progress", FileName("progress", "", "")),
    ],
)
def test_a_name_is_read(stem: str, name: FileName) -> None:
    assert read_name(stem) == name


def groups(*names: str) -> dict[str, list[str]]:
    files = [LogFile(Path(name), Path(name), name, 1) for name in names]
    return {
        group.name.as_posix(): [file.shown for file in group.files] for group in side_by_side(files)
    }


def test_files_of_two_splits_are_one_run() -> None:
    assert groups("a/train.csv", "a/val.csv") == {"a": ["a/train.csv", "a/val.csv"]}
    assert len(groups("train_loss.csv", "val_loss.csv", "train_acc.csv", "val_acc.csv")) == 1


def test_files_in_folders_of_two_splits_are_one_run() -> None:
    assert groups("a/train/log.csv", "a/val/log.csv") == {"a": ["a/train/log.csv", "a/val/log.csv"]}
    assert list(groups("entrenamiento/x.csv", "validación/x.csv")) == ["."]
    names = [f"a/{split}/{name}.csv" for split in ("train", "test") for name in "xy"]
    assert sorted(groups(*names)) == ["a/x", "a/y"]


@pytest.mark.parametrize(
    "names",
    [
        ("log.csv", "train/log.csv"),
        ("train/a.csv", "val/b.csv"),
        ("x/train/log.csv", "y/val/log.csv"),
        ("val/log.csv", "validation/log.csv"),
    ],
)
def test_files_in_other_folders_are_runs_of_their_own(names: tuple[str, ...]) -> None:
    assert len(groups(*names)) == len(names)


def test_the_rest_of_the_name_tells_runs_apart() -> None:
    assert sorted(groups("x_train.csv", "x_val.csv", "y_train.csv", "y_val.csv")) == ["x", "y"]


@pytest.mark.parametrize(
    "names",
    [
        ("a/train.csv", "b/val.csv"),
        ("train_1.csv", "train_2.csv"),
        ("loss.csv", "accuracy.csv"),
        ("history.csv", "val.csv"),
    ],
)
def test_other_files_are_runs_of_their_own(names: tuple[str, ...]) -> None:
    assert len(groups(*names)) == len(names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("confusion.CSV", True), ("Confusion.txt", False), ("confusion", False), ("x.csv", False)],
)
def test_a_file_is_named_for_words_before_its_suffix(name: str, expected: bool) -> None:
    assert is_named_for(name, re.compile("confusion", re.I), (".csv", ".json")) == expected
