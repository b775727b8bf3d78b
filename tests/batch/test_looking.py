"""Files that several processes look at: the same answers, whatever becomes of the processes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import looking as module
from analyzer.batch.looking import looking
from analyzer.batch.pool import Processes
from analyzer.batch.result import Limits
from analyzer.batch.tree import HERE, Origin, Tree, walk
from analyzer.config import Config
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for

Make = dict[str, Callable[..., Any]]
PARSERS = parsers_for(ReadOptions())
FILES = 30


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a handful of files count as many."""
    monkeypatch.setattr(module, "_ALONE", 4)
    monkeypatch.setattr("analyzer.batch.tree._TOGETHER", 3)


@pytest.fixture
def logs(tmp_path: Path, make: Make) -> Path:
    for number in range(FILES):
        make["table"](tmp_path / f"run-{number:02d}" / "log.csv")
        (tmp_path / f"run-{number:02d}" / "notes.md").write_text("hello", encoding="utf-8")
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect how many files each process was asked about."""
    counts: list[int] = []
    submit = Processes.submit

    def counted(self: Processes, function: Callable[..., Any], *arguments: Any) -> Any:
        counts.append(len(arguments[-1]))
        return submit(self, function, *arguments)

    monkeypatch.setattr(Processes, "submit", counted)
    return counts


def walked(root: Path, workers: int, origin: Origin = HERE) -> Tree:
    with looking(Config(), Limits(workers=workers), origin) as look:
        return walk(root, PARSERS, {}, origin=origin, look=look)


def test_processes_give_the_answers_of_one(logs: Path, asked: list[int]) -> None:
    tree = walked(logs, 2)
    assert sum(asked) > FILES
    assert tree == walk(logs, PARSERS, {})
    assert tree.opened == 2 * FILES


def test_files_that_are_known_are_not_looked_at(logs: Path, asked: list[int]) -> None:
    known = walk(logs, PARSERS, {}).known
    with looking(Config(), Limits(workers=2), HERE) as look:
        tree = walk(logs, PARSERS, known, look=look)
    assert tree.opened == 0
    assert not asked


@pytest.mark.parametrize(("workers", "url"), [(1, ""), (2, "s3://bucket/runs")])
def test_one_worker_or_a_store_needs_no_processes(
    workers: int, url: str, logs: Path, asked: list[int]
) -> None:
    tree = walked(logs, workers, Origin(url, {}))
    assert tree.opened == 2 * FILES
    assert not asked


def test_a_process_that_ends_leaves_its_files_to_this_one(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = Processes.submit
    monkeypatch.setattr(Processes, "submit", lambda self, *_: submit(self, os._exit, 7))
    assert walked(logs, 2) == walk(logs, PARSERS, {})


def test_a_system_without_processes_is_no_obstacle(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> Any:
        raise OSError("no process")

    monkeypatch.setattr(Processes, "_started", refused)
    assert walked(logs, 2) == walk(logs, PARSERS, {})
