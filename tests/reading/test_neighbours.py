"""Logs in folders beside each other that may be of one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.reading.neighbours import MOST, neighbours


def together(*logs: tuple[str, str]) -> list[list[int]]:
    return neighbours([Path(folder) for folder, _ in logs], [name for _, name in logs])


@pytest.mark.parametrize(
    "folders",
    [
        ("r/csv_logs/version_0", "r/tb_logs/version_0"),
        ("r/logs/my_csv/version_3", "r/tb/model/version_3"),
        ("r/lightning_logs/version_0", "r/lightning_logs/version_1"),
        ("r/e/csv", "r/e/events"),
        ("r/e", "r/e/logs"),
        ("r/e", "r/e/logs/fit/today"),
        ("r/e", "r/e"),
    ],
)
def test_folders_of_loggers_are_neighbours(folders: tuple[str, str]) -> None:
    assert [0, 1] in [sorted(places) for places in together(*zip(folders, "ab", strict=True))]


@pytest.mark.parametrize(
    "folders", [("r/a/x", "r/b/y"), ("r/a/b/c/d/e", "r/a"), ("r/a/b/version_0", "s/c/d/version_0")]
)
def test_other_folders_are_not(folders: tuple[str, str]) -> None:
    assert together(*zip(folders, "ab", strict=True)) == []


def test_logs_of_one_format_are_never_of_one_run() -> None:
    assert together(("r/version_0", "a"), ("r/version_1", "a")) == []


def test_a_run_in_two_formats_looks_no_further() -> None:
    logs = [("r/e1", "a"), ("r/e1", "b"), ("r/e2", "a"), ("r/e2", "b")]
    assert together(*logs) == [[0, 1], [2, 3]]


def test_many_runs_beside_each_other_are_not_compared() -> None:
    many = [(f"r/run{number}", "ab"[number % 2]) for number in range(20)]
    assert together(*many) == []
    versions = [(f"r/version_{number}", "ab"[number % 2]) for number in range(MOST + 1)]
    assert together(*versions) == []
