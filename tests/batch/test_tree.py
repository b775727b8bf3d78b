"""The units of a tree: what is read together, and that known files are not opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.tree import UNOPENED, KnownFile, content_of, walk
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for

Make = dict[str, Callable[..., Any]]
PARSERS = parsers_for(ReadOptions())


@pytest.fixture
def logs(tmp_path: Path, make: Make) -> Path:
    make["history"](tmp_path / "a" / "history.json", 0)
    make["history"](tmp_path / "b" / "history.json", 1)
    make["table"](tmp_path / "b" / "log.csv")
    (tmp_path / "readme.md").write_text("hello", encoding="utf-8")
    return tmp_path


def test_formats_of_one_folder_are_one_unit_and_units_are_sorted(logs: Path) -> None:
    tree = walk(logs, PARSERS, {})
    assert [unit.key for unit in tree.units] == ["a/history.json", "b/history.json"]
    assert [len(unit.files) for unit in tree.units] == [1, 2]
    assert tree.units[1].logs == {Path("b"): 2}
    assert [(skipped.source, skipped.key) for skipped in tree.skipped] == [
        ("readme.md", "not_a_log")
    ]


@pytest.mark.parametrize(
    ("left", "right", "units"),
    [
        ("csv_logs/version_0", "json_logs/version_0", 1),
        ("version_0", "version_1", 1),
        ("out", "out/logs", 1),
        ("a/x", "b/y", 2),
    ],
)
def test_formats_of_folders_beside_each_other_are_one_unit(
    left: str, right: str, units: int, tmp_path: Path, make: Make
) -> None:
    make["table"](tmp_path / left / "metrics.csv")
    make["history"](tmp_path / right / "history.json", 0)
    tree = walk(tmp_path, PARSERS, {})
    assert len(tree.units) == units
    assert sum(len(unit.files) for unit in tree.units) == 2


def test_repeats_with_two_loggers_are_a_unit_each(tmp_path: Path, make: Make) -> None:
    for version in range(3):
        make["table"](tmp_path / "csv" / f"version_{version}" / "metrics.csv")
        make["history"](tmp_path / "json" / f"version_{version}" / "history.json", version)
    tree = walk(tmp_path, PARSERS, {})
    assert [unit.key for unit in tree.units] == [
        f"csv/version_{version}/metrics.csv" for version in range(3)
    ]
    assert all(len(unit.files) == 2 for unit in tree.units)


def test_known_files_are_not_opened_until_they_change(logs: Path) -> None:
    first = walk(logs, PARSERS, {})
    assert first.opened == 4
    again = walk(logs, PARSERS, first.known)
    assert again.opened == 0
    assert again.units == first.units
    assert again.skipped == first.skipped
    (logs / "readme.md").write_text("hello again", encoding="utf-8")
    assert walk(logs, PARSERS, first.known).opened == 1


def test_a_file_that_failed_to_open_is_tried_again(logs: Path) -> None:
    known = dict(walk(logs, PARSERS, {}).known)
    known["readme.md"] = KnownFile(known["readme.md"].stamp, None, UNOPENED, {"error": "x"})
    assert walk(logs, PARSERS, known).opened == 1


def test_a_log_of_a_parser_that_is_gone_is_looked_at_again(logs: Path) -> None:
    known = dict(walk(logs, PARSERS, {}).known)
    known["a/history.json"] = KnownFile(known["a/history.json"].stamp, "gone")
    tree = walk(logs, PARSERS, known)
    assert tree.opened == 1
    assert tree.known["a/history.json"].parser == "keras_history"


@pytest.mark.parametrize(
    "file", [KnownFile((1, 2, 3), "csv"), KnownFile((1, 2, 3), None, "not_a_log", {"a": 1})]
)
def test_a_known_file_survives_the_state_folder(file: KnownFile) -> None:
    assert KnownFile.from_json(file.to_json()) == file


@pytest.mark.parametrize("data", [None, [], [1, 2, 3], [1, 2, 3, None, None], "text", 7])
def test_a_damaged_entry_is_not_known(data: object) -> None:
    assert KnownFile.from_json(data) is None


def test_the_content_depends_on_every_file(logs: Path) -> None:
    unit = walk(logs, PARSERS, {}).units[1]
    before = content_of(unit)
    with (logs / "b" / "log.csv").open("a", encoding="utf-8") as file:
        file.write("99,1,1\n")
    assert content_of(unit) != before


def test_plain_settings_are_no_log_of_a_unit_but_lie_beside_it(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("step,loss\n0,1.0\n1,0.5\n")
    (tmp_path / "config.json").write_text('{"lr": 0.1}')
    (unit,) = walk(tmp_path, parsers_for(ReadOptions()), {}).units
    assert [file.name for file in unit.files] == ["metrics.csv"]
    assert [file.name for file in unit.beside] == ["config.json"]
