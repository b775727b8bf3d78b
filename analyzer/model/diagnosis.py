"""The judgement of a run: findings, checks and the diagnosis that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyzer.model.run import LogIssue, Run

if TYPE_CHECKING:
    pass

SEVERITIES = ("critical", "warning", "info")  # worst first
VERDICTS = (
    "healthy",
    "overfitting",
    "underfitting",
    "plateau",
    "oscillation",
    "diverged",
    "no_learning",
    "undertrained",
    "inconclusive",
)


@dataclass(frozen=True)
class Onset:
    """Where a condition began: a point on the axis and the 95 % interval around it, in steps and, if known, epochs."""

    step: int
    epoch: float | None
    low: int
    high: int
    low_epoch: float | None = None
    high_epoch: float | None = None


@dataclass(frozen=True)
class Mark:
    """Something to draw on the chart of a metric: a role (onset, best, span, point) between two steps."""

    role: str
    metric: str
    split: str
    low: int
    high: int


@dataclass(frozen=True)
class Finding:
    """A condition that a detector found, in numbers and keys; the words are in ``report_templates/text``."""

    detector: str
    severity: str
    metric: str
    split: str
    onset: Onset | None
    values: Mapping[str, Any]
    tags: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True)
class CheckResult:
    """What one detector said: found, explained, clear, skipped (with the reason) or error."""

    detector: str
    status: str
    reason: str | None = None
    reason_values: Mapping[str, Any] = field(default_factory=dict)
    explained_by: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Best:
    """The best value of the metric that the run is judged by."""

    split: str
    metric: str
    step: int
    epoch: float | None
    value: float


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """The judgement of one run; ``to_dict`` is diagnosis.json."""

    run: Run
    verdict: str
    checks: tuple[CheckResult, ...]
    best: Best | None
    facts: Mapping[str, Mapping[str, Any]]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings that no other finding explains, worst first."""
        found = [one for check in self.checks if check.status == "found" for one in check.findings]
        return tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity)))

    @property
    def issues(self) -> tuple[LogIssue, ...]:
        """What reading the log of this run cost."""
        return self.run.issues

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as the JSON contract has it, strict: no NaN, no infinity, no absolute path."""
        from analyzer.model.serial import diagnosis_dict

        return diagnosis_dict(self)
