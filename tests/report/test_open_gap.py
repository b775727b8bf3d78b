"""A large gap of a curve that still improves is a reason to train on, not to keep the run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.advice import Advice
from analyzer.model.diagnosis import CheckResult, Diagnosis, Finding
from analyzer.report.checklist import checklist, keeps_as_baseline
from analyzer.report.content import build_report
from analyzer.report.headline import tone
from analyzer.report.open_gap import open_gap
from analyzer.text import words

EN = words("en")


def noted(*tags: str, also: Finding | None = None) -> Diagnosis:
    """Return a healthy run with a gap that is a note, and before it another note if given."""
    diagnosis = diagnose(synthetic.healthy(3).run)
    (gap,) = diagnose(synthetic.gap(1).run).findings
    notes = [replace(gap, severity="info", tags=tags, advice=Advice())]
    checks: list[CheckResult] = []
    for check in diagnosis.checks:
        found = [note for note in notes if note.detector == check.detector]
        if also is not None and also.detector == check.detector:
            found = [also]
        kind = "found" if found else check.status
        checks.append(replace(check, status=kind, findings=tuple(found)))
    late = {**diagnosis.facts, "after_best": {**diagnosis.facts["after_best"], "share": 0.1}}
    return replace(diagnosis, checks=tuple(checks), verdict="healthy", facts=late)


def test_the_headline_says_to_train_on_and_how_large_the_gap_is() -> None:
    diagnosis = noted("still_improves")
    report = build_report(diagnosis)
    assert report.action.startswith("Train on before you judge this run: ")
    assert "% of the improvement on training data is not seen on held-out data" in report.action
    assert "still improves" in report.sentence
    assert report.badge == "large gap, still improving"
    assert tone(diagnosis) == "plateau"


def test_the_list_begins_with_the_same_step_and_keeps_no_baseline() -> None:
    plateau = diagnose(synthetic.plateau(1).run).findings[0]
    diagnosis = noted("still_improves", also=replace(plateau, severity="info", tags=()))
    first = checklist(diagnosis, EN)[0].text
    assert first.startswith("The held-out curve still improves: train on")
    assert not keeps_as_baseline(diagnosis)


@pytest.mark.parametrize("tags", [("stopped", "minor"), ("still_improves", "minor")])
def test_a_gap_of_a_few_points_is_no_reason_against_a_baseline(tags: tuple[str, ...]) -> None:
    diagnosis = noted(*tags)
    assert open_gap(diagnosis) is None
    assert build_report(diagnosis).action.startswith("Keep this run as the baseline")
    assert keeps_as_baseline(diagnosis)
