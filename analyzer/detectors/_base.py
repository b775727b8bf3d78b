"""The base of all detectors: a frozen dataclass whose fields are thresholds, and one method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from analyzer.detectors._calibration import CALIBRATION
from analyzer.errors import NotApplicable
from analyzer.measures.cost import judged_metrics
from analyzer.model.diagnosis import Finding, Onset, Verdict
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats
from analyzer.stats.flat import levels_along
from analyzer.stats.levels import end_level
from analyzer.stats.logistic import logistic

SUREST = 0.999  # no margin has enough runs behind it to promise more
FARTHEST = 4.0  # larger margins count as this: one extreme run must not set the slope for all
Judge = Callable[[Run, str, str], Iterable[Finding]]  # takes a run, a metric and a split


@dataclass(frozen=True)
class Detector(ABC):
    """One condition. ``detect`` yields findings, yields nothing, or raises NotApplicable."""

    explains: ClassVar[frozenset[str]] = frozenset()  # detectors whose findings become redundant
    explains_by_tag: ClassVar[Mapping[str, frozenset[str]]] = {}  # these too, with that tag
    verdict: ClassVar[Verdict | None] = None  # of a run that a finding decides; None: its own id
    verdict_by_tag: ClassVar[Mapping[str, Verdict]] = {}  # instead, for a finding with that tag
    judges_health: ClassVar[bool] = False  # its clear answer may make a run healthy
    judges_rewards: ClassVar[bool] = False  # whether an agent's reward can show the condition
    only_rewards: ClassVar[bool] = False  # whether it has no say in any other run

    @property
    def id(self) -> str:
        """The file name; the engine puts the name of the entry point in its place for a plug-in."""
        return type(self).__module__.rpartition(".")[2]

    @classmethod
    def verdicts_of(cls, name: str) -> tuple[Verdict, ...]:
        """Return all verdicts that a finding of this detector, known by ``name``, can give."""
        return (cls.verdict or Verdict(name), *cls.verdict_by_tag.values())

    @property
    def thresholds(self) -> dict[str, float]:
        """The value of every threshold by its name."""
        return {threshold.name: getattr(self, threshold.name) for threshold in fields(self)}

    def verdict_of(self, finding: Finding) -> Verdict:
        """Return the verdict that a finding of this detector gives."""
        for tag in finding.tags:
            if tag in self.verdict_by_tag:
                return self.verdict_by_tag[tag]
        return self.verdict or Verdict(finding.detector)

    def explained_by(self, findings: Iterable[Finding]) -> frozenset[str]:
        """Return the detectors that findings of this one make redundant."""
        tags = {tag for finding in findings for tag in finding.tags}
        more = [self.explains_by_tag[tag] for tag in sorted(tags & {*self.explains_by_tag})]
        return self.explains.union(*more)

    @abstractmethod
    def detect(self, run: Run) -> Iterable[Finding]:
        """Yield what was found in a run; raise NotApplicable if it cannot be judged."""

    @classmethod
    @abstractmethod
    def example(cls, seed: int) -> Run:
        """Return a synthetic run that this detector must flag."""


def judge_first(run: Run, judge: Judge, *, held_out_first: bool) -> Iterable[Finding]:
    """Judge the first loss (else score) that can be judged, one split before the other.

    Raises NotApplicable if none can be judged; a reason about a logged curve comes before
    "not logged".
    """
    reasons: list[NotApplicable] = []
    names = judged_metrics(run)
    if held_out_first:
        names = list(dict.fromkeys([*run.held_out_losses, *names]))
    for metric in names:
        try:
            return judge_metric(run, judge, metric, held_out_first=held_out_first)
        except NotApplicable as reason:
            reasons.append(reason)
    raise _most_telling(reasons)


def judge_all(run: Run, judge: Judge, *, held_out_first: bool) -> Iterable[Finding]:
    """Judge like ``judge_first``, but if a loss has only parts, find only what all parts show.

    One part of several can legitimately stand still or grow: a penalty, an annealed term. Raises
    NotApplicable if none can be judged.
    """
    parts = run.metrics_of("loss")
    if len(parts) < 2:
        return judge_first(run, judge, held_out_first=held_out_first)
    found: list[list[Finding]] = []
    reasons: list[NotApplicable] = []
    for metric in parts:
        try:
            found.append(list(judge_metric(run, judge, metric, held_out_first=held_out_first)))
        except NotApplicable as reason:
            reasons.append(reason)
    if not found:
        raise _most_telling(reasons)
    return found[0] if all(found) else []


def judge_every(
    run: Run,
    judge: Callable[[Run, str], Iterable[Finding]],
    *,
    scores: bool = True,
    answers: Collection[str] = (),
) -> list[Finding]:
    """Judge every loss, or the scores if no loss could be judged, and return all findings.

    A reason among ``answers`` counts as a judgement: no score is judged after it, and it is
    raised if nothing was found. Raises NotApplicable if nothing could be judged.
    """
    found: list[Finding] = []
    reasons: list[NotApplicable] = []
    judged = False
    losses = [*run.metrics_of("loss"), *run.held_out_losses]
    for metric in judged_metrics(run) if scores else losses:
        if judged and metric not in losses:
            break
        try:
            found.extend(judge(run, metric))
            judged = True
        except NotApplicable as reason:
            reasons.append(reason)
            judged = judged or reason.key in answers
    answer = next((reason for reason in reasons if reason.key in answers), None)
    if not judged or (answer and not found):
        raise answer or reasons[0]
    return found


def judge_metric(run: Run, judge: Judge, metric: str, *, held_out_first: bool) -> Iterable[Finding]:
    """Judge a metric by one split, else by the other. Raises NotApplicable if neither works."""
    reasons: list[NotApplicable] = []
    splits = [run.trained_on(metric), run.held_out(metric)]
    if held_out_first:
        splits.reverse()
    for split in dict.fromkeys(splits):
        try:
            return judge(run, metric, split)
        except NotApplicable as reason:
            reasons.append(reason)
    raise _most_telling(reasons)


def _most_telling(reasons: list[NotApplicable]) -> NotApplicable:
    """Return the first reason about a logged curve, else the first of all."""
    missing = ("no_curve", "other_names")
    return next((reason for reason in reasons if reason.key not in missing), reasons[0])


def onset_between(curve: Curve, at: int, before: int) -> Onset:
    """Return the onset at one point of a curve, its interval reaching back to an earlier point."""
    epochs: list[float | None] = [None, None]
    if curve.has_epochs:
        epochs = [float(curve.epoch[at]), float(curve.epoch[before])]
    return Onset(
        step=int(curve.step[at]),
        epoch=epochs[0],
        low=int(curve.step[before]),
        high=int(curve.step[at]),
        low_epoch=epochs[1],
        high_epoch=epochs[0],
    )


def lost_onset(curve: Curve, y: Floats) -> Onset:
    """Return where a curve, whose cost is ``y``, left the lower half of what it lost, for good."""
    levels = levels_along(y)
    lowest = float(levels.min())
    below = int(np.flatnonzero(levels <= max(lowest, (lowest + end_level(y)) / 2))[-1])
    return onset_between(curve, min(below + 1, len(y) - 1), below)


def calibrated(name: str, margin: float) -> float:
    """Return the probability that a margin stands for on the corpus (``_calibration.py``)."""
    probability = logistic(min(max(margin, -FARTHEST), FARTHEST), *CALIBRATION[name])
    return min(probability, SUREST)


def threshold(
    default: Any, reason: str, *, low: float | None = None, high: float | None = None
) -> Any:
    """Declare a threshold as a field: its default, the reason for it, and its sensible range."""
    return field(default=default, metadata={"reason": reason, "low": low, "high": high})
