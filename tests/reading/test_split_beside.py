"""A split whose other splits lie beside it and were not passed."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.reading.load import load
from analyzer.reading.split_beside import split_beside
from tests.parsers.test_event_folders import curve, write


@pytest.mark.parametrize(
    ("own", "other"), [("train", "validation"), ("Train", "Eval"), ("Loss_val", "Loss_train")]
)
def test_the_split_that_lies_beside_is_named(own: str, other: str, tmp_path: Path) -> None:
    for name in (own, other):
        write(tmp_path / "logs" / name, *curve("Loss"))
    (run,) = load(tmp_path / "logs" / own)
    (issue,) = [issue for issue in run.issues if issue.key == "split_beside"]
    assert issue.values == {"folder": f"../{other}"}
    assert str(issue).startswith(f"{own}: another split of this run was not read: ../{other}.")
    file = next((tmp_path / "logs" / own).iterdir())
    assert split_beside(file) == [issue]


def test_both_splits_together_miss_nothing(tmp_path: Path) -> None:
    for name in ("train", "validation"):
        write(tmp_path / "logs" / name, *curve("loss"))
    (run,) = load(tmp_path / "logs")
    assert not run.issues


@pytest.mark.parametrize("name", ["notes", "train_2", "validation"])
def test_a_folder_beside_without_another_split_is_not_named(name: str, tmp_path: Path) -> None:
    write(tmp_path / "train", *curve("loss"))
    (tmp_path / name).mkdir()
    (tmp_path / name / "readme.txt").write_text("nothing", encoding="utf-8")
    assert split_beside(tmp_path / "train") == []


def test_folders_of_other_tags_are_not_named(tmp_path: Path) -> None:
    write(tmp_path / "Loss_train", *curve("Loss"))
    write(tmp_path / "Accuracy_val", *curve("Accuracy"))
    assert split_beside(tmp_path / "Loss_train") == []
