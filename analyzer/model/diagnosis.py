"""The judgement of a run: findings, checks and the diagnosis that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from analyzer.model.advice import Advice
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.model.shown import html_table, short
from analyzer.stats.arrays import Floats

T = TypeVar("T")

SEVERITIES = ("critical", "warning", "info")  # worst first
HEALTHY = "healthy"  # the verdicts that no detector gives
INCONCLUSIVE = "inconclusive"
LAST_VERDICT = 100  # the place of a verdict whose detector does not say where it stands


class Verdict(NamedTuple):
    """The word for a run that a finding decides.

    Lists of verdicts go by ``place``; of findings with equal severity and confidence, the one
    with the lower place decides.
    """

    word: str
    place: int = LAST_VERDICT


@dataclass(frozen=True)
class Onset:
    """Where a condition began, with its 95 % interval, in steps and, if known, in epochs."""

    step: int
    epoch: float | None
    low: int
    high: int
    low_epoch: float | None = None
    high_epoch: float | None = None


@dataclass(frozen=True)
class Mark:
    """A stretch to mark on the chart of a metric.

    ``role`` is onset, span, swing, exploded or non_finite; ``low`` and ``high`` are steps.
    """

    role: str
    metric: str
    split: str
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Residual:
    """How far the curve of a finding lies from its trend, drawn below the chart of its metric."""

    at: Floats  # positions on the scale of ``measures.cost.Cost.t``; shape (n,)
    share: Floats  # distance from the trend, as a share of its level; shape (n,)


@dataclass(frozen=True)
class Finding:
    """A condition that a detector found, in numbers and keys; its words are in TOML.

    The engine fills ``thresholds`` from the detector that made the finding, and ``advice`` from the
    measured remedies unless another finding explains this one.
    """

    detector: str
    severity: str
    metric: str
    split: str
    onset: Onset | None
    values: Mapping[str, Any]
    tags: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    confidence: float | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    residual: Residual | None = field(default=None, compare=False)
    advice: Advice = field(default_factory=Advice, compare=False)


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one detector: found, explained, clear, skipped (with the reason) or error."""

    detector: str
    status: str
    reason: str | None = None
    reason_values: Mapping[str, Any] = field(default_factory=dict)
    explained_by: str | None = None
    findings: tuple[Finding, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Best:
    """The best value of the metric that the run is judged by."""

    split: str
    metric: str
    step: int
    epoch: float | None
    value: float


@dataclass(frozen=True)
class Reason:
    """Why a diagnosis is inconclusive.

    ``not_judged``: too few checks ran (skipped, total). ``generalization_open``: no fault was found
    in training, and the check that decides health (detector) could not be made. ``ends_worse``: the
    run ends far above its best loss and no check explains it (change, as a share of the best; step;
    epoch). ``cut_short``: the run had hardly begun (unit, done, planned; share of the plan).
    ``hardly_improved``: the held-out loss stayed where its first evaluation was (change, as a share
    of that; metric; split). ``end_lost``: cells behind the last number of a loss or score are text
    (name, cell, count).
    """

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """The judgement of one run; ``to_dict`` is diagnosis.json."""

    run: Run
    verdict: str
    checks: tuple[CheckResult, ...]
    best: Best | None
    facts: Mapping[str, Mapping[str, Any]]
    inconclusive_reason: Reason | None = None

    def __repr__(self) -> str:
        found = ", ".join(f"{item.detector} ({item.severity})" for item in self.findings)
        best = "" if self.best is None else f"; best {self._best_shown(self.best)}"
        return (
            f"<Diagnosis of {short(self.run.name)}: {self.verdict}; {found or 'no findings'}{best}>"
        )

    def _best_shown(self, best: Best) -> str:
        name = " ".join(filter(None, (best.split, best.metric)))
        where = f"step {best.step}" if best.epoch is None else f"epoch {best.epoch:g}"
        return f"{short(name)} {best.value:.4g} at {where}"

    def _repr_html_(self) -> str:
        """Return a table of the checks, for a notebook."""
        rows = []
        for check in self.checks:
            found = check.findings[0] if check.findings else None
            onset = found.onset.step if found and found.onset else None
            severity = found.severity if found else check.reason
            rows.append((check.detector, check.status, severity, onset))
        return html_table(repr(self)[1:-1], ("check", "status", "severity", "onset step"), rows)

    @cached_property
    def _cache(self) -> dict[Any, Any]:
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what to pickle: everything but what was computed from it."""
        computed = ("_cache", "findings", "alike", "data")
        return {name: value for name, value in self.__dict__.items() if name not in computed}

    def once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return the result of ``make``, computed once per key and kept with the diagnosis."""
        if key not in self._cache:
            self._cache[key] = make()
        result: T = self._cache[key]
        return result

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings that no other finding explains, worst first."""
        found: list[Finding] = []
        for check in self.checks:
            if check.status == "found":
                found.extend(check.findings)
        return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))

    @cached_property
    def alike(self) -> tuple[tuple[Finding, ...], ...]:
        """The findings, those of one detector and severity together, worst first.

        The ones that decide come first, and so does, among its like, the metric that the run is
        judged by.
        """
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault((finding.detector, finding.severity), []).append(finding)
        judged = self.best.metric if self.best else ""
        ranked = sorted(groups.values(), key=lambda group: min(map(_rank, group)))
        return tuple(
            tuple(sorted(group, key=lambda finding: finding.metric != judged)) for group in ranked
        )

    @property
    def deciding_finding(self) -> Finding | None:
        """The finding that decides the verdict: the worst, then the surest; None but for notes.

        Among its like, that of the metric by which the run is judged.
        """
        if not self.alike or self.alike[0][0].severity == "info":
            return None
        return self.alike[0][0]

    @property
    def issues(self) -> tuple[LogIssue, ...]:
        """What was lost or doubtful when the log of this run was read."""
        return self.run.issues

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The same as ``to_dict``, made once: read it, do not change it."""
        return self.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as strict JSON data: no NaN, no infinity, no absolute path."""
        from analyzer.model.serial import diagnosis_dict

        return diagnosis_dict(self)


def _rank(finding: Finding) -> tuple[int, float]:
    """Return what orders findings, the one that decides first, as the engine does."""
    return SEVERITIES.index(finding.severity), -(finding.confidence or 0.0)
