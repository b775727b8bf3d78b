"""Results of units: the state folder gives back what was kept, and damage is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from analyzer.batch.result import Batch, Failure, Options, UnitResult, Unread
from analyzer.model.issues import LogIssue, Skipped
from analyzer.reading.site import RUN_POINTS

Make = dict[str, Callable[..., Any]]


def test_a_result_survives_json_but_for_its_content(make: Make) -> None:
    result = UnitResult(
        records=(make["record"](0),),
        issues=(LogIssue("error", "a.csv", "cannot_open", values={"error": "x"}),),
        skipped=(Skipped("b.md", "not_a_log", {}),),
        failures=(Failure("took_too_long", {"seconds": 2.0}),),
        used=("config.json",),
    )
    assert UnitResult.from_dict(json.loads(json.dumps(result.to_dict()))) == result


@pytest.mark.parametrize("missing", ["runs", "issues", "skipped", "failures", "used"])
def test_a_damaged_result_is_refused(missing: str) -> None:
    data = UnitResult().to_dict()
    del data[missing]
    with pytest.raises(KeyError):
        UnitResult.from_dict(data)


@pytest.mark.parametrize(
    ("unread", "damaged"),
    [
        (Unread("a", "not_a_log", {}), False),
        (Unread("a", "cannot_open", {"error": "x"}), True),
        (Unread("a", "took_too_long", {}, failed=True), True),
        (Unread("a", "x", {}, issue=LogIssue("error", "a", "x")), True),
        (Unread("a", "x", {}, issue=LogIssue("info", "a", "x")), False),
    ],
)
def test_a_batch_is_damaged_by_what_was_lost_only(unread: Unread, *, damaged: bool) -> None:
    assert Batch((), (unread,), 0, 1).damaged is damaged


@pytest.mark.parametrize("issue", [None, LogIssue("error", "a", "x", 3, values={"line": 3})])
def test_a_file_without_a_run_survives_json(issue: LogIssue | None) -> None:
    unread = Unread("a.csv", "cannot_open", {"error": "x"}, failed=issue is None, issue=issue)
    assert Unread.from_json(json.loads(json.dumps(unread.to_json()))) == unread


def test_a_run_with_issues_makes_a_batch_damaged(make: Make) -> None:
    assert Batch((make["record"](1),), (), 0, 1).damaged
    assert not Batch((make["record"](0),), (), 0, 1).damaged


def test_a_run_has_the_files_that_are_asked_for() -> None:
    options = Options(found_only=True, points=True)
    asked = {"diagnosis.json": True, "report.html": True, RUN_POINTS: True}
    assert options.files_of(found=True) == asked
    assert options.files_of(found=False) == {**asked, "report.html": False}
