"""A pool whose tasks fail alone: in time, in memory, by an exit, by an error."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import job
from analyzer.batch.pool import usual_workers, work_all
from analyzer.batch.result import Limits
from analyzer.batch.tree import walk
from analyzer.config import Config
from analyzer.errors import AnalyzerError
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for

Make = dict[str, Callable[..., Any]]


def done(tmp_path: Path, site: Path, *, workers: int = 2, seconds: float = 60) -> dict[str, Any]:
    """Return the results of all units of a tree by their keys."""
    task = job.Task(str(tmp_path / "logs"), str(site), Config(), "en", reports=False)
    units = walk(tmp_path / "logs", parsers_for(ReadOptions()), {}).units
    limits = Limits(seconds=seconds, workers=workers)
    return {unit.key: result for unit, result in work_all(task, units, limits)}


def test_every_unit_comes_back_whatever_the_number_of_workers(tmp_path: Path, make: Make) -> None:
    make["tree"](tmp_path / "logs", 9)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    results = done(tmp_path, tmp_path / "site", workers=1)
    assert len(results) == 9
    assert results == done(tmp_path, tmp_path / "site", workers=3)
    assert all(len(result.records) == 1 for result in results.values())


def test_a_unit_over_its_time_fails_with_the_limit(tmp_path: Path, make: Make) -> None:
    make["tree"](tmp_path / "logs", 2)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    results = done(tmp_path, tmp_path / "site", seconds=0.001)
    failures = [result.failure for result in results.values()]
    assert all(failure.key == "took_too_long" for failure in failures)
    assert failures[0].values == {"seconds": 0.001}


def test_a_site_that_cannot_be_written_ends_the_batch(tmp_path: Path, make: Make) -> None:
    make["tree"](tmp_path / "logs", 2)
    (tmp_path / "site").write_text("a file", encoding="utf-8")
    with pytest.raises(AnalyzerError, match="cannot write here"):
        done(tmp_path, tmp_path / "site")


def test_a_process_uses_the_processors_it_may_use() -> None:
    assert 1 <= usual_workers() <= (os.cpu_count() or 1)
