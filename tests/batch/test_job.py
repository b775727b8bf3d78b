"""What one worker makes of a unit: records, issues, files of each run, plain values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.job import Task, work
from analyzer.batch.tree import Unit, walk
from analyzer.config import Config
from analyzer.parsers._base import ReadOptions
from analyzer.reading.claims import parsers_for

Make = dict[str, Callable[..., Any]]


def units(folder: Path) -> tuple[Unit, ...]:
    return walk(folder, parsers_for(ReadOptions()), {}).units


def task(tmp_path: Path, *, reports: bool = True, lang: str = "en") -> Task:
    return Task(str(tmp_path / "logs"), str(tmp_path / "site"), Config(), lang, reports)


@pytest.fixture
def unit(tmp_path: Path, make: Make) -> Unit:
    make["history"](tmp_path / "logs" / "exp" / "history.json", 0)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    (unit,) = units(tmp_path / "logs")
    return unit


def test_a_run_gets_its_diagnosis_and_its_report(tmp_path: Path, unit: Unit) -> None:
    (record,) = work(task(tmp_path), unit).records
    folder = tmp_path / "site" / "runs" / record.folder
    assert json.loads((folder / "diagnosis.json").read_text(encoding="utf-8"))["run"] == "exp"
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8")
    assert record.source == "exp/history.json"


def test_a_report_leads_back_to_the_index(tmp_path: Path, unit: Unit) -> None:
    (record,) = work(task(tmp_path), unit).records
    report = tmp_path / "site" / "runs" / record.folder / "report.html"
    link = re.search(
        r'<nav[^>]*><a [^>]*href="([^"]+index[^"]*)"', report.read_text(encoding="utf-8")
    )
    assert link is not None
    assert (report.parent / link[1]).resolve() == tmp_path / "site" / "index.html"


def test_an_earlier_report_goes_if_none_is_asked_for(tmp_path: Path, unit: Unit) -> None:
    (record,) = work(task(tmp_path), unit).records
    work(task(tmp_path, reports=False), unit)
    folder = tmp_path / "site" / "runs" / record.folder
    assert [path.name for path in folder.iterdir()] == ["diagnosis.json"]


def test_the_content_tells_whether_files_changed(tmp_path: Path, unit: Unit, make: Make) -> None:
    first = work(task(tmp_path), unit).content
    assert work(task(tmp_path), unit).content == first
    make["history"](tmp_path / "logs" / "exp" / "history.json", 1)
    assert work(task(tmp_path), unit).content != first


def test_a_file_that_vanished_costs_itself_and_has_no_content(tmp_path: Path, unit: Unit) -> None:
    (tmp_path / "logs" / "exp" / "history.json").unlink()
    result = work(task(tmp_path), unit)
    assert result.records == ()
    assert result.content is None
    assert [problem.key for problem in (*result.issues, *result.skipped)] == ["cannot_open"]


def test_values_of_issues_are_plain_json(tmp_path: Path, unit: Unit) -> None:
    path = tmp_path / "logs" / "exp" / "history.json"
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    result = work(task(tmp_path), unit)
    json.dumps(result.to_dict())


def twins(logs: Path, left: str, right: str) -> None:
    """Write one run as CSV and as JSON."""
    loss = [1 / (epoch + 1) + 0.1 for epoch in range(20)]
    for folder in (left, right):
        (logs / folder).mkdir(parents=True, exist_ok=True)
    (logs / right / "history.json").write_text(json.dumps({"loss": loss}), encoding="utf-8")
    rows = [f"{epoch},{value:.6f}" for epoch, value in enumerate(loss)]
    table = "\n".join(["epoch,loss", *rows])
    (logs / left / "metrics.csv").write_text(table, encoding="utf-8")


@pytest.mark.parametrize(
    ("left", "right", "command"),
    [
        ("csv/v", "json/v", "analyzer report logs -o report.html --run csv/v"),
        ("exp", "exp", "analyzer report exp -o report.html<"),
    ],
)
def test_a_run_with_two_loggers_is_one_record_that_can_be_read_again(
    left: str, right: str, command: str, tmp_path: Path
) -> None:
    twins(tmp_path / "logs", left, right)
    (tmp_path / "site" / ".state" / "tmp").mkdir(parents=True)
    (unit,) = units(tmp_path / "logs")
    (record,) = work(task(tmp_path), unit).records
    report = tmp_path / "site" / "runs" / record.folder / "report.html"
    assert command in report.read_text(encoding="utf-8")
