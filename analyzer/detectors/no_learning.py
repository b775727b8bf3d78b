"""No learning: a loss that never left the level at which it began.

Method
    The training curve (held-out where there is no other) on a log scale. Found where its level at the end (median of
    the last 5 %) is less than ``min_fall`` below its level at the start (median of the first 5 %), its smoothed minimum
    is no lower than that, and Kendall's tau of the whole curve shows no steady fall. Also found where the loss fell at
    the very start only, then stood still, and the accuracy says guessing: at most 1.25 exp(-loss), which is what a
    classifier reaches that gives every class the same probability.
Known limits
    Fine-tuning that starts from trained weights and cannot improve looks the same. The comparison with guessing takes
    the loss for a cross-entropy in nats; for another loss only the first rule applies.
References
    Karpathy, A. (2019). A recipe for training neural networks (verify loss at init, overfit one batch).
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3). DOI 10.1093/biomet/33.3.239.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.curves import UNKNOWN_EXAMPLES, cost_of
from analyzer.detectors._base import Detector, judge_first, threshold
from analyzer.errors import NotApplicable
from analyzer.model import Finding, Floats, Run
from analyzer.stats.binning import bin_curve
from analyzer.stats.rank import kendall
from analyzer.stats.smooth import smooth


@dataclass(frozen=True)
class NoLearning(Detector):
    """A loss at the end that is the loss at the start, or that of guessing."""

    explains: ClassVar[frozenset[str]] = frozenset(
        {"overfitting", "underfitting", "plateau", "oscillation", "generalization_gap"}
    )

    min_points: int = threshold(6, "fewer points cannot tell a slow start from a stuck run", low=4)
    min_fall: float = threshold(0.05, "a classifier at 95 % of the trivial loss has learnt nothing of use", low=0)
    min_tau: float = threshold(
        0.3, "a steady fall, however small, is learning: two of three pairs agree", low=0, high=1
    )
    chance: float = threshold(1.25, "a quarter above guessing allows for classes of unequal size", low=1)
    tail: float = threshold(0.05, "medians of 5 % are levels, not single points", low=0, high=0.5)

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the first loss (else score) that has enough points, training before held-out."""
        return judge_first(run, self._judge, held_out_first=False)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose losses stay at that of guessing."""
        return synthetic.stuck(seed).run

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        cost = cost_of(run.curve(metric, split, at_least=self.min_points), UNKNOWN_EXAMPLES)
        bins = bin_curve(cost.t, cost.y)
        fit = smooth(bins.t, bins.y, bins.count)
        size = max(3, round(self.tail * len(bins)))
        start, end = float(np.median(bins.y[: max(1, size // 3)])), float(np.median(bins.y[-size:]))
        lowest = min(float(fit[len(fit) // 20 :].min()), end)
        tau = kendall(bins.y)
        never = start - lowest < self.min_fall and tau > -self.min_tau
        guessing = self._is_guessing(run, split, fit, cost.level(end)) if metric == "loss" else False
        if not never and not guessing:
            return []
        values = {"start": cost.level(start), "level": cost.level(end), "fall": start - end, "tau": tau,
                  "guess": float(np.exp(-cost.level(end))) if metric == "loss" else None}  # fmt: skip
        return [Finding(self.id, "critical", metric, split, None, values, ("guessing",) if guessing else ())]

    def _is_guessing(self, run: Run, split: str, fit: Floats, level: float) -> bool:
        """Say whether the loss stood still after a tenth of the run and the accuracy is that of guessing."""
        later = fit[len(fit) // 10 :]
        if float(np.ptp(later)) > self.min_fall or level < 0.5:
            return False
        try:
            accuracy = cost_of(run.curve("accuracy", split, at_least=self.min_points), UNKNOWN_EXAMPLES)
        except NotApplicable:
            return False
        end = float(np.median(accuracy.curve.value[-max(3, len(accuracy.y) // 20) :])) / accuracy.width
        return accuracy.scale == "error" and end <= self.chance * float(np.exp(-level))
