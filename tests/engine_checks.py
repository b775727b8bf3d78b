"""Shared by the tests of the engine: checks and detectors that say what they are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analyzer import engine, synthetic
from analyzer.config import Config
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.model.diagnosis import CheckResult, Diagnosis, Finding
from analyzer.model.run import Run

FALLING = np.array([3.0, 2.0, 1.5, 1.2])
RUN = synthetic.of_curves("short", {("train", "loss"): FALLING, ("val", "loss"): FALLING})


def verdict_of(checks: list[CheckResult]) -> str:
    return engine.verdict_of(checks, Config().configured())


def finding(detector: str, severity: str = "warning", confidence: float | None = None) -> Finding:
    return Finding(detector, severity, "loss", "val", None, {}, confidence=confidence)


def found(*findings: Finding) -> CheckResult:
    return CheckResult(findings[0].detector, "found", findings=findings)


@dataclass(frozen=True)
class Says(Detector):
    """A detector that says what the test wants to hear."""

    name: str = ""
    severities: tuple[str, ...] = ()
    error: Exception | None = None
    redundant: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.name

    @property
    def explains(self) -> frozenset[str]:
        return frozenset(self.redundant)

    def detect(self, run: Run) -> Iterator[Finding]:
        for severity in self.severities:
            yield finding(self.name, severity)
        if self.error is not None:
            raise self.error

    @classmethod
    def example(cls, seed: int) -> Run:
        return RUN


@dataclass(frozen=True)
class These(Config):
    """Settings under which only the given detectors run."""

    given: tuple[Says, ...] = ()

    def configured(self) -> dict[str, Detector]:
        return {detector.name: detector for detector in self.given}


def judged(*detectors: Says) -> Diagnosis:
    return diagnose(RUN, These(given=detectors))


def statuses(diagnosis: Diagnosis) -> dict[str, str]:
    return {check.detector: check.status for check in diagnosis.checks}
