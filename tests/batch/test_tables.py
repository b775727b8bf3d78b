"""The tables of a site for programs: a row a run, a line a finding, a line an unreadable file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from typing import Any

import pytest

from analyzer.batch.tables import findings_jsonl, runs_csv, unreadable_jsonl
from analyzer.measures.level import Level
from analyzer.model.issues import Skipped

Make = dict[str, Callable[..., Any]]


def test_a_run_is_a_row_with_the_settings_that_vary(make: Make) -> None:
    records = [make["record"](0, {"lr": 0.1}), make["record"](1, {"lr": 0.2})]
    rows = list(csv.DictReader(runs_csv(records, ["lr", "gone"])))
    assert [row["config.lr"] for row in rows] == ["0.1", "0.2"]
    assert {row["config.gone"] for row in rows} == {""}


def test_the_level_stands_beside_the_best_value(make: Make) -> None:
    record = make["record"](0, level=Level(0.42, 0.4, 0.44))
    (row,) = csv.DictReader(runs_csv([record], ["lr"]))
    assert (row["level"], row["level_low"], row["level_high"]) == ("0.42", "0.4", "0.44")
    assert float(row["best"]) == record.best.value
    assert row["config.lr"] == "1"


def test_a_run_without_a_level_has_empty_cells(make: Make) -> None:
    record = make["record"](0, best=None, level=None)
    (row,) = csv.DictReader(runs_csv([record], []))
    assert (row["best"], row["level"], row["level_high"]) == ("", "", "")


def test_a_finding_is_a_line_with_its_run(make: Make) -> None:
    record = make["record"](0)
    lines = [json.loads(line) for line in findings_jsonl([record])]
    assert len(lines) == len(record.findings)
    assert {line["run"] for line in lines} <= {record.run}


@pytest.mark.parametrize(("lang", "says"), [("en", "pickle can run"), ("es", "pickle puede")])
def test_an_unreadable_file_is_a_line_with_the_reason(lang: str, says: str) -> None:
    files = [
        Skipped("a/old.pkl", "pickle"),
        Skipped("b\n.csv", "cannot_open", {"error": "Permission denied"}),
    ]
    first, second = map(json.loads, unreadable_jsonl(files, [], lang).splitlines())
    assert (first["source"], first["key"]) == ("a/old.pkl", "pickle")
    assert says in first["reason"]
    assert "Permission denied" in second["reason"]
    assert unreadable_jsonl([], [], lang) == ""
