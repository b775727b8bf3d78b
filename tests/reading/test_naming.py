"""Names of runs: each once, for the folder or the file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile
from analyzer.reading.naming import numbered, run_name


def group(root: Path, relative: str) -> Group:
    path = root / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    below = Path(relative)
    return Group(below.with_suffix(""), (LogFile(path, below, relative, 0),))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("abc", ["a", "b", "c"]),
        ("aaa", ["a", "a (2)", "a (3)"]),
        (["a", "a (2)", "a"], ["a", "a (2)", "a (3)"]),
        (["a", "a", "a (2)"], ["a", "a (3)", "a (2)"]),
    ],
)
def test_a_repeated_name_gets_the_next_free_number(names: list[str], expected: list[str]) -> None:
    assert [run.name for run in numbered([Run(name, ()) for name in names])] == expected


@pytest.mark.parametrize(
    ("relative", "logs", "name"),
    [
        ("exp/loss.csv", 1, "exp"),
        ("exp/loss.csv", 2, "exp/loss"),
        ("loss.csv", 1, "root"),
        ("loss.csv", 2, "loss"),
    ],
)
def test_the_only_log_of_a_folder_is_named_for_it(
    relative: str, logs: int, name: str, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    made = group(root, relative)
    assert run_name(root, made, Counter({Path(relative).parent: logs})) == name


@pytest.mark.parametrize(("file", "name"), [("history.json", "exp"), ("seed1.json", "seed1")])
def test_a_file_given_directly_is_named_for_its_folder_if_its_name_is_generic(
    file: str, name: str, tmp_path: Path
) -> None:
    made = group(tmp_path / "exp", file)
    assert run_name(tmp_path / "exp" / file, made, Counter()) == name
