"""A diagnosis: its findings in order, what it leaves out, and its strict JSON."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.model.diagnosis import (
    SEVERITIES,
    CheckResult,
    Diagnosis,
    Finding,
    Residual,
    Verdict,
)
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.model.values import Values

RUN = synthetic.of_curves("run", {("val", "loss"): np.linspace(2, 1, 20)})


def finding(detector: str, severity: str, split: str = "val") -> Finding:
    return Finding(detector, severity, "loss", split, None, Values())


def diagnosis(*checks: CheckResult, run: Run = RUN) -> Diagnosis:
    return Diagnosis(run, "healthy", checks, None, {})


def test_findings_go_from_worst_to_least_and_keep_the_order_of_their_checks() -> None:
    made = diagnosis(
        CheckResult("a", "found", findings=(finding("a", "info"), finding("a", "warning"))),
        CheckResult("b", "found", findings=(finding("b", "critical"), finding("b", "info"))),
        CheckResult("c", "found", findings=(finding("c", "warning"),)),
    )
    order = [(found.severity, found.detector) for found in made.findings]
    assert order == [
        ("critical", "b"),
        ("warning", "a"),
        ("warning", "c"),
        ("info", "a"),
        ("info", "b"),
    ]


@pytest.mark.parametrize("status", ["explained", "clear", "skipped", "error"])
def test_only_checks_that_found_something_give_findings(status: str) -> None:
    check = CheckResult("a", status, explained_by="b", findings=(finding("a", "critical"),))
    assert diagnosis(check).findings == ()


def test_severities_are_listed_worst_first() -> None:
    assert SEVERITIES == ("critical", "warning", "info")


def test_a_verdict_without_a_place_comes_last() -> None:
    verdicts = [Verdict("mine"), Verdict("overfitting", 10), Verdict("plateau", 60)]
    in_order = sorted(verdicts, key=lambda verdict: verdict.place)
    assert [verdict.word for verdict in in_order] == ["overfitting", "plateau", "mine"]


def test_the_issues_are_those_of_the_log() -> None:
    issue = LogIssue("warning", "log.csv", "cut_line", 3)
    assert diagnosis(run=Run("run", RUN.series, issues=(issue,))).issues == (issue,)


def test_a_finding_is_the_same_whatever_is_drawn_below_its_chart() -> None:
    plain = finding("oscillation", "warning")
    drawn = replace(plain, residual=Residual(np.arange(3.0), np.zeros(3)))
    assert plain == replace(drawn, values=plain.values)


def test_the_data_of_a_diagnosis_is_strict_json() -> None:
    check = CheckResult("a", "skipped", reason="too_few_points", reason_values={"points": 3})
    made = diagnosis(check, run=synthetic.of_curves("n", {("val", "loss"): np.full(3, np.nan)}))
    data = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert data["verdict"] == "healthy"
    assert [entry["status"] for entry in data["checks"]] == ["skipped"]


def test_what_is_computed_from_a_diagnosis_is_kept_and_not_pickled() -> None:
    made = diagnosis()
    assert made.data == made.to_dict()
    assert made.once(("key",), lambda: [1]) is made.once(("key",), lambda: [2])
    made.to_dict()["run"] = "changed"
    assert made.data["run"] == RUN.name
    assert pickle.loads(pickle.dumps(made)).__dict__.keys().isdisjoint({"data", "_cache"})


def test_the_first_finding_that_is_no_note_decides() -> None:
    note, warning = finding("plateau", "info"), finding("oscillation", "warning")
    noted = CheckResult("plateau", "found", findings=(note,))
    warned = CheckResult("oscillation", "found", findings=(warning,))
    assert diagnosis(noted, warned).deciding_finding is warning
    assert diagnosis(noted).deciding_finding is None
