"""Run the detectors over a run, resolve which finding explains which, and reach a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from analyzer import metrics, registry
from analyzer.advice.ranking import advise
from analyzer.config import Config
from analyzer.detectors._base import Detector
from analyzer.errors import NotApplicable
from analyzer.facts._base import Fact
from analyzer.measures.extremes import has_overflow, is_extreme
from analyzer.measures.first_evaluation import fall_since_first, shows_learning
from analyzer.measures.plan import progress
from analyzer.model.diagnosis import (
    HEALTHY,
    INCONCLUSIVE,
    SEVERITIES,
    Best,
    CheckResult,
    Diagnosis,
    Finding,
    Reason,
)
from analyzer.model.run import Run
from analyzer.stats.flat import levels_along
from analyzer.stats.levels import TAIL, end_level, end_reach, tail_of

# Of the best loss, if a few points have no levels. Of the calibration runs that end so far above
# it, one in seventy is healthy.
WORSE = 0.5
# The same with levels, above the best and above the lowest level. Of the 21 runs of the corpus that
# no check faulted and that rose so far beyond their jitter, 2 are healthy.
WORSE_LEVEL = 0.25
# The same in errors of the level at the end: luck moves the lowest of many levels further.
BEYOND = 1.5
# Of the plan. Early stopping ends runs at 2 % of a generous plan; below that, most is warm-up.
HARDLY_BEGUN = 0.01
# Of the first value. Of 19 runs of the calibration halves that no check faulted and that improved
# by less, 4 are healthy.
LEAST_FALL = 0.05
_NON_FINITE = "non_finite"  # the detector whose findings have values that are not finite
SHORT = 6  # points; below it, the median of the last three is not a level at the end


def diagnose(run: Run, config: Config | None = None) -> Diagnosis:
    """Judge one run: every detector gets one of five statuses, and the worst finding decides.

    Raises ConfigError if a setting names no detector or threshold.
    """
    config = config or Config()
    detectors = config.configured()
    if config.validation_examples is not None:
        meta = replace(run.meta, validation_examples=config.validation_examples)
        run = replace(run, meta=meta)
    extreme = is_extreme(run)
    checks = [
        _check(name, detector, run, extreme=extreme)
        for name, detector in detectors.items()
        if run.rewards or not detector.only_rewards
    ]
    checks = [_advised(check, run) for check in _explain(checks, detectors)]
    best = best_of(run)
    facts: dict[str, Mapping[str, Any]] = {}
    for name, kind in registry.discover("analyzer.facts", Fact).items():
        values = _fact(kind(), run, best)
        if values is not None and not (extreme and has_overflow(values)):
            facts[name] = values
    verdict = verdict_of(checks, detectors)
    reason = None
    if verdict == HEALTHY:
        reason = (
            _may_overfit(checks, best)
            or _ends_worse(run, best, facts.get("after_best"))
            or _end_lost(run)
            or _cut_short(run)
            or _hardly_improved(run, best)
        )
    elif verdict == INCONCLUSIVE:
        reason = _not_judged(run, checks, detectors)
        if best is not None and best.split not in ("val", "test"):
            reason = _ends_worse(run, best, facts.get("after_best")) or reason
    if reason is not None:
        verdict = INCONCLUSIVE
    return Diagnosis(run, verdict, tuple(checks), best, facts, reason)


@cache
def known_verdicts() -> tuple[str, ...]:
    """Return every verdict a run can get, in the order in which lists show them."""
    found = []
    for name, kind in registry.discover("analyzer.detectors", Detector).items():
        found += kind.verdicts_of(name)
    ordered = sorted(found, key=lambda verdict: (verdict.place, verdict.word))
    return tuple(dict.fromkeys([HEALTHY, *(verdict.word for verdict in ordered), INCONCLUSIVE]))


def _not_judged(
    run: Run, checks: Sequence[CheckResult], detectors: Mapping[str, Detector]
) -> Reason:
    """Return why a run without a finding is not healthy: a check that decides this was skipped.

    If fewer than half of the checks could be made, that is the reason: no fault in training means
    little then.
    """
    skipped = [check.detector for check in checks if check.status in ("skipped", "error")]
    if run.rewards:
        for name in skipped:
            if detectors[name].only_rewards and detectors[name].judges_health:
                return Reason("reward_open", {"detector": name})
    teller = next((name for name in skipped if detectors[name].judges_health), "")
    are_most_judged = 2 * len(skipped) <= len(checks)
    if teller and are_most_judged:
        return Reason("generalization_open", {"detector": teller})
    return Reason("not_judged", {"skipped": len(skipped), "total": len(checks)})


def _ends_worse(run: Run, best: Best | None, after: Mapping[str, Any] | None) -> Reason | None:
    """Return the reason not to call a run faultless if its loss ends far above its best.

    A curve of a few points has no level at its end, only a last value. If it jumps from point to
    point, its best value is the luckiest of many, and the levels decide.
    """
    if best is None or after is None or metrics.kind(best.metric) != "loss" or best.value <= 0:
        return None
    is_short = run.curve(best.metric, best.split).finite_points < SHORT
    change = after["change" if is_short else "level_change"]
    least = WORSE if is_short else WORSE_LEVEL
    if change is None or not change >= least:
        return None
    if not is_short and not _rose(run, best, is_late=after["share"] < TAIL):
        return None
    values = {"change": change, "step": best.step, "epoch": best.epoch, "at_least": least}
    return Reason("ends_worse", values)


def _may_overfit(checks: Sequence[CheckResult], best: Best | None) -> Reason | None:
    """Return the reason not to call a run healthy that more likely than not overfits by much."""
    for finding in (finding for check in checks for finding in check.findings):
        rise = finding.values.get("rise") if finding.detector == "overfitting" else None
        if best is not None and finding.confidence and rise is not None and rise >= WORSE_LEVEL:
            values = {"change": rise, "step": best.step, "epoch": best.epoch}
            return Reason("may_overfit", {**values, "confidence": finding.confidence})
    return None


def _rose(run: Run, best: Best, *, is_late: bool) -> bool:
    """Say whether the level at the end is above an earlier one by more than jitter explains.

    ``is_late``: the best value lies in the last level. A curve that falls to its end has not risen.
    """
    value = run.curve(best.metric, best.split).finite().value
    before = levels_along(value)[: -tail_of(len(value))]
    if is_late and end_level(value) <= float(before.min()):
        return False
    cost = np.log(value)
    rise = end_level(cost) - float(levels_along(cost).min())
    return rise > max(BEYOND * end_reach(cost), float(np.log1p(WORSE_LEVEL)))


def _cut_short(run: Run) -> Reason | None:
    """Return the reason not to call a run healthy that had hardly begun its plan.

    Early stopping ends a run before its plan; "training finished" may be said of a part of it.
    """
    said = run.meta.said_end
    plan = None if said is not None and said.kind == "stopped" else progress(run)
    if plan is None or plan.done / plan.planned >= HARDLY_BEGUN:
        return None
    return Reason("cut_short", {**plan._asdict(), "share": plan.done / plan.planned})


def _end_lost(run: Run) -> Reason | None:
    """Return the reason not to call a run healthy whose losses or scores end in text."""
    for issue in run.issues:
        if issue.key == "text_cells" and "at_end" in issue.values:
            values = issue.values
            told = {"name": values["name"], "cell": values["end_cell"], "count": values["at_end"]}
            return Reason("end_lost", told)
    return None


def _hardly_improved(run: Run, best: Best | None) -> Reason | None:
    """Return the reason not to call a run healthy whose held-out loss stayed where it began."""
    if best is None or best.split not in ("val", "test") or metrics.kind(best.metric) != "loss":
        return None
    fall = fall_since_first(run, best.metric, best.split)
    if fall is None or fall >= LEAST_FALL or shows_learning(run):
        return None
    values = {"change": fall, "metric": best.metric, "split": best.split, "at_least": LEAST_FALL}
    return Reason("hardly_improved", values)


def _fact(fact: Fact, run: Run, best: Best | None) -> Mapping[str, Any] | None:
    """Compute one fact; one that fails is left out and does not stop the report."""
    try:
        with np.errstate(all="ignore"):
            return fact.compute(run, best)
    except (Exception, SystemExit):
        return None


def best_of(run: Run) -> Best | None:
    """Return the best point: of a held-out loss, else of a training loss, else of an accuracy."""
    for kind in ("loss", "score"):
        names = run.metrics_of(kind)
        if kind == "loss":
            names += run.held_out_losses
        for held_out in (True, False):
            for metric in names:
                split = run.held_out(metric) if held_out else run.trained_on(metric)
                try:
                    curve = run.curve(metric, split)
                except NotApplicable:
                    continue
                at = curve.best()
                epoch = float(curve.epoch[at]) if curve.has_epochs else None
                return Best(split, metric, int(curve.step[at]), epoch, float(curve.value[at]))
    return None


def verdict_of(checks: Sequence[CheckResult], detectors: Mapping[str, Detector]) -> str:
    """Return the verdict that the detector of the worst unexplained finding gives.

    Info findings decide nothing. Ties go by confidence, then by the place of the verdict: what the
    checkpoint depends on comes first. Without a finding, a run is healthy if a detector that tells
    health could judge it.
    """
    ranked = []
    for check in checks:
        if check.status == "found":
            for finding in check.findings:
                if finding.severity != "info":
                    ranked.append(_ranked(finding, detectors[check.detector]))
    if ranked:
        return min(ranked)[-1]
    for check in checks:
        judged = check.status in ("clear", "found", "explained")
        if judged and detectors[check.detector].judges_health:
            return HEALTHY
    return INCONCLUSIVE


def _ranked(finding: Finding, detector: Detector) -> tuple[int, float, int, str]:
    """Return what orders findings, the deciding one first, and the verdict of this one."""
    verdict = detector.verdict_of(finding)
    severity = SEVERITIES.index(finding.severity)
    return severity, -(finding.confidence or 0.0), verdict.place, verdict.word


def _check(name: str, detector: Detector, run: Run, *, extreme: bool) -> CheckResult:
    """Run one detector.

    Every exception is caught, so that a broken check cannot stop a report. What goes wrong with
    ``extreme`` values is not the fault of the detector.
    """
    thresholds = detector.thresholds
    check = CheckResult(name, "clear", thresholds=thresholds)
    if run.rewards and not detector.judges_rewards:
        values = {"metric": run.rewards[0]}
        return replace(check, status="skipped", reason="reward", reason_values=values)
    try:
        with np.errstate(all="ignore"):
            findings = tuple(detector.detect(run) or ())
        if (
            extreme
            and name != _NON_FINITE
            and any(has_overflow(finding.values) for finding in findings)
        ):
            return replace(check, status="skipped", reason="beyond_floats")
        accepted = tuple(_accepted(name, finding, thresholds) for finding in findings)
    except NotApplicable as reason:
        key = "adversarial" if reason.key == "no_loss" and run.adversarial else reason.key
        return replace(check, status="skipped", reason=key, reason_values=reason.values)
    except (Exception, SystemExit) as error:
        if extreme:
            return replace(check, status="skipped", reason="beyond_floats")
        values = {"type": type(error).__name__, "message": str(error)[:200]}
        return replace(check, status="error", reason="detector_error", reason_values=values)
    if accepted:
        return replace(check, status="found", findings=accepted)
    return check


def _accepted(name: str, finding: Finding, thresholds: Mapping[str, float]) -> Finding:
    """Return a finding with the thresholds and the id of its detector.

    The id of a plug-in is its entry point. Raises ValueError for a plug-in's finding that a report
    could not show.
    """
    if finding.severity not in SEVERITIES:
        raise ValueError(f"the severity {finding.severity!r} is not one of {', '.join(SEVERITIES)}")
    if finding.confidence is not None and not 0 <= finding.confidence <= 1:
        raise ValueError(f"the confidence {finding.confidence} is not a share")
    if not all(isinstance(name, str) for name in (finding.metric, finding.split, *finding.values)):
        raise ValueError("metric, split and the names of values must be strings")
    return replace(finding, detector=name, thresholds=thresholds)


def _advised(check: CheckResult, run: Run) -> CheckResult:
    """Return a check with what to do about its findings, unless another finding explains them."""
    if check.status != "found":
        return check
    findings = [replace(found, advice=advise(found, run)) for found in check.findings]
    return replace(check, findings=tuple(findings))


def _explain(checks: Sequence[CheckResult], detectors: Mapping[str, Detector]) -> list[CheckResult]:
    """Mark the findings that a finding of another detector makes redundant.

    Info findings explain nothing; two detectors that explain each other both stand.
    """
    explains: dict[str, frozenset[str]] = {}  # by each detector that says more than a note
    for check in checks:
        findings = [finding for finding in check.findings if finding.severity != "info"]
        if check.status == "found" and findings:
            explains[check.detector] = detectors[check.detector].explained_by(findings)
    out = []
    for check in checks:
        explainer = None
        for name, explained in explains.items():
            back = explains.get(check.detector, detectors[check.detector].explains)
            if check.detector in explained and name not in back:
                explainer = name
                break
        if check.status == "found" and explainer is not None:
            check = replace(check, status="explained", explained_by=explainer)
        out.append(check)
    return out
