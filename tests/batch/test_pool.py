"""A pool whose tasks fail alone: in time, in memory, by an exit, by an error."""

from __future__ import annotations

import itertools
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import job, memory
from analyzer.batch.pool import Processes, usual_workers, work_all
from analyzer.batch.result import Failure, Limits, UnitResult
from analyzer.batch.tree import Unit, walk
from analyzer.config import Config
from analyzer.errors import AnalyzerError, WorkersWarning
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for

Make = dict[str, Callable[..., Any]]


def done(
    tmp_path: Path,
    site: Path,
    *,
    workers: int = 2,
    seconds: float = 60,
    memory: int = Limits.memory,
) -> dict[str, Any]:
    """Return the results of all units of a tree by their keys."""
    task = job.Task(str(tmp_path / "logs"), str(site), Config(), "en", reports=False)
    units = walk(tmp_path / "logs", parsers_for(ReadOptions()), {}).units
    limits = Limits(seconds=seconds, memory=memory, workers=workers)
    return {unit.key: result for unit, result in work_all(task, units, limits)}


def test_every_unit_comes_back_whatever_the_number_of_workers(tmp_path: Path, make: Make) -> None:
    make["tree"](tmp_path / "logs", 9)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    results = done(tmp_path, tmp_path / "site", workers=1)
    assert len(results) == 9
    assert results == done(tmp_path, tmp_path / "site", workers=3)
    assert all(len(result.records) == 1 for result in results.values())


def hang(task: job.Task, unit: Unit) -> None:
    """Work without end: what ends at once may be done before the pool looks at the time."""
    time.sleep(600)


def test_a_unit_over_its_time_fails_with_the_limit(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make["tree"](tmp_path / "logs", 2)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    monkeypatch.setattr(job, "work", hang)
    results = done(tmp_path, tmp_path / "site", seconds=0.001)
    assert len(results) == 2
    for result in results.values():
        assert result.failures == (Failure("took_too_long", {"seconds": 0.001}),)


def greedy(task: job.Task, unit: Unit) -> None:
    """Take 200 MiB and keep them."""
    block = bytearray(b"1") * (200 << 20)
    time.sleep(600)
    del block


def limit_as_on_macos(most: int) -> None:
    """Prepare a worker whose address space cannot be limited."""
    memory._is_limited = lambda _: False  # type: ignore[assignment]
    memory.limit(most)


def test_a_unit_over_its_memory_fails_where_the_system_has_no_limit(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make["tree"](tmp_path / "logs", 1)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    monkeypatch.setattr(job, "work", greedy)
    monkeypatch.setattr(job, "limit", limit_as_on_macos)
    (result,) = done(tmp_path, tmp_path / "site", seconds=60.0, memory=64 << 20).values()
    assert result.failures == (Failure("too_much_memory", {"mebibytes": 64}),)


def threadless(task: job.Task, unit: Unit) -> None:
    raise RuntimeError("can't start new thread")


def test_a_unit_without_a_thread_is_no_internal_error(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make["tree"](tmp_path / "logs", 1)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    monkeypatch.setattr(job, "work", threadless)
    (result,) = done(tmp_path, tmp_path / "site", seconds=60.0, memory=512 << 20).values()
    assert result.failures == (Failure("no_thread", {"mebibytes": 512}),)


def test_a_site_that_cannot_be_written_ends_the_batch(tmp_path: Path, make: Make) -> None:
    make["tree"](tmp_path / "logs", 2)
    (tmp_path / "site").write_text("a file", encoding="utf-8")
    with pytest.raises(AnalyzerError, match="cannot write here"):
        done(tmp_path, tmp_path / "site")


def test_the_logs_of_a_unit_that_fails_are_read_apart(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hang in one of two logs that may be of one run costs the other nothing."""
    make["history"](tmp_path / "logs" / "a" / "history.json", 1)
    make["table"](tmp_path / "logs" / "b" / "log.csv")
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    (unit,) = walk(tmp_path / "logs", parsers_for(ReadOptions()), {}).units
    assert len(unit.groups) == 2
    task = job.Task(str(tmp_path / "logs"), str(tmp_path / "site"), Config(), "en", reports=False)
    limits = Limits(seconds=60, memory=2 << 30, workers=1)

    def failed(future: Any, limits: Limits) -> UnitResult:
        result: UnitResult = future.result()
        if any(record.source.startswith("b") for record in result.records):
            return UnitResult(failures=(Failure("took_too_long", {"seconds": 60}),))
        return result

    monkeypatch.setattr("analyzer.batch.pool._result", failed)
    ((whole, result),) = work_all(task, [unit], limits)
    assert whole == unit
    assert [record.source for record in result.records] == ["a/history.json"]
    assert [failure.source for failure in result.failures] == ["b/log.csv"]


def refused(*_: Any, **__: Any) -> None:
    raise BlockingIOError(11, "Resource temporarily unavailable")


def broken(error: type[Exception]) -> Callable[..., Any]:
    """Return a ``_result`` that finds the pool broken at the second task of each pool."""
    calls = itertools.count(1)

    def result(future: Any, limits: Limits) -> UnitResult:
        if isinstance(future, Future) and next(calls) % 2 == 0:
            raise error
        found: UnitResult = future.result()
        return found

    return result


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("analyzer.batch.pool._context", refused),
        ("pebble.ProcessPool.schedule", refused),
    ],
    ids=["no process", "no thread"],
)
def test_without_workers_the_rest_is_read_in_this_process(
    name: str, fault: Any, tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make["tree"](tmp_path / "logs", 5)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    monkeypatch.setattr(name, fault)
    with pytest.warns(WorkersWarning, match=r"\(BlockingIOError: .* unavailable\), .* one by one"):
        results = done(tmp_path, tmp_path / "site", workers=1)
    assert len(results) == 5
    assert all(len(result.records) == 1 for result in results.values())


def test_pools_that_break_on_the_way_are_replaced_while_they_finish_tasks(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the rest of a batch would be read without limits."""
    make["tree"](tmp_path / "logs", 4)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    monkeypatch.setattr("analyzer.batch.pool._result", broken(BrokenProcessPool))
    with warnings.catch_warnings():
        warnings.simplefilter("error", WorkersWarning)
        results = done(tmp_path, tmp_path / "site", workers=1)
    assert len(results) == 4
    assert all(len(result.records) == 1 for result in results.values())


def test_a_process_uses_the_processors_it_may_use() -> None:
    assert 1 <= usual_workers() <= (os.cpu_count() or 1)


def test_processes_stay_for_the_next_list_of_units(tmp_path: Path, make: Make) -> None:
    make["tree"](tmp_path / "logs", 4)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    task = job.Task(str(tmp_path / "logs"), str(tmp_path / "site"), Config(), "en", reports=False)
    units = walk(tmp_path / "logs", parsers_for(ReadOptions()), {}).units
    processes = Processes(Limits(workers=1))
    try:
        found = list(processes.work_all(task, units[:2]))
        pool = processes._pool
        found += processes.work_all(task, units[2:])
        assert processes._pool is pool is not None
    finally:
        processes.stop()
    assert [unit.key for unit, _ in found] == [unit.key for unit in units]
    assert processes._pool is None
