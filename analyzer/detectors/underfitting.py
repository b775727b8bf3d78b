"""Underfitting: the run ended before the network had learnt what it could from its data.

Method
    Four slopes against ln t, each times ln 2, estimate what doubling the run would bring if the
    log loss continued as before: those of the held-out curve over the last half and over the last
    quarter (Theil-Sen), that of its line after the last bend (two lines that meet, by least
    squares, over the last three quarters), and that of the training curve over the last half. An
    exponential that has converged has such slopes too: the estimate is at most what the falls of
    the last two quarters bring if they go on in their ratio, each two standard errors in favour of
    the curve. A straight fall has the ratio 1 and is not cut.

    Found (tag still_falls) if the smallest of these is above ``min_slope``, the best held-out value
    is in the last fifth, the learning rate (if logged) has not dropped to almost nothing, the
    training accuracy has not reached 1, and all this is more likely than not. From ``sure`` on (a
    slope of about 14 %) it is a warning, below it a note. If the loss no longer falls but more than
    ``max_share`` of the first training loss is left, the training accuracy is below
    ``max_accuracy`` and there is no gap, that is a note (tag flat).
Known limits
    One run cannot show whether a network lacks capacity: noise in the targets keeps a loss high
    just as well. The note flat is therefore not a warning, and it has no confidence. The
    extrapolation covers one doubling of what was logged: a run that bends right after its end is
    wrongly called underfitting.
References
    Godbole, V., Dahl, G., Gilmer, J., Shallue, C., Nado, Z. (2023). Deep Learning Tuning Playbook.
    Theil, H. (1950). A rank-invariant method of linear and polynomial regression analysis. Indag.
    Math. 12.
    Hudson, D. J. (1966). Fitting segmented curves whose join points have to be estimated. JASA
    61(316).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, calibrated, judge_every, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.cost import Cost
from analyzer.measures.pairs import cost_in, cost_pair, train_cost_at_val
from analyzer.model.diagnosis import Finding, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import end_level
from analyzer.stats.promise import geometric_promise
from analyzer.stats.rank import theil_sen
from analyzer.stats.segments import two_segments


@dataclass(frozen=True, eq=False)
class UnderfittingValues(Values):
    """The numbers of a finding."""

    margin: float  # ln(slope / min_slope)
    level: float  # of the training curve at the end, in its unit
    start: float  # its first value, in its unit
    left: float  # level over start
    gap: float  # of validation above training at the end, as a share of the training level
    slope: float  # fall that twice the run would bring, as a log ratio
    accuracy: float | None  # of training at the end; None if it was not logged


@dataclass(frozen=True, eq=False)
class Fall:
    """What a run still gains; ``margin`` is 0 if doubling it would bring just ``min_slope``."""

    val: Cost
    train: Cost
    trained: Floats
    slope: float
    margin: float
    open_end: bool


@dataclass(frozen=True)
class Underfitting(Detector):
    """A loss that still falls at the end, or stays high without a gap."""

    verdict: ClassVar[Verdict | None] = Verdict("underfitting", 20)
    verdict_by_tag: ClassVar[Mapping[str, Verdict]] = {"still_falls": Verdict("undertrained", 70)}
    explains: ClassVar[frozenset[str]] = frozenset({"plateau"})

    min_points: int = threshold(8, "the second half must hold four points to have a slope", low=6)
    min_slope: float = threshold(0.05, "doubling the compute must bring 5 % to be worth it", low=0)
    late: float = threshold(
        0.8, "a best value before the last fifth has not been improved for a while", low=0, high=1
    )
    min_rate: float = threshold(
        0.02, "a rate below 2 % of its highest no longer moves anything", low=0, high=1
    )
    min_confidence: float = threshold(0.5, "found if it is more likely than not", low=0.05, high=1)
    sure: float = threshold(
        0.75,
        "a quarter of the runs cannot be decided: warn if three in four are right",
        low=0,
        high=1,
    )
    right: float = threshold(
        0.99, "a network that is right on all of its training data has nothing left to fit", low=0
    )
    max_share: float = threshold(
        0.5, "more than half of the first loss is left: most is not learnt", low=0, high=1
    )
    max_gap: float = threshold(
        0.1, "validation within 10 % of training: capacity or time is missing, not data", low=0
    )
    max_accuracy: float = threshold(
        0.75, "a network that misses a quarter of its own training data", low=0, high=1
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the losses that were logged for both splits."""
        if not run.metrics_of("loss"):
            raise NotApplicable("no_loss")
        return judge_every(run, self._judge, scores=False)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run that still falls, with more than half of its first loss left and no gap."""
        return synthetic.underfit(seed).run

    def fall(self, run: Run, metric: str) -> Fall:
        """Measure what a run still gains at its end."""
        val, train = cost_pair(run, metric, at_least=self.min_points)
        if train.x[-1] - val.x[-1] > (1 - self.late) * (train.x[-1] - train.x[0]):
            raise NotApplicable("nothing_to_compare")  # validation ends before the run does
        if val.scale != "log" or train.scale != "log":
            raise NotApplicable("not_positive", metric=metric, split=train.curve.split)
        trained = train_cost_at_val(val, train)
        bins = val.bins
        u, t_end = np.log(bins.t), bins.t[-1]
        late, most, last = bins.t >= t_end / 2, bins.t >= t_end / 4, bins.t >= 0.75 * t_end
        slopes = [-theil_sen(u[late], bins.y[late]), -theil_sen(u[late], bins.mean(trained)[late])]
        slopes.append(-theil_sen(u[last], bins.y[last]))
        bend = two_segments(u[most], bins.y[most], bins.count[most])
        slope = min([*slopes, *([] if bend is None else [-bend.after])]) * float(np.log(2))
        slope = min(slope, geometric_promise(bins.t, bins.y))
        best = float(bins.t[int(np.argmin(bins.y))] - bins.t[0]) / max(
            float(t_end - bins.t[0]), 1e-12
        )
        open_end = best > self.late and self._rate_left(run) > self.min_rate
        return Fall(
            val, train, trained, slope, float(np.log(max(slope, 1e-9) / self.min_slope)), open_end
        )

    def _judge(self, run: Run, metric: str) -> Iterable[Finding]:
        found = self.fall(run, metric)
        start, end, held_out = (
            float(found.train.y[0]),
            end_level(found.trained),
            end_level(found.val.y),
        )
        left, gap = float(np.exp(end - start)), float(np.expm1(held_out - end))
        accuracy = self._accuracy(run)
        sure = calibrated(self.id, found.margin)
        right = accuracy is not None and accuracy >= self.right
        falls = found.open_end and found.margin >= 0 and sure >= self.min_confidence and not right
        flat = (
            left >= self.max_share
            and gap <= self.max_gap
            and accuracy is not None
            and accuracy < self.max_accuracy
        )
        if not falls and not flat:
            return []
        values = UnderfittingValues(
            margin=found.margin,
            level=found.train.level(end),
            start=found.train.level(start),
            left=left,
            gap=gap,
            slope=max(found.slope, 0.0),
            accuracy=accuracy,
        )
        confidence = sure if falls else None
        severity = "warning" if falls and sure >= self.sure else "info"
        tags = ("still_falls",) if falls else ("flat",)
        split = found.train.curve.split
        return [Finding(self.id, severity, metric, split, None, values, tags, (), confidence)]

    def _rate_left(self, run: Run) -> float:
        """Return the last learning rate as a share of the highest, 1 if none was logged."""
        rates = [
            series.value[np.isfinite(series.value) & series.counted]
            for series in run.series
            if series.metric == "lr"
        ]
        left = [float(rate[-1] / rate.max()) for rate in rates if len(rate) > 1 and rate.max() > 0]
        return max(left, default=1.0)

    def _accuracy(self, run: Run) -> float | None:
        """Return the training accuracy at the end as a fraction, None if it was not logged."""
        try:
            cost = cost_in(run, "accuracy", run.trained_on("accuracy"), at_least=3)
        except NotApplicable:
            return None
        if cost.scale != "error":
            return None
        return float(np.median(cost.curve.value[-3:])) / cost.width
