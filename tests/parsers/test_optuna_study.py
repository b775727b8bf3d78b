"""Optuna's database: trials with intermediate values are runs, as Optuna 5.0 stores them."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from analyzer.reading.load import load, scan

SCHEMA = """
CREATE TABLE studies (study_id INTEGER PRIMARY KEY, study_name VARCHAR(512) NOT NULL);
CREATE TABLE study_directions (
    study_direction_id INTEGER PRIMARY KEY, direction VARCHAR(8), study_id INTEGER,
    objective INTEGER);
CREATE TABLE study_system_attributes (
    study_system_attribute_id INTEGER PRIMARY KEY, study_id INTEGER, "key" VARCHAR(512),
    value_json TEXT);
CREATE TABLE trials (
    trial_id INTEGER PRIMARY KEY, number INTEGER, study_id INTEGER, state VARCHAR(8));
CREATE TABLE trial_values (trial_value_id INTEGER PRIMARY KEY, trial_id INTEGER, value FLOAT);
CREATE TABLE trial_user_attributes (
    trial_user_attribute_id INTEGER PRIMARY KEY, trial_id INTEGER, "key" VARCHAR(512),
    value_json TEXT);
CREATE TABLE trial_params (
    param_id INTEGER PRIMARY KEY, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT,
    distribution_json TEXT);
"""
VALUES = """
CREATE TABLE trial_intermediate_values (
    trial_intermediate_value_id INTEGER PRIMARY KEY, trial_id INTEGER, step INTEGER,
    intermediate_value FLOAT, intermediate_value_type VARCHAR(7));
"""
OLD_VALUES = VALUES.replace(", intermediate_value_type VARCHAR(7)", "")
LOSS = [2.0, 1.5, 1.2, 1.0, 0.9, 0.85]
CHOICES = json.dumps(
    {"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd"]}}
)
WHOLE = json.dumps({"name": "IntDistribution", "attributes": {"low": 1, "high": 9}})


def study(
    folder: Path,
    *reports: Sequence[float | None],
    direction: str = "MINIMIZE",
    metric: str = "",
    values: str = VALUES,
) -> Path:
    """Write a study with a trial for each list of reported values."""
    path = folder / "study.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA + values)
        put = connection.execute
        put("INSERT INTO studies VALUES (1, 'net')")
        put("INSERT INTO study_directions VALUES (1, ?, 1, 0)", (direction,))
        if metric:
            names = json.dumps([metric])
            put(
                "INSERT INTO study_system_attributes VALUES (1, 1, 'study:metric_names', ?)",
                (names,),
            )
        for trial, reported in enumerate(reports, 1):
            put("INSERT INTO trials VALUES (?, ?, 1, 'COMPLETE')", (trial, trial - 1))
            put("INSERT INTO trial_user_attributes VALUES (NULL, ?, 'seed', '7')", (trial,))
            params = [("lr", 0.1 * trial, "{}"), ("opt", 1.0, CHOICES), ("depth", 3.0, WHOLE)]
            for name, value, distribution in params:
                row = (trial, name, value, distribution)
                put("INSERT INTO trial_params VALUES (NULL, ?, ?, ?, ?)", row)
            for step, number in enumerate(reported):
                row = (trial, step, *_stored(number))
                marks = "?, ?, ?, ?" if values is VALUES else "?, ?, ?"
                put(
                    f"INSERT INTO trial_intermediate_values VALUES (NULL, {marks})",
                    row if values is VALUES else row[:3],
                )
        connection.commit()
    return path


def _stored(number: float | None) -> tuple[float | None, str]:
    """Return a value as Optuna stores it."""
    if number is None or math.isnan(number):
        return None, "NAN"
    if math.isinf(number):
        return None, "INF_POS" if number > 0 else "INF_NEG"
    return number, "FINITE"


def test_each_trial_is_a_run_with_its_parameters(tmp_path: Path) -> None:
    study(tmp_path, LOSS, [2 * value for value in LOSS])
    first, second = load(tmp_path)
    assert [run.name.rpartition(" ")[2] for run in (first, second)] == ["#0", "#1"]
    assert first.curve("loss", "val").value.tolist() == LOSS
    assert first.curve("loss", "val").step.tolist() == list(range(len(LOSS)))
    assert first.config == {"seed": 7, "lr": 0.1, "opt": "sgd", "depth": 3}
    assert second.config["lr"] == 0.2
    assert [issue.key for issue in first.issues] == ["reported_values"]


def test_values_that_are_not_finite_are_values(tmp_path: Path) -> None:
    study(tmp_path, [*LOSS, math.inf, math.nan])
    (run,) = load(tmp_path)
    assert math.isinf(run.series[0].value[-2])
    assert math.isnan(run.series[0].value[-1])


@pytest.mark.parametrize(("metric", "expected"), [("accuracy", "accuracy"), ("", "score")])
def test_a_study_that_maximizes_has_a_score(tmp_path: Path, metric: str, expected: str) -> None:
    study(tmp_path, LOSS, direction="MAXIMIZE", metric=metric)
    (run,) = load(tmp_path)
    assert [(series.split, series.metric) for series in run.series] == [("val", expected)]


def test_a_short_trial_is_counted(tmp_path: Path) -> None:
    study(tmp_path, LOSS, LOSS[:3], [], metric="loss")
    (run,) = load(tmp_path)
    assert [(issue.key, issue.values["count"]) for issue in run.issues] == [("short_trials", 2)]


def test_a_database_of_an_older_writer_is_read(tmp_path: Path) -> None:
    study(tmp_path, [*LOSS, None], values=OLD_VALUES)
    (run,) = load(tmp_path)
    assert run.series[0].value[:-1].tolist() == LOSS
    assert math.isnan(run.series[0].value[-1])


def test_a_study_without_intermediate_values_is_named(tmp_path: Path) -> None:
    study(tmp_path, [], LOSS[:4])
    (skipped,) = scan(tmp_path).skipped
    assert skipped.key == "optuna_storage"


def test_a_study_is_not_written_to(tmp_path: Path) -> None:
    path = study(tmp_path, LOSS)
    before = path.read_bytes(), sorted(tmp_path.iterdir())
    load(tmp_path)
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before


def test_reports_that_are_no_numbers_are_counted(tmp_path: Path) -> None:
    path = study(tmp_path, [*LOSS, 0.8, 0.7], metric="loss")
    with closing(sqlite3.connect(path)) as connection:
        change = "UPDATE trial_intermediate_values SET {} WHERE step = ?"
        connection.execute(change.format("intermediate_value = 'text'"), (7,))
        connection.execute(change.format("step = 'text'"), (6,))
        connection.commit()
    (run,) = load(path)
    (issue,) = run.issues
    assert run.curve("loss", "val").value.tolist() == LOSS
    assert (issue.key, issue.kept, issue.lost) == ("points_unfit", 6, 2)
