"""The process with the pool of a Dask worker: requests in, results out, gone with its input."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import worker
from analyzer.batch.job import Task
from analyzer.batch.pipe import Done, End, Ready, Request, receive, send
from analyzer.batch.result import Limits, UnitResult
from analyzer.batch.tree import Unit, walk
from analyzer.batch.worker import PoolOfRequests
from analyzer.config import Config
from analyzer.errors import AnalyzerError, WorkersWarning
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for

Make = dict[str, Callable[..., Any]]


@pytest.fixture
def request_of_three(tmp_path: Path, make: Make) -> Request:
    make["tree"](tmp_path / "logs", 3)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    task = Task(str(tmp_path / "logs"), str(tmp_path / "site"), Config(), "en", reports=False)
    units = walk(tmp_path / "logs", parsers_for(ReadOptions()), {}).units
    return Request(task, units, Limits(60, 2 << 30, 1))


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    line = [sys.executable, "-m", "analyzer.batch.worker"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        yield started
        started.kill()


def test_it_answers_one_request_after_another_and_ends_with_its_input(
    request_of_three: Request, process: subprocess.Popen[bytes]
) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    assert receive(process.stdout) == Ready()
    for _ in range(2):
        send(process.stdin, request_of_three)
        answers = [receive(process.stdout) for _ in range(4)]
        assert sorted(answer.place for answer in answers[:3]) == [0, 1, 2]
        assert all(len(answer.result.records) == 1 for answer in answers[:3])
        assert answers[3] == End()
    process.stdin.close()
    assert process.wait(timeout=30) == 0


class Fake:
    """Processes that warn, or that meet a full disk."""

    def __init__(self, limits: Limits) -> None:
        pass

    def work_all(self, task: Task, units: tuple[Unit, ...]) -> Iterator[tuple[Unit, UnitResult]]:
        warnings.warn("no processes", WorkersWarning, stacklevel=1)
        yield units[1], UnitResult()


class Full(Fake):
    def work_all(self, task: Task, units: tuple[Unit, ...]) -> Iterator[tuple[Unit, UnitResult]]:
        yield units[0], UnitResult()
        raise AnalyzerError("disk full")


def test_what_it_warns_of_goes_to_the_user(
    request_of_three: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "Processes", Fake)
    answers = list(PoolOfRequests().answers_to(request_of_three))
    assert answers == [Done(1, UnitResult()), End(("no processes",))]


def test_a_site_that_cannot_be_written_is_an_answer(
    request_of_three: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "Processes", Full)
    answers = list(PoolOfRequests().answers_to(request_of_three))
    assert answers == [Done(0, UnitResult()), End(error="disk full")]
