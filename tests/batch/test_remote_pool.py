"""The pool of a Dask worker: it starts again if it dies, and keeps what was done."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.batch import remote_pool
from analyzer.batch.job import Task
from analyzer.batch.remote_pool import Pool, Shard, other_versions, stop, versions
from analyzer.batch.result import Limits
from analyzer.batch.tree import walk
from analyzer.config import Config
from analyzer.errors import AnalyzerError
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for
from analyzer.version import __version__

Make = dict[str, Callable[..., Any]]
KILL_SERVER = """
import os, signal
from pathlib import Path
from analyzer.facts._base import Fact


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


class Bad(Fact):
    def compute(self, run, best):
        if "poison" in run.name:
            os.kill(parent(parent(os.getpid())), signal.SIGKILL)
        return None
"""


@pytest.fixture
def shard(tmp_path: Path, make: Make) -> Shard:
    make["tree"](tmp_path / "logs", 3)
    return made(tmp_path)


def made(tmp_path: Path) -> Shard:
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True, exist_ok=True)
    task = Task(str(tmp_path / "logs"), str(tmp_path / "site"), Config(), "en", reports=False)
    units = walk(tmp_path / "logs", parsers_for(ReadOptions()), {}).units
    return Shard("batch", versions(), str(tmp_path), task, units, Limits(60, 2 << 30, 1))


@pytest.fixture
def pool() -> Iterator[Pool]:
    started = Pool()
    yield started
    started.stop()


def test_every_unit_of_a_shard_has_its_result(shard: Shard, pool: Pool) -> None:
    result = pool.work(shard)
    assert sorted(result.results) == [0, 1, 2]
    assert all(len(found.records) == 1 for found in result.results.values())
    assert result.seconds > 0


def test_relative_paths_count_from_the_folder_of_the_client(
    tmp_path: Path, shard: Shard, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    units = walk(Path("logs"), parsers_for(ReadOptions()), {}).units
    monkeypatch.chdir("/")
    task = replace(shard.task, root="logs", site="site")
    assert len(pool.work(replace(shard, task=task, units=units)).results) == 3


def test_a_pool_that_was_killed_is_replaced(shard: Shard, pool: Pool) -> None:
    pool.work(shard)
    process = pool._process
    assert process is not None
    os.kill(process._process.pid, signal.SIGKILL)
    assert len(pool.work(shard).results) == 3


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds its parents in /proc")
def test_a_unit_that_kills_every_pool_has_no_result_and_costs_no_other(
    tmp_path: Path,
    make: Make,
    pool: Pool,
    bad_plugin: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make["tree"](tmp_path / "logs", 3)
    make["history"](tmp_path / "logs" / "poison" / "history.json", 1)
    (tmp_path / "plugin" / "bad_fact.py").write_text(KILL_SERVER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", bad_plugin["PYTHONPATH"])
    shard = made(tmp_path)
    assert [unit.key for unit in shard.units][-1] == "poison/history.json"
    assert sorted(pool.work(shard).results) == [0, 1, 2]


def test_a_pool_that_was_stopped_starts_no_process(shard: Shard, pool: Pool) -> None:
    pool.stop()
    assert pool.work(shard).results == {}
    assert pool._process is None


def test_a_pool_that_cannot_start_says_why(
    shard: Shard, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no such module >&2\nexit 3\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(AnalyzerError, match="pool of a worker cannot start: no such module"):
        pool.work(shard)


def test_a_site_that_cannot_be_written_is_an_error(
    shard: Shard, pool: Pool, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    shard = replace(shard, task=replace(shard.task, site=str(tmp_path / "file")))
    with pytest.raises(AnalyzerError, match="cannot write here"):
        pool.work(shard)


def test_versions_are_those_of_package_python_and_plug_ins() -> None:
    here = versions()
    assert here.analyzer == __version__
    assert here.python == f"{sys.version_info[0]}.{sys.version_info[1]}"
    there = here._replace(analyzer="0.0.1", plugins=("other 1.0",))
    said = other_versions(there, here)
    assert said.startswith(f"has analyzer 0.0.1 on Python {here.python} with other 1.0; this is ")


def test_a_shard_that_starts_after_its_batch_was_stopped_does_nothing(shard: Shard) -> None:
    """Cancelling may come later than stopping."""
    dask_worker = SimpleNamespace()
    stop(shard.batch, dask_worker)
    (pool,) = vars(dask_worker).values()
    assert pool.work(shard).results == {}
    assert pool._process is None


def test_a_process_that_cannot_be_started_is_one_line(
    shard: Shard, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(remote_pool, "TemporaryFile", full)
    with pytest.raises(AnalyzerError, match="cannot start: No space left on device"):
        pool.work(shard)
