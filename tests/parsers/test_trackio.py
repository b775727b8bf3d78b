"""Trackio's databases: runs of a project, nested names, values that are not finite."""

from __future__ import annotations

import json
import math
import sqlite3
from pathlib import Path
from typing import Any

from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers import trackio
from analyzer.reading.load import load, scan

SCHEMA = """
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL,
    timestamp TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL,
    log_id TEXT, space_id TEXT);
CREATE TABLE configs (id INTEGER PRIMARY KEY, run_id TEXT, run_name TEXT, config TEXT,
    created_at TEXT);
CREATE TABLE system_metrics (id INTEGER PRIMARY KEY, run_id TEXT, timestamp TEXT, run_name TEXT,
    metrics TEXT);
"""


def project(folder: Path, runs: dict[str, list[dict[str, Any]]], *, schema: str = SCHEMA) -> Path:
    path = folder / "toy.db"
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    has_id = "run_id" in schema
    for name, rows in runs.items():
        for step, row in enumerate(rows):
            time = f"2026-05-01T10:00:{step:02d}+00:00"
            own = (f"id-{name}",) if has_id else ()
            columns = ("run_id, " if has_id else "") + "timestamp, run_name, step, metrics"
            cells = (*own, time, name, 10 * step, json.dumps(row).encode())
            marks = ", ".join("?" * len(cells))
            connection.execute(f"INSERT INTO metrics ({columns}) VALUES ({marks})", cells)
    connection.commit()
    connection.close()
    return path


def rows(count: int = 12, start: float = 1.0) -> list[dict[str, Any]]:
    return [{"train_loss": start * 0.7**n, "val_loss": start * 0.8**n} for n in range(count)]


def tagged(run: Run, tag: str) -> Series:
    (found,) = [series for series in run.series if series.tag == tag]
    return found


def test_each_run_of_a_project_is_a_run(tmp_path: Path) -> None:
    path = project(tmp_path, {"b": rows(start=3.0), "a": rows()})
    connection = sqlite3.connect(path)
    config = json.dumps({"lr": 0.3, "model": {"depth": 2}, "_Username": "me"})
    connection.execute("INSERT INTO configs VALUES (1, 'id-a', 'a', ?, '')", (config,))
    connection.commit()
    connection.close()
    a, b = load(path)
    assert (a.name, b.name) == ("a", "b")
    assert tagged(a, "train_loss").step.tolist() == [10 * n for n in range(12)]
    assert tagged(b, "val_loss").value[0] == 3.0
    assert a.config == {"lr": 0.3, "model": {"depth": 2}}
    assert np_diff(tagged(a, "train_loss")) == [1.0] * 11


def np_diff(series: Series) -> list[float]:
    return [
        float(later - before)
        for before, later in zip(series.wall_time, series.wall_time[1:], strict=False)
    ]


def test_values_that_are_not_finite_nested_names_and_texts(tmp_path: Path) -> None:
    odd = [{"loss": "NaN", "eval": {"acc": 0.5}, "note": "hi", "pic": {"_type": "image"}}]
    odd += [{"loss": "Infinity", "eval": {"acc": 0.6}, "note": "ho", "pic": {"_type": "image"}}]
    (run,) = load(project(tmp_path, {"a": [*odd, {"loss": 0.25, "eval": {"acc": 0.7}}]}))
    assert math.isnan(tagged(run, "loss").value[0])
    assert tagged(run, "loss").value.tolist()[1:] == [math.inf, 0.25]
    assert tagged(run, "eval/acc").metric == "accuracy"
    assert {passed.name for passed in run.meta.passed_over} == {"note", "pic"}


def test_a_row_that_is_not_json_costs_that_row(tmp_path: Path) -> None:
    path = project(tmp_path, {"a": rows()})
    connection = sqlite3.connect(path)
    connection.execute("UPDATE metrics SET metrics = '{torn' WHERE id = 3")
    connection.commit()
    connection.close()
    (run,) = load(path)
    (issue,) = run.issues
    assert (issue.key, issue.values["count"], issue.kept) == ("bad_rows", 1, 22)


def test_a_project_of_a_version_without_run_ids_is_read(tmp_path: Path) -> None:
    old = SCHEMA.replace("run_id TEXT NOT NULL,", "").replace("run_id TEXT, ", "")
    a, b = load(project(tmp_path, {"a": rows(), "b": rows()}, schema=old))
    assert (a.name, b.name, a.points) == ("a", "b", 24)


def test_a_database_with_other_columns_is_no_project(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.executescript("CREATE TABLE metrics (a); CREATE TABLE configs (b);")
    connection.close()
    assert [skipped.key for skipped in scan(tmp_path).skipped] == ["not_a_log"]


def test_a_run_without_a_readable_row_and_unreadable_settings_are_told(tmp_path: Path) -> None:
    path = project(tmp_path, {"a": rows(), "b": rows(3)})
    connection = sqlite3.connect(path)
    connection.execute("UPDATE metrics SET metrics = '7' WHERE run_name = 'b'")
    connection.execute("INSERT INTO configs VALUES (1, 'id-a', 'a', '[1]', '')")
    connection.commit()
    connection.close()
    (run,) = load(path)
    told = [(issue.key, issue.kept, issue.values["count"]) for issue in run.issues]
    assert told == [("bad_rows", 0, 3), ("bad_rows", 24, 1)]


def test_a_table_without_row_numbers_is_no_damage(tmp_path: Path) -> None:
    schema = SCHEMA.replace("id INTEGER PRIMARY KEY AUTOINCREMENT, run_id", "run_id", 1)
    keyed = "space_id TEXT, PRIMARY KEY (run_id, step)) WITHOUT ROWID;"
    schema = schema.replace("space_id TEXT);", keyed, 1)
    (run,) = load(project(tmp_path, {"a": rows()}, schema=schema))
    assert (run.points, run.issues) == (24, ())
    assert tagged(run, "train_loss").step.tolist() == [10 * n for n in range(12)]


def test_a_time_without_a_zone_is_the_same_wherever_it_is_read() -> None:
    assert trackio._seconds("2026-01-01T00:00:00") == trackio._seconds("2026-01-01T00:00:00+00:00")
    assert trackio._seconds("2026-01-01T01:00:00+01:00") == 1767225600.0
    assert trackio._seconds(None) is None
