"""Law 4: every folder of sample_logs meets its expected.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.reading.load import load
from analyzer.resources import folder

CASES = sorted(path.parent for path in folder("sample_logs").glob("*/expected.toml"))
DETECTORS = registry.discover("analyzer.detectors", Detector)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)


def judged(case: Path) -> tuple[Diagnosis, dict[str, Any]]:
    (run,) = load(case)
    return diagnose(run), tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))


def findings_of(diagnosis: Diagnosis, detector: str) -> list[Finding]:
    return [finding for finding in diagnosis.findings if finding.detector == detector]


def found_there(diagnosis: Diagnosis, detector: str, place: dict[str, Any]) -> bool:
    """Say whether a detector's finding has its onset in the stretch that is known, if one is."""
    found = findings_of(diagnosis, detector)
    if not found or "epoch" not in place:
        return bool(found)
    low, high = place["epoch"]
    onset = found[0].onset
    return onset is not None and onset.epoch is not None and low <= onset.epoch <= high


def test_there_are_sample_logs() -> None:
    assert len(CASES) >= 16
    for case in CASES:
        size = sum(path.stat().st_size for path in case.rglob("*") if path.is_file())
        assert size <= (1_500_000 if case.name.endswith("_rich") else 300_000), (
            f"{case.name}: {size} bytes"
        )


@each_case
def test_every_onset_lies_in_its_interval(case: Path) -> None:
    for finding in judged(case)[0].findings:
        if finding.onset is not None:
            assert finding.onset.low <= finding.onset.step <= finding.onset.high, finding.detector


@each_case
def test_the_verdict_is_the_expected_one(case: Path) -> None:
    diagnosis, expected = judged(case)
    if "verdict" in expected.get("known_miss", {}):
        assert diagnosis.verdict != expected["verdict"], "the verdict is right now: remove the mark"
    else:
        assert diagnosis.verdict == expected["verdict"]


@each_case
def test_what_must_be_found_is_found_where_it_happened(case: Path) -> None:
    diagnosis, expected = judged(case)
    for detector, place in expected.get("found", {}).items():
        found = findings_of(diagnosis, detector)
        assert found, f"{detector} is not found"
        for axis, (low, high) in place.items():
            onset = found[0].onset
            assert onset is not None
            assert low <= getattr(onset, axis) <= high


@each_case
def test_what_must_be_absent_is_absent(case: Path) -> None:
    diagnosis, expected = judged(case)
    for detector in expected.get("absent", []):
        assert detector in DETECTORS
        assert [
            finding for finding in findings_of(diagnosis, detector) if finding.severity != "info"
        ] == []


@each_case
def test_the_log_issues_are_the_expected_ones(case: Path) -> None:
    diagnosis, expected = judged(case)
    assert [issue.key for issue in diagnosis.issues] == expected.get("issues", [])


@each_case
def test_a_known_miss_is_still_missed_and_a_pending_detector_still_missing(case: Path) -> None:
    diagnosis, expected = judged(case)
    for detector, miss in expected.get("known_miss", {}).items():
        assert miss["reason"]
        if detector != "verdict":
            assert not found_there(diagnosis, detector, miss), (
                f"{detector} is found now: remove the mark"
            )
    for detector, alarm in expected.get("known_false_alarm", {}).items():
        assert alarm["reason"]
        found = [
            finding for finding in findings_of(diagnosis, detector) if finding.severity != "info"
        ]
        assert found, f"{detector} is silent now: remove the mark"
    for detector in expected.get("pending", {}):
        assert detector not in DETECTORS, f"{detector} exists now: expect it"
