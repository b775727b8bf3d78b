"""Underfitting: training and validation agree with each other, at a level that is still high.

Method
    Levels are medians of the last 5 %. Found where the training loss has fallen, by less than half of its start; the
    held-out loss is within ``max_gap`` of it; and either the held-out curve still falls at the end (its slope against
    ln t over the last half, times ln 2, is above ``min_slope``: doubling the run would gain that much), or the
    training accuracy, where there is one, is below ``max_accuracy``.
Known limits
    The lowest loss that the data allow is unknown: noisy targets have a high one, and a network that reaches it does
    not underfit. Fine-tuning starts low, so that half of its start is far away. Without an accuracy only a run that
    still falls is called underfitting.
References
    Godbole, V., Dahl, G., Gilmer, J., Shallue, C., Nado, Z. (2023). Deep Learning Tuning Playbook.
    Theil, H. (1950). A rank-invariant method of linear and polynomial regression analysis. Indag. Math. 12.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.curves import Cost, cost_of, cost_pair
from analyzer.detectors._base import Detector, threshold
from analyzer.errors import NotApplicable
from analyzer.model import Finding, Run
from analyzer.stats.binning import bin_curve
from analyzer.stats.rank import theil_sen


@dataclass(frozen=True)
class Underfitting(Detector):
    """A high training loss without a gap, still falling or with a low accuracy."""

    explains: ClassVar[frozenset[str]] = frozenset({"plateau"})

    min_points: int = threshold(8, "the last half must hold four points to have a slope", low=6)
    max_share: float = threshold(0.5, "more than half of the first loss is left: most is not learnt", low=0, high=1)
    min_fall: float = threshold(0.05, "below 5 % nothing was learnt at all, which is another condition", low=0)
    max_gap: float = threshold(0.1, "validation within 10 % of training: capacity or time is missing, not data", low=0)
    min_slope: float = threshold(0.05, "doubling the run would lower the loss by 5 % or more", low=0)
    max_accuracy: float = threshold(0.75, "a network that misses a quarter of its own training data", low=0, high=1)
    tail: float = threshold(0.05, "the median of the last 5 % is the level at the end", low=0, high=0.5)

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the losses that were logged for both splits."""
        losses = run.metrics_of("loss")
        if not losses:
            raise NotApplicable("no_loss")
        reasons: list[NotApplicable] = []
        found: list[Finding] = []
        for metric in losses:
            try:
                found.extend(self._judge(run, metric))
            except NotApplicable as reason:
                reasons.append(reason)
        if len(reasons) == len(losses):
            raise reasons[0]
        return found

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run that has lost less than half of its first loss and still falls, without a gap."""
        return synthetic.underfit(seed).run

    def _judge(self, run: Run, metric: str) -> Iterable[Finding]:
        val, train = cost_pair(run, metric, at_least=self.min_points)
        if val.scale != "log" or train.scale != "log":
            raise NotApplicable("not_positive", metric=metric, split=train.curve.split)
        start, end, held_out = float(np.median(train.y[:1])), self._end(train), self._end(val)
        left = float(np.exp(end - start))
        if left < self.max_share or start - end < self.min_fall or held_out - end > self.max_gap:
            return []
        slope = self._slope(val)
        accuracy = self._accuracy(run)
        falling = slope > self.min_slope
        if not falling and (accuracy is None or accuracy > self.max_accuracy):
            return []
        values = {
            "level": train.level(end),
            "start": train.level(start),
            "left": left,
            "gap": float(np.expm1(held_out - end)),
            "slope": slope,
            "accuracy": accuracy,
        }
        return [
            Finding(
                self.id, "warning", metric, train.curve.split, None, values, ("still_falls" if falling else "flat",)
            )
        ]

    def _end(self, cost: Cost) -> float:
        return float(np.median(cost.y[-max(3, round(self.tail * len(cost.y))) :]))

    def _slope(self, val: Cost) -> float:
        """Return the fall that a doubling of the run would bring, if log loss goes on falling along ln t."""
        bins = bin_curve(val.t, val.y)
        late = bins.t >= bins.t[-1] / 2
        return -theil_sen(np.log(bins.t[late]), bins.y[late]) * float(np.log(2))

    def _accuracy(self, run: Run) -> float | None:
        """Return the training accuracy at the end as a fraction, None where there is none."""
        try:
            cost = cost_of(run.curve("accuracy", run.trained_on("accuracy"), at_least=3), 1000)
        except NotApplicable:
            return None
        if cost.scale != "error":
            return None
        return float(np.median(cost.curve.value[-3:])) / cost.width
