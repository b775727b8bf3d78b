"""What a detector is: a frozen dataclass whose fields are thresholds with a reason, and one method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from analyzer.curves import judged_metrics
from analyzer.errors import NotApplicable
from analyzer.model import Finding, Run

Judge = Callable[[Run, str, str], Iterable[Finding]]  # of a run, a metric and a split


@dataclass(frozen=True)
class Detector(ABC):
    """One condition. ``detect`` yields findings, yields nothing, or raises NotApplicable(reason)."""

    explains: ClassVar[frozenset[str]] = frozenset()  # detectors whose findings this one makes redundant

    @property
    def id(self) -> str:
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
        splits = (run.trained_on(metric), run.held_out(metric))
        for split in dict.fromkeys(reversed(splits) if held_out_first else splits):
            try:
                return judge(run, metric, split)
            except NotApplicable as reason:
                reasons.append(reason)
    raise next((reason for reason in reasons if reason.key != "no_curve"), reasons[0])


def threshold(default: Any, reason: str, *, low: float | None = None, high: float | None = None) -> Any:
    """Declare a threshold as a dataclass field: its default, why it has that value, and the range that makes sense."""
    return field(default=default, metadata={"reason": reason, "low": low, "high": high})
