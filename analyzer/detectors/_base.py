"""What a detector is: a frozen dataclass whose fields are thresholds with a reason, and one method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from analyzer.detectors._calibration import CALIBRATION
from analyzer.errors import NotApplicable
from analyzer.measures.cost import judged_metrics
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run
from analyzer.stats.logistic import logistic

FARTHEST = (
    4.0  # a margin beyond this says no more: one run far out must not turn the slope for all others
)
Judge = Callable[[Run, str, str], Iterable[Finding]]  # of a run, a metric and a split


@dataclass(frozen=True)
class Detector(ABC):
    """One condition. ``detect`` yields findings, yields nothing, or raises NotApplicable(reason)."""

    explains: ClassVar[frozenset[str]] = (
        frozenset()
    )  # detectors whose findings this one makes redundant

    @property
    def id(self) -> str:
        """The file name; the engine puts the name of the entry point in its place for a plug-in."""
        return type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def detect(self, run: Run) -> Iterable[Finding]:
        """Yield what was found in a run; raise NotApplicable where it cannot be judged."""

    @classmethod
    @abstractmethod
    def example(cls, seed: int) -> Run:
        """Return a synthetic run that this detector must flag."""


def judge_first(run: Run, judge: Judge, *, held_out_first: bool) -> Iterable[Finding]:
    """Judge the first loss (else score) that can be judged, of one split before the other, and return what was found.

    Raises NotApplicable where none can, for what a logged curve lacks sooner than for a curve that was not logged.
    """
    reasons: list[NotApplicable] = []
    for metric in judged_metrics(run):
        try:
            return judge_metric(run, judge, metric, held_out_first=held_out_first)
        except NotApplicable as reason:
            reasons.append(reason)
    raise _telling(reasons)


def judge_all(run: Run, judge: Judge, *, held_out_first: bool) -> Iterable[Finding]:
    """Judge as ``judge_first``, but of the parts of a loss without a total find only what all of them show.

    One part of several may well stand still, or grow: a penalty, a term that is annealed. Raises NotApplicable where
    none can be judged.
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
        raise _telling(reasons)
    return found[0] if all(found) else []


def judge_every(
    run: Run,
    judge: Callable[[Run, str], Iterable[Finding]],
    *,
    scores: bool = True,
    answers: Collection[str] = (),
) -> list[Finding]:
    """Judge every loss, the scores only where no loss could be judged, and return all that was found.

    A reason among ``answers`` is a judgement too: no score is asked after it, and it is raised where nothing was found.
    Raises NotApplicable where nothing could be judged.
    """
    found: list[Finding] = []
    reasons: list[NotApplicable] = []
    judged = False
    losses = run.metrics_of("loss")
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
    """Judge a metric by one split, else by the other. Raises NotApplicable where neither can be judged."""
    reasons: list[NotApplicable] = []
    splits = (run.trained_on(metric), run.held_out(metric))
    for split in dict.fromkeys(reversed(splits) if held_out_first else splits):
        try:
            return judge(run, metric, split)
        except NotApplicable as reason:
            reasons.append(reason)
    raise _telling(reasons)


def _telling(reasons: list[NotApplicable]) -> NotApplicable:
    """Return what a logged curve lacks sooner than that a curve was not logged."""
    return next((reason for reason in reasons if reason.key != "no_curve"), reasons[0])


def calibrated(name: str, margin: float) -> float:
    """Return the probability that a margin of a detector stands for, as the corpus has it (``_calibration.py``)."""
    return logistic(min(max(margin, -FARTHEST), FARTHEST), *CALIBRATION[name])


def threshold(
    default: Any, reason: str, *, low: float | None = None, high: float | None = None
) -> Any:
    """Declare a threshold as a dataclass field: its default, why it has that value, and the range that makes sense."""
    return field(default=default, metadata={"reason": reason, "low": low, "high": high})
