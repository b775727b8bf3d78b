"""Overfitting: the held-out loss turns up and stays up while the training loss goes on falling.

Method
    The held-out curve is taken on a log scale (an accuracy as the log of its error), long curves in bins, and half
    smoothed in log time: w raw + (1 - w) local linear with w = n / (n + 100) for n validation examples. The divergence
    point k is the minimum of that curve. The margin is the least of three ratios: the rise from k to the end over what
    is needed (``min_rise``, and ``min_rise_swings`` times the swing of the curve around its trend); the fall of the
    training curve from k to the end over ``min_train_fall``; and persistence, the better of (Kendall's tau after k +
    0.3) / 0.5 and 1.9 - (largest later fall / rise). Overfitting is found where the margin is at least 1 and at least
    ``min_after`` points follow k. The 95 % interval of k comes from kriging the curve with a noise that wanders
    slowly, as the error of one fixed validation set does, and drawing curves from the posterior.
Known limits
    Below about 50 validation examples the sampling error moves the minimum by a third of the run: the interval says
    so, the point does not. A validation loss that rises for another reason than memorising (an annealed term, a shift
    of the data) is called overfitting if the training loss falls. Where no accuracy tells the number of validation
    examples, 100 are assumed.
References
    Prechelt, L. (1998). Early stopping - but when? LNCS 1524. DOI 10.1007/3-540-49430-8_3.
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3). DOI 10.1093/biomet/33.3.239.
    Rasmussen, C. E., Williams, C. K. I. (2006). Gaussian Processes for Machine Learning. MIT Press.
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
from analyzer.model import Finding, Floats, Mark, Run
from analyzer.stats.binning import Binned, bin_curve
from analyzer.stats.kriging import argmin_draws
from analyzer.stats.rank import kendall
from analyzer.stats.smooth import share_weighted, smooth


@dataclass(frozen=True, eq=False)
class _Turn:
    """The lowest point of a held-out curve, in bins and on its cost, and what follows it."""

    val: Cost
    bins: Binned
    examples: float
    examples_known: bool
    lowest: int
    level: float
    rise: float
    fall: float
    tau: float
    margin: float


@dataclass(frozen=True)
class Overfitting(Detector):
    """The smoothed divergence point, its 95 % interval, and whether what follows it is overfitting."""

    explains: ClassVar[frozenset[str]] = frozenset({"generalization_gap", "plateau"})

    min_points: int = threshold(8, "five points to know the level before the turn and three after it", low=5)
    min_after: int = threshold(3, "fewer points after the minimum cannot tell a turn from a bad epoch", low=1)
    min_rise: float = threshold(0.04, "4 % above the lowest loss; less is within the wander of 100 examples", low=0)
    min_rise_errors: float = threshold(2.0, "an error rate must rise by two binomial standard errors", low=0)
    min_rise_swings: float = threshold(1.5, "the rise must stand out of the swing of the curve around its trend", low=0)
    min_train_fall: float = threshold(0.08, "a training loss that falls by less than 8 % memorises little", low=0)
    tail: float = threshold(
        0.05, "the median of the last 5 % is the level at the end, not one lucky epoch", low=0, high=0.5
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the losses; the accuracies only where no loss is found, and as a tag where one is."""
        reasons: list[NotApplicable] = []
        found: list[Finding] = []
        names = judged_metrics(run)
        for metric in names:
            if found and metric not in run.metrics_of("loss"):
                break
            try:
                found.extend(self._judge(run, metric))
            except NotApplicable as reason:
                reasons.append(reason)
        if len(reasons) == len(names):
            raise reasons[0]
        return found

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose population loss has its minimum before three quarters of the run."""
        return synthetic.overfitting(seed).run

    def _judge(self, run: Run, metric: str) -> Iterable[Finding]:
        turn = self._turn(run, metric)
        if turn.margin < 1:
            return []
        val, bins, split = turn.val, turn.bins, turn.val.curve.split
        draws = argmin_draws(bins.t, bins.y, bins.count, turn.examples)
        low, high = (float(one) for one in np.quantile(draws, [0.025, 0.975]))
        onset = val.onset(float(bins.t[turn.lowest]), low, high)
        values = {
            "best_level": val.level(turn.level),
            "end_level": val.level(turn.level + turn.rise),
            "rise": float(np.expm1(turn.rise)) if val.scale != "range" else turn.rise,
            "train_fall": float(-np.expm1(-turn.fall)) if val.scale != "range" else turn.fall,
            "tau": turn.tau,
            "margin": turn.margin,
            "examples": turn.examples,
            "examples_known": turn.examples_known,
        }
        mark = Mark("onset", metric, split, onset.low, onset.high)
        return [
            Finding(self.id, "warning", metric, split, onset, values, tuple(self._tags(run, metric, turn)), (mark,))
        ]

    def _turn(self, run: Run, metric: str) -> _Turn:
        """Measure the lowest point of the held-out curve and what follows it."""
        val, train = cost_pair(run, metric, at_least=self.min_points)
        known = validation_examples(run)
        examples = known or UNKNOWN_EXAMPLES
        bins = bin_curve(val.t, val.y)
        shared = share_weighted(bins.t, bins.y, bins.count, examples)
        lowest = int(np.argmin(shared))
        after = bins.t >= bins.t[lowest]
        end = float(np.median(bins.y[-self._tail(len(bins)) :]))
        rise = end - float(shared[lowest])
        fall = self._train_fall(train, val.x[val.index_at(bins.t[lowest])])
        tau = kendall(bins.y[after])
        drawback = _largest_fall(shared[after]) / (rise + 0.02) if rise > 0 else np.inf
        needed = max(self._needed_rise(val, end, examples), self.min_rise_swings * _swing(bins))
        margin = min(rise / needed, fall / self.min_train_fall, max((tau + 0.3) / 0.5, 1.9 - drawback))
        if bins.count[after].sum() - 1 < self.min_after:
            margin = 0.0
        return _Turn(val, bins, examples, known is not None, lowest, float(shared[lowest]), rise, fall, tau, margin)

    def _tail(self, points: int) -> int:
        return max(3, round(self.tail * points))

    def _needed_rise(self, val: Cost, end: float, examples: float) -> float:
        """Return the rise that counts: ``min_rise``, or two standard errors of an error rate."""
        if val.scale != "error":
            return self.min_rise
        error = min(max(float(np.exp(end)), 0.5 / examples), 1 - 0.5 / examples)
        return max(self.min_rise, self.min_rise_errors * float(np.sqrt((1 - error) / (error * examples))))

    def _train_fall(self, train: Cost, x: float) -> float:
        """Return how far the training cost falls from a place to the end, between medians."""
        half = self._tail(len(train.y)) // 2
        at = int(np.argmin(np.abs(train.x - x)))
        around = train.y[max(0, at - half) : at + half + 1]
        return float(np.median(around) - np.median(train.y[-self._tail(len(train.y)) :]))

    def _tags(self, run: Run, metric: str, turn: _Turn) -> Iterable[str]:
        """Say what the checklist needs to know: a best point very early, an accuracy that does not fall."""
        t = turn.bins.t
        if t[turn.lowest] - t[0] < 0.1 * (t[-1] - t[0]):
            yield "best_early"
        if metric == "loss" and "accuracy" in run.metrics_of("score"):
            try:
                if self._turn(run, "accuracy").margin < 1:
                    yield "accuracy_holds"
            except NotApplicable:
                return


def _swing(bins: Binned) -> float:
    """Return the robust standard deviation of a curve around its smooth trend after the first quarter."""
    residual = (bins.y - smooth(bins.t, bins.y, bins.count))[len(bins) // 4 :]
    return 1.4826 * float(np.median(np.abs(residual - np.median(residual))))


def _largest_fall(curve: Floats) -> float:
    """Return the largest fall from any point to a later one."""
    return float((np.maximum.accumulate(curve) - curve).max())
