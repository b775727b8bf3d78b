"""The engine: five statuses, what explains what, one verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose, known_verdicts
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import CheckResult
from tests.engine_checks import (
    Says,
    finding,
    found,
    judged,
    statuses,
    verdict_of,
)


def test_each_detector_gets_one_of_five_statuses() -> None:
    diagnosis = judged(
        Says("a", ("warning",), redundant=("b",)),
        Says("b", ("warning",)),
        Says("c"),
        Says("d", error=NotApplicable("no_loss")),
        Says("e", error=ZeroDivisionError("by zero")),
    )
    assert statuses(diagnosis) == {
        "a": "found",
        "b": "explained",
        "c": "clear",
        "d": "skipped",
        "e": "error",
    }


def test_a_skipped_check_keeps_its_reason() -> None:
    (check,) = judged(Says("a", error=NotApplicable("too_few_points", points=3, needed=8))).checks
    assert (check.reason, check.reason_values) == ("too_few_points", {"points": 3, "needed": 8})


@pytest.mark.parametrize("before", [(), ("critical",)], ids=["at once", "after a finding"])
def test_a_detector_that_breaks_costs_only_its_own_check(before: tuple[str, ...]) -> None:
    diagnosis = judged(
        Says("broken", before, error=ValueError("x" * 500)), Says("sound", ("warning",))
    )
    broken, sound = diagnosis.checks
    assert (broken.status, broken.reason) == ("error", "detector_error")
    assert broken.reason_values == {"type": "ValueError", "message": "x" * 200}
    assert broken.findings == ()
    assert sound.status == "found"


def test_an_explained_finding_is_kept_and_names_what_explains_it() -> None:
    diagnosis = judged(
        Says("plateau", ("critical",)), Says("overfitting", ("warning",), redundant=("plateau",))
    )
    plateau = diagnosis.checks[0]
    assert (plateau.status, plateau.explained_by) == ("explained", "overfitting")
    assert [found_here.detector for found_here in plateau.findings] == ["plateau"]
    assert [found_here.detector for found_here in diagnosis.findings] == ["overfitting"]
    assert diagnosis.verdict == "overfitting"


@pytest.mark.parametrize("severities", [(), ("info",)])
def test_a_check_that_found_no_condition_explains_nothing(severities: tuple[str, ...]) -> None:
    diagnosis = judged(Says("a", severities, redundant=("b",)), Says("b", ("warning",)))
    assert statuses(diagnosis)["b"] == "found"


@pytest.mark.parametrize("error", [NotApplicable("no_loss"), ValueError("broken")])
def test_only_a_finding_can_be_explained(error: Exception) -> None:
    diagnosis = judged(
        Says("a", ("warning",), redundant=("b", "c")), Says("b", error=error), Says("c")
    )
    assert statuses(diagnosis)["b"] in ("skipped", "error")
    assert statuses(diagnosis)["c"] == "clear"
    assert {check.explained_by for check in diagnosis.checks} == {None}


@pytest.mark.parametrize(
    ("detector", "verdict"),
    [
        ("non_finite", "diverged"),
        ("exploding_loss", "diverged"),
        ("generalization_gap", "overfitting"),
        ("overfitting", "overfitting"),
        ("underfitting", "underfitting"),
        ("plateau", "plateau"),
        ("oscillation", "oscillation"),
        ("no_learning", "no_learning"),
    ],
)
def test_a_finding_gives_the_verdict_of_its_detector(detector: str, verdict: str) -> None:
    assert verdict_of([found(finding(detector))]) == verdict
    assert verdict in known_verdicts()


def test_a_tag_may_give_another_verdict() -> None:
    little = replace(finding("underfitting"), tags=("little_learnt", "still_falls"))
    assert verdict_of([found(little)]) == "undertrained"
    assert verdict_of([found(finding("underfitting"))]) == "underfitting"


def test_a_detector_without_a_verdict_gives_its_id() -> None:
    diagnosis = judged(Says("stalled", ("warning",)))
    assert diagnosis.verdict == "stalled"


def test_verdicts_are_listed_from_healthy_to_inconclusive() -> None:
    assert known_verdicts() == (
        "healthy",
        "overfitting",
        "underfitting",
        "plateau",
        "oscillation",
        "diverged",
        "no_learning",
        "reward_collapse",
        "undertrained",
        "inconclusive",
    )


def test_the_worst_finding_decides() -> None:
    checks = [
        found(finding("overfitting", "warning", 0.99)),
        found(finding("no_learning", "critical", 0.1)),
    ]
    assert verdict_of(checks) == verdict_of(checks[::-1]) == "no_learning"


def test_the_surer_of_equal_findings_decides() -> None:
    checks = [
        found(finding("overfitting", confidence=0.6)),
        found(finding("plateau", confidence=0.9)),
    ]
    assert verdict_of(checks) == verdict_of(checks[::-1]) == "plateau"
    unsure = [found(finding("oscillation")), *checks]
    assert verdict_of(unsure) == "plateau"


def test_an_explained_finding_decides_nothing() -> None:
    explained = CheckResult(
        "no_learning", "explained", findings=(finding("no_learning", "critical"),)
    )
    assert verdict_of([explained, found(finding("plateau"))]) == "plateau"


@pytest.mark.parametrize("status", ["clear", "explained"])
def test_a_run_is_healthy_only_if_overfitting_could_be_judged(status: str) -> None:
    skipped = CheckResult("non_finite", "skipped")
    assert verdict_of([CheckResult("overfitting", status), skipped]) == "healthy"
    assert verdict_of([CheckResult("plateau", status), skipped]) == "inconclusive"


def test_a_run_without_validation_says_that_generalization_was_not_judged() -> None:
    loss = 0.3 + 1.7 * np.exp(-np.arange(60) / 20)
    diagnosis = diagnose(synthetic.of_curves("x", {("train", "loss"): loss}))
    assert diagnosis.verdict == "inconclusive"
    assert diagnosis.inconclusive_reason is not None
    assert diagnosis.inconclusive_reason.key == "generalization_open"
    assert diagnosis.inconclusive_reason.values == {"detector": "overfitting"}


@pytest.mark.parametrize("status", ["skipped", "error"])
def test_a_run_is_inconclusive_where_its_health_could_not_be_judged(status: str) -> None:
    checks = [
        CheckResult("overfitting", status),
        CheckResult("plateau", status),
        CheckResult("non_finite", "clear"),
    ]
    assert verdict_of(checks) == "inconclusive"


@pytest.mark.parametrize(
    ("detector", "verdict"), [("overfitting", "healthy"), ("non_finite", "inconclusive")]
)
def test_a_note_decides_nothing(detector: str, verdict: str) -> None:
    assert verdict_of([found(finding(detector, "info", 1.0))]) == verdict


def test_nothing_checked_is_inconclusive() -> None:
    assert verdict_of([]) == "inconclusive"
