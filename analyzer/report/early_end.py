"""Runs without a problem that stopped learning early: what a report says instead of "keep it"."""

from __future__ import annotations

from typing import Any, NamedTuple

from analyzer.measures.duration import seconds_after
from analyzer.model.diagnosis import HEALTHY, Diagnosis
from analyzer.report.glance import LEAST_TIME, length_of
from analyzer.text import Words

FLAT, BEST_EARLY = "flat", "best_early"
_REWARDS = {"flat": "no_rise", "falling": "reward_lost"}  # by the trend of the reward
EARLY_ENDS = (FLAT, BEST_EARLY, *_REWARDS.values())
_TAG = "most_of_run"  # of a plateau, by the threshold of that name
_MOST = 0.5  # of the run: the detector's threshold, for curves too noisy to be called flat


class EarlyEnd(NamedTuple):
    """Where a run stopped learning; ``key`` says by what: a plateau, its best value, its reward.

    ``after`` is the step from which nothing better came, on the curve of ``metric`` and ``split``.
    """

    key: str
    metric: str
    split: str
    after: int
    epoch: float | None


def early_end(diagnosis: Diagnosis) -> EarlyEnd | None:
    """Return where a run without a problem stopped learning, None if it learned to the end.

    A plateau counts if it covers most of the run, else the best value if most came after it. An
    agent has stopped if its reward never rose or falls at the end.
    """
    if diagnosis.run.rewards:
        return _of_reward(diagnosis) if diagnosis.deciding_finding is None else None
    if diagnosis.verdict != HEALTHY:
        return None
    for finding in diagnosis.findings:
        onset = finding.onset
        if finding.detector == "plateau" and _TAG in finding.tags and onset is not None:
            return EarlyEnd(FLAT, finding.metric, finding.split, onset.step, onset.epoch)
    best, after = diagnosis.best, diagnosis.facts.get("after_best")
    if best is None or after is None or after["share"] < _MOST:
        return None
    return EarlyEnd(BEST_EARLY, best.metric, best.split, best.step, best.epoch)


def has_badge(end: EarlyEnd | None) -> bool:
    """Say whether the badge names it: a best value in the first half is no trouble by itself."""
    return end is not None and end.key != BEST_EARLY


def _of_reward(diagnosis: Diagnosis) -> EarlyEnd | None:
    trend = diagnosis.facts.get("reward_trend")
    if trend is None or trend["trend"] not in _REWARDS:
        return None
    curve = diagnosis.run.curve(trend["metric"], trend["split"])
    at = curve.best()
    epoch = float(curve.epoch[at]) if curve.has_epochs else None
    key = _REWARDS[trend["trend"]]
    return EarlyEnd(key, curve.metric, curve.split, int(curve.step[at]), epoch)


def early_end_values(end: EarlyEnd, diagnosis: Diagnosis, text: Words) -> dict[str, Any]:
    """Return what its sentences may name: the place, what passed after it, with its time."""
    run = diagnosis.run
    curve = run.curve(end.metric, end.split)
    passed: float = int(curve.step[-1]) - end.after
    if end.epoch is not None and curve.has_epochs:
        passed = float(curve.epoch[-1]) - end.epoch
    length = length_of(curve, run, text)
    said = text.ui("after_parts", after=text.position(passed), length=length)
    spent = seconds_after(curve, int((curve.step >= end.after).argmax()))
    is_long = spent is not None and spent >= LEAST_TIME
    return {
        "place": text.place(end.after, end.epoch),
        "passed": said,
        "cost": text.ui("cost_time", passed=said, spent=spent) if is_long else said,
    }
