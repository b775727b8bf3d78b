"""Generalization gap: a large share of what training learnt does not carry over to unseen data.

Method
    Levels are medians of the last 5 %. The gap is held-out minus training loss (training minus held-out for a score);
    what was learnt is the fall of the training curve from the mean of the two first values to its end. The share is
    gap over learnt: 0, everything carries over; 1, nothing does. Its 95 % interval adds the scatter of the last points
    and the slow error of one validation set, 0.3 / n per unit of log time. Found where the share is at least
    ``min_share`` and the interval excludes half of it. The gap widens where Kendall's tau of the gap over the last half
    is above 0.5.
Known limits
    Both curves must measure the same thing: a training loss with dropout or a penalty in it hides part of the gap. A
    log that begins late, or from trained weights, makes what was learnt look small and the share large.
References
    Hardt, M., Recht, B., Singer, Y. (2016). Train faster, generalize better. ICML. arXiv:1509.01240.
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3). DOI 10.1093/biomet/33.3.239.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.curves import UNKNOWN_EXAMPLES, Cost, cost_pair, judged_metrics, validation_examples
from analyzer.detectors._base import Detector, threshold
from analyzer.errors import NotApplicable
from analyzer.model import Finding, Floats, Run
from analyzer.stats.binning import bin_curve
from analyzer.stats.kriging import SLOW_NOISE
from analyzer.stats.rank import kendall


@dataclass(frozen=True)
class GeneralizationGap(Detector):
    """The gap at the end as a share of what was learnt, with its interval and its trend."""

    explains: ClassVar[frozenset[str]] = frozenset({"plateau"})

    min_points: int = threshold(8, "fewer points give neither a level at the end nor a trend of the gap", low=4)
    min_share: float = threshold(1 / 3, "a third of what training learnt is lost on unseen data", low=0, high=1)
    min_learnt: float = threshold(0.05, "a fall below 5 % of the start is nothing to take a share of", low=0)
    widening: float = threshold(0.5, "three of four pairs of points agree that the gap grows", low=0, high=1)
    tail: float = threshold(0.05, "the median of the last 5 % is the level at the end", low=0, high=0.5)

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the losses; the scores only where no loss could be judged."""
        reasons: list[NotApplicable] = []
        judged = False
        found: list[Finding] = []
        losses = run.metrics_of("loss")
        names = judged_metrics(run)
        for metric in names:
            if judged and metric not in losses:
                break
            try:
                found.extend(self._judge(run, metric))
                judged = True
            except NotApplicable as reason:
                reasons.append(reason)
        if not judged:
            raise reasons[0]
        return found

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose validation loss goes flat early while training falls far below it."""
        return synthetic.gap(seed).run

    def _judge(self, run: Run, metric: str) -> Iterable[Finding]:
        val, train = cost_pair(run, metric, at_least=self.min_points)
        sign = 1.0 if val.curve.lower_is_better else -1.0
        held_out, trained = sign * val.curve.value, sign * train.curve.value
        start = (float(held_out[0]) + float(trained[0])) / 2
        ends = self._end(held_out), self._end(trained)
        learnt = start - ends[1]
        size = float(np.abs([start, *ends]).max())
        if learnt <= self.min_learnt * size:
            raise NotApplicable("nothing_learnt", metric=metric, split=train.curve.split)
        gap = ends[0] - ends[1]
        error = 1.96 * self._error(val, held_out, trained, validation_examples(run) or UNKNOWN_EXAMPLES)
        share, low, high = (value / learnt for value in (gap, gap - error, gap + error))
        if share < self.min_share or low < self.min_share / 2:
            return []
        tau = self._trend(val, train, sign)
        values = {"gap": gap, "share": share, "low": low, "high": high, "tau": tau,
                  "train_level": sign * ends[1], "val_level": sign * ends[0]}  # fmt: skip
        tags = ("widening",) if tau > self.widening else ()
        return [Finding(self.id, "warning", metric, val.curve.split, None, values, tags)]

    def _end(self, value: Floats) -> float:
        return float(np.median(value[-self._tail(value) :]))

    def _tail(self, value: Floats) -> int:
        return max(3, round(self.tail * len(value)))

    def _error(self, val: Cost, held_out: Floats, trained: Floats, examples: float) -> float:
        """Return the standard error of the gap: scatter of the last points, and the slow error of the set."""
        scatter = [float(np.std(one[-self._tail(one) :])) ** 2 / self._tail(one) for one in (held_out, trained)]
        span = float(np.log(1.005 / (0.005 + 1 / val.t[-1])))
        slow = abs(self._end(held_out)) * np.sqrt(SLOW_NOISE / examples * span)
        if val.scale == "error":
            right = min(max(abs(self._end(held_out)) / val.width, 0.5 / examples), 1 - 0.5 / examples)
            slow = val.width * np.sqrt(right * (1 - right) / examples)
        return float(np.sqrt(sum(scatter) + slow**2))

    def _trend(self, val: Cost, train: Cost, sign: float) -> float:
        beside = np.interp(val.x, train.x, train.curve.value)
        bins = bin_curve(val.t, sign * (val.curve.value - beside))
        return kendall(bins.y[bins.t >= (bins.t[0] + bins.t[-1]) / 2])
