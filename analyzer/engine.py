"""Run the detectors over a run, catch what fails, resolve what explains what, and reach a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analyzer import metrics, registry
from analyzer.config import Config
from analyzer.detectors._base import Detector
from analyzer.errors import NotApplicable
from analyzer.facts._base import Fact
from analyzer.model.diagnosis import SEVERITIES, VERDICTS, Best, CheckResult, Diagnosis, Finding
from analyzer.model.run import Run

_VERDICT_OF = {
    "non_finite": "diverged",
    "exploding_loss": "diverged",
    "learning_rate_too_low": "undertrained",
    "learning_rate_too_high": "oscillation",
    "generalization_gap": "overfitting",
    "leakage": "overfitting",
}
WORSE = 0.5  # of the best loss: of the calibration runs that end so far above it one in seventy is called healthy
_TELL_HEALTH = (
    "overfitting",
    "plateau",
)  # a run is healthy only where one of these could be judged


def diagnose(run: Run, config: Config | None = None) -> Diagnosis:
    """Judge one run: every detector gets one of five statuses, and the worst unexplained finding gives the verdict."""
    config = config or Config()
    detectors = config.configured()
    if config.validation_examples is not None:
        meta = replace(run.meta, validation_examples=config.validation_examples)
        run = replace(run, meta=meta)
    checks = _explain(
        [_check(name, detector, run) for name, detector in detectors.items()], detectors
    )
    best = best_of(run)
    facts = registry.discover("analyzer.facts", Fact)
    found = {name: _fact(kind(), run, best) for name, kind in facts.items()}
    known = {name: value for name, value in found.items() if value is not None}
    verdict = verdict_of(checks)
    if verdict == "healthy" and ends_worse(best, known.get("after_best")):
        verdict = "inconclusive"
    return Diagnosis(run, verdict, tuple(checks), best, known)


def ends_worse(best: Best | None, after: Mapping[str, Any] | None) -> bool:
    """Say whether a loss ends far above its best: no check may know why, but healthy is not the word."""
    if best is None or after is None or metrics.kind(best.metric) != "loss" or best.value <= 0:
        return False
    change = after["level_change"]
    return change is not None and change >= WORSE


def _fact(fact: Fact, run: Run, best: Best | None) -> Mapping[str, Any] | None:
    """Compute one fact; a fact that fails is not known, and stops no report."""
    try:
        return fact.compute(run, best)
    except Exception:
        return None


def best_of(run: Run) -> Best | None:
    """Return the best point by which the run is judged: held-out loss, else training loss, else an accuracy."""
    for kind in ("loss", "score"):
        metrics = run.metrics_of(kind)
        for held_out in (True, False):
            for metric in metrics:
                split = run.held_out(metric) if held_out else run.trained_on(metric)
                try:
                    curve = run.curve(metric, split)
                except NotApplicable:
                    continue
                at = curve.best()
                epoch = float(curve.epoch[at]) if curve.has_epochs else None
                return Best(split, metric, int(curve.step[at]), epoch, float(curve.value[at]))
    return None


def verdict_of(checks: Sequence[CheckResult]) -> str:
    """Return the verdict: that of the worst unexplained finding; info decides nothing.

    Ties go by confidence, then by the order of ``VERDICTS``: what the checkpoint depends on comes first.
    """
    findings = [
        one
        for check in checks
        if check.status == "found"
        for one in check.findings
        if one.severity != "info"
    ]
    if findings:
        verdict = _verdict_word(min(findings, key=_rank))
        return (
            verdict if verdict in VERDICTS else "inconclusive"
        )  # a third party's condition has no word here
    judged = {check.detector for check in checks if check.status in ("clear", "found", "explained")}
    return "healthy" if judged & set(_TELL_HEALTH) else "inconclusive"


def _verdict_word(finding: Finding) -> str:
    """Return the word for a finding: that of its detector, and undertrained where underfitting is lack of time."""
    if finding.detector == "underfitting" and "still_falls" in finding.tags:
        return "undertrained"
    return _VERDICT_OF.get(finding.detector, finding.detector)


def _rank(finding: Finding) -> tuple[int, float, int]:
    verdict = _verdict_word(finding)
    order = VERDICTS.index(verdict) if verdict in VERDICTS else len(VERDICTS)
    return SEVERITIES.index(finding.severity), -(finding.confidence or 0.0), order


def _check(name: str, detector: Detector, run: Run) -> CheckResult:
    """Run one detector; the only place that catches every exception, so that one broken check stops no report."""
    try:
        findings = tuple(_accepted(name, finding) for finding in detector.detect(run) or ())
    except NotApplicable as reason:
        return CheckResult(name, "skipped", reason.key, reason.values)
    except Exception as error:
        values: Mapping[str, Any] = {"type": type(error).__name__, "message": str(error)[:200]}
        return CheckResult(name, "error", "detector_error", values)
    return CheckResult(name, "found" if findings else "clear", findings=findings)


def _accepted(name: str, finding: Finding) -> Finding:
    """Return a finding under the id of its detector, which for a plug-in is its entry point.

    Raises ValueError for a plug-in's finding that a report could not show.
    """
    if finding.severity not in SEVERITIES:
        raise ValueError(f"the severity {finding.severity!r} is none of {', '.join(SEVERITIES)}")
    if not all(isinstance(name, str) for name in (finding.metric, finding.split, *finding.values)):
        raise ValueError("metric, split and the names of values must be strings")
    return replace(finding, detector=name)


def _explain(checks: Sequence[CheckResult], detectors: Mapping[str, Detector]) -> list[CheckResult]:
    """Mark the findings that a finding of another detector makes redundant; an info finding explains nothing."""
    speaking = [
        check.detector
        for check in checks
        if check.status == "found" and any(one.severity != "info" for one in check.findings)
    ]
    explains = {name: detector.explains for name, detector in detectors.items()}
    out = []
    for check in checks:
        mine = explains.get(check.detector, frozenset())  # two that explain each other both stand
        by = next(
            (name for name in speaking if check.detector in explains[name] and name not in mine),
            None,
        )
        hide = check.status == "found" and by is not None
        out.append(replace(check, status="explained", explained_by=by) if hide else check)
    return out
