"""MLflow's database: runs, parameters, values that are not finite, deleted and damaged stores."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.reading.load import load, scan

SCHEMA = """
CREATE TABLE experiments (experiment_id INTEGER, name TEXT, lifecycle_stage TEXT);
CREATE TABLE runs (run_uuid TEXT, name TEXT, user_id TEXT, lifecycle_stage TEXT,
                   experiment_id INTEGER);
CREATE TABLE params ("key" TEXT, value TEXT, run_uuid TEXT);
CREATE TABLE tags ("key" TEXT, value TEXT, run_uuid TEXT);
CREATE TABLE metrics ("key" VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL,
    is_nan BOOLEAN DEFAULT '0' NOT NULL,
    CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan));
INSERT INTO experiments VALUES (0, 'Default', 'active'), (1, 'mine', 'active'), (2, 'x', 'deleted');
"""
LARGEST = 1.7976931348623157e308
Metric = tuple[Any, ...]


def add_run(
    connection: sqlite3.Connection,
    run_id: str,
    metrics: Sequence[Metric] = (),
    *,
    name: str = "",
    stage: str = "active",
    experiment: int = 1,
    params: dict[str, str] | None = None,
) -> None:
    """Add a run; each metric is (key, value, step) or (key, value, step, is_nan, milliseconds)."""
    connection.execute(
        "INSERT INTO runs VALUES (?, ?, 'someone', ?, ?)", (run_id, name, stage, experiment)
    )
    for place, (key, value, step, *more) in enumerate(metrics):
        is_nan = more[0] if more else 0
        time = more[1] if more[1:] else 1_700_000_000_000 + place
        connection.execute(
            "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)",
            (key, value, time, run_id, step, is_nan),
        )
    for key, value in (params or {}).items():
        connection.execute("INSERT INTO params VALUES (?, ?, ?)", (key, value, run_id))


def curve(key: str = "train_loss", count: int = 12, start: float = 2.0) -> list[Metric]:
    return [(key, start * 0.8**step, step) for step in range(count)]


_OPEN: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close what ``store`` opened, once a test has read the database as its writer left it."""
    yield
    while _OPEN:
        _OPEN.pop().close()


def store(folder: Path, *, schema: str = SCHEMA) -> tuple[Path, sqlite3.Connection]:
    path = folder / "mlflow.db"
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    _OPEN.append(connection)
    return path, connection


def tags_of(run: Run) -> dict[str, list[float]]:
    return {series.tag: series.value.tolist() for series in run.series}


def test_each_run_has_its_points_parameters_and_name(tmp_path: Path) -> None:
    path, connection = store(tmp_path)
    params = {"lr": "0.1", "layers": "[8, 8]", "batch_size": "32", "amp": "True", "note": "1e"}
    add_run(connection, "aa", [*curve(), *curve("val/loss", 6)], name="old", params=params)
    add_run(connection, "bb", curve(start=5.0), name="other")
    connection.execute("INSERT INTO tags VALUES ('mlflow.runName', 'first', 'aa')")
    connection.execute("INSERT INTO tags VALUES ('mlflow.user', 'someone', 'aa')")
    connection.commit()
    first, other = load(path)
    assert (first.name, other.name) == ("first", "other")
    assert first.config == {
        "lr": 0.1,
        "layers": "[8, 8]",
        "batch_size": 32,
        "amp": True,
        "note": "1e",
    }
    train, val = first.series
    assert (train.split, train.metric, val.split) == ("train", "loss", "val")
    assert train.step.tolist() == list(range(12))
    assert train.wall_time[0] == 1_700_000_000.0
    assert first.meta.tracker is not None
    assert (first.meta.tracker.run_id, first.meta.tracker.project) == ("aa", "mine")
    assert tags_of(other)["train_loss"][0] == 5.0
    assert "someone" not in repr(vars(first.meta))


def test_values_that_are_not_finite_become_what_was_logged(tmp_path: Path) -> None:
    path, connection = store(tmp_path)
    odd = [("loss", 1.0, 0), ("loss", 0.0, 1, 1), ("loss", LARGEST, 2), ("loss", -LARGEST, 3)]
    add_run(connection, "aa", odd)
    connection.commit()
    (run,) = load(path)
    value = run.series[0].value.tolist()
    assert math.isnan(value[1])
    assert [value[0], *value[2:]] == [1.0, math.inf, -math.inf]


def test_deleted_runs_are_told_and_not_read(tmp_path: Path) -> None:
    path, connection = store(tmp_path)
    add_run(connection, "aa", curve())
    add_run(connection, "bb", curve(), stage="deleted")
    add_run(connection, "cc", curve(), experiment=2)
    connection.commit()
    (run,) = load(path)
    (issue,) = run.issues
    assert (issue.severity, issue.key, issue.values["count"]) == ("info", "deleted_runs", 2)
    connection.execute("DELETE FROM runs WHERE run_uuid = 'aa'")
    connection.commit()
    with pytest.raises(NothingReadable, match="contains 2 deleted runs, not read"):
        load(path)


def test_points_are_in_the_order_of_time_so_that_a_resumed_run_supersedes(tmp_path: Path) -> None:
    path, connection = store(tmp_path)
    late = [("loss", 9.0, step, 0, 1_800_000_000_000 + step) for step in range(5, 10)]
    early = [("loss", 1.0, step, 0, 1_700_000_000_000 + step) for step in range(10)]
    add_run(connection, "aa", [*late, *early])
    connection.commit()
    (run,) = load(path)
    assert run.series[0].superseded.tolist() == [False] * 5 + [True] * 5 + [False] * 5
    assert run.series[0].value.tolist() == [1.0] * 10 + [9.0] * 5


def test_use_of_the_machine_is_read_only_on_demand(tmp_path: Path) -> None:
    path, connection = store(tmp_path)
    add_run(connection, "aa", [*curve(), ("system/cpu_percent", 3.0, 0)])
    connection.commit()
    assert set(tags_of(load(path)[0])) == {"train_loss"}
    assert "system/cpu_percent" in tags_of(load(path, system_stats=True)[0])


def test_an_old_store_without_is_nan_is_read(tmp_path: Path) -> None:
    old = SCHEMA.replace("    is_nan BOOLEAN DEFAULT '0' NOT NULL,\n", "").replace(", is_nan)", ")")
    path, connection = store(tmp_path, schema=old)
    connection.execute("INSERT INTO runs VALUES ('aa', 'n', 'u', 'active', 0)")
    connection.executemany(
        "INSERT INTO metrics VALUES ('loss', ?, ?, 'aa', ?)", [(1.0 / n, n, n) for n in range(1, 9)]
    )
    connection.commit()
    (run,) = load(path)
    assert run.series[0].step.tolist() == list(range(1, 9))


def test_a_database_of_something_else_is_passed_over(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.executescript("CREATE TABLE metrics (a); CREATE TABLE runs (b);")
    connection.close()
    (skipped,) = scan(tmp_path).skipped
    assert (skipped.key, skipped.nearest) == ("no_tracker_tables", "MLflow database")


def test_a_folder_without_write_access_is_read(tmp_path: Path) -> None:
    path, connection = store(tmp_path)
    add_run(connection, "aa", curve())
    connection.commit()
    connection.close()
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert load(path)[0].points == 12
        assert [entry.name for entry in tmp_path.iterdir()] == ["mlflow.db"]
    finally:
        tmp_path.chmod(0o700)
