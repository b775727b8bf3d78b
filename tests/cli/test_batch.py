"""Batch: the exit code if no run could be diagnosed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result

from analyzer.batch.engine import Engine
from analyzer.batch.pool import work_all

CHOICES = "use tcp://host:8786, the path of a scheduler file, or local"


def test_a_batch_without_a_single_run_exits_with_1_and_one_line(
    call: Callable[..., Result], healthy: Path
) -> None:
    (healthy / "history.json").write_text('{"loss": [1, 2, 3}', encoding="utf-8")
    result = call("batch", healthy, "-o", "site")
    assert result.exit_code == 1
    assert result.stderr == f"{healthy}: no run could be diagnosed; site/index.html says why\n"
    assert Path("site/index.html").is_file()


def test_damage_decides_the_exit_code_under_strict(
    call: Callable[..., Result], healthy: Path
) -> None:
    (healthy / "history.json").write_text('{"loss": [1, 2, 3}', encoding="utf-8")
    assert call("batch", healthy, "-o", "site", "--strict").exit_code == 3


def test_a_time_limit_that_is_no_number_is_refused(
    call: Callable[..., Result], healthy: Path
) -> None:
    result = call("batch", healthy, "-o", "site", "--run-timeout", "nan")
    assert result.exit_code == 2
    assert result.stderr == "--run-timeout nan: must be a number, e.g. 120\n"


def test_one_run_is_enough(call: Callable[..., Result], healthy: Path) -> None:
    (healthy.parent / "torn.json").write_text('{"loss": [1, 2, 3}', encoding="utf-8")
    result = call("batch", healthy.parent, "-o", "site")
    assert result.exit_code == 0
    (line,) = result.stderr.splitlines()
    assert line.startswith("torn.json:1: not valid JSON")


def test_empty_logs_beside_a_good_one_are_no_error_and_are_counted_in_the_index(
    call: Callable[..., Result], healthy: Path
) -> None:
    for name in ("a.csv", "b.csv", "events.out.tfevents.1"):
        (healthy.parent / name).write_bytes(b"")
    result = call("batch", healthy.parent, "-o", "site", "--strict")
    assert (result.exit_code, result.stderr) == (0, "")
    index = Path("site/index.md").read_text(encoding="utf-8")
    assert "| empty file: 0 bytes. | 2 |" in index
    assert "| events.out.tfevents.1 | opened by a writer that never flushed a value" in index


def test_a_dry_run_writes_nothing(call: Callable[..., Result], healthy: Path) -> None:
    result = call("batch", healthy, "-o", "site", "--dry-run")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Would read 1 of 1 log: 1 file, ")
    assert not Path("site").exists()
    found = json.loads(call("batch", healthy, "-o", "site", "--dry-run", "--json").stdout)
    assert (found["fresh"], found["unchanged"], found["files"]) == (1, 0, 1)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--json"], "--json: only with --dry-run; a batch writes findings.jsonl and runs.csv\n"),
        (["--dry-run", "--merge", "a"], "--merge: not with --dry-run; leave one of them out\n"),
        (
            ["--scheduler", "node"],
            f"--scheduler node: no such file; {CHOICES}\n",
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_options_that_do_not_fit_are_refused(
    options: list[str], line: str, call: Callable[..., Result], healthy: Path
) -> None:
    result = call("batch", healthy, "-o", "site", *options)
    assert (result.exit_code, result.stderr) == (2, line)
    assert not Path("site").exists()


def test_a_scheduler_of_the_environment_is_used_and_named(
    call: Callable[..., Result], healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Engine(work_all, 1, "tcp://node:8786: workers: 1")

    @contextmanager
    def chosen(scheduler: str | None) -> Iterator[Engine]:
        assert scheduler == "tcp://node:8786"
        yield pool

    monkeypatch.setattr("analyzer.batch.engine.engine", chosen)
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tcp://node:8786")
    result = call("batch", healthy, "-o", "site")
    assert result.exit_code == 0
    assert result.stderr == "tcp://node:8786: workers: 1; from DASK_SCHEDULER_ADDRESS\n"


@pytest.mark.parametrize(
    ("options", "reports"),
    [
        ([], 1),
        (["--reports", "all"], 1),
        (["--reports", "found"], 0),
        (["--reports", "none"], 0),
        (["--no-reports"], 0),
    ],
)
def test_reports_are_written_for_all_runs_for_those_with_a_finding_or_for_none(
    call: Callable[..., Result], healthy: Path, options: list[str], reports: int
) -> None:
    result = call("batch", *options, healthy, "-o", "site")
    assert result.exit_code == 0, result.output
    assert len(list(Path("site/runs").glob("*/*/report.html"))) == reports
    page = "report.html" if reports else "diagnosis.json"
    assert page in Path("site/index.html").read_text(encoding="utf-8")


def test_another_kind_of_reports_is_refused_with_the_choices(
    call: Callable[..., Result], healthy: Path
) -> None:
    result = call("batch", healthy, "-o", "site", "--reports=some")
    assert result.exit_code == 2
    assert "'found', 'all', 'none'" in result.stderr
