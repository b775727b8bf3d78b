"""Underfitting: the run ended before the network had learnt what it could from its data.

Method
    Four slopes against ln t, each times ln 2, estimate what doubling the run would bring if the
    log loss continued as before: those of the held-out curve over the last half and over the last
    quarter (Theil-Sen), that of its line after the last bend (two lines that meet, by least
    squares, over the last three quarters), and that of the training curve over the last half. An
    exponential that has converged has such slopes too: the estimate is at most what the falls of
    the last two quarters bring if they go on in their ratio, each two standard errors in favour of
    the curve. A straight fall has the ratio 1 and is not cut.

    The loss still falls (tag still_falls) if the smallest of them is above ``min_slope``, the best
    held-out value is in the last fifth, the learning rate (if logged) has not dropped to almost
    nothing, the training accuracy has not reached 1, and all this is more likely than not. A run
    that learns to its end is healthy, so this is a note. It becomes a warning (tag little_learnt)
    if more than ``max_share`` of the first training loss is left and doubling the run would bring
    ``min_part`` of what it has brought so far: of the runs of the corpus with both, five in six
    had learnt less than three quarters of what was within their reach.

    If the loss no longer falls, but more than ``max_share`` of the first training loss is left, the
    training accuracy is below ``max_accuracy`` and there is no gap, that is a note (tag flat). It
    is a warning (tag both_high) from ``most_left`` on if training is also right in fewer than half
    of the cases that guessing does not give.
Known limits
    One run cannot show whether a network lacks capacity: noise in the targets keeps a loss high
    just as well. The finding flat therefore has no confidence. A run that starts from trained
    weights has little left to learn, and its first loss says nothing about guessing. The
    extrapolation covers one doubling of what was logged: a run that bends right after its end still
    gets the note.
References
    Godbole, V., Dahl, G., Gilmer, J., Shallue, C., Nado, Z. (2023). Deep Learning Tuning Playbook.
    Theil, H. (1950). A rank-invariant method of linear and polynomial regression analysis
    (Indag. Math. 12).
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
from analyzer.measures.data_size import classes_of
from analyzer.measures.pairs import cost_in, cost_pair, train_cost_at_val
from analyzer.measures.rate import rate_left
from analyzer.model.diagnosis import Finding, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import end_level
from analyzer.stats.promise import geometric_promise
from analyzer.stats.rank import theil_sen
from analyzer.stats.segments import two_segments

LARGEST = 700.0  # the exponential of more is infinite
Kind = tuple[tuple[str, ...], str, float | None]  # tags, severity and confidence of a finding


@dataclass(frozen=True, eq=False)
class UnderfittingValues(Values):
    """The numbers of a finding."""

    margin: float  # ln(slope / min_slope)
    level: float  # of the training curve at the end, in its unit
    start: float  # its first value, in its unit
    left: float  # level over start
    part: float | None  # what twice the run would bring, as a part of what it has brought so far
    gap: float  # of validation above training at the end, as a share of the training level
    slope: float  # fall that twice the run would bring, as a log ratio
    gain: float  # the same as a share of the loss at the end, with an 80 % interval
    low: float
    high: float
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
    verdict_by_tag: ClassVar[Mapping[str, Verdict]] = {"little_learnt": Verdict("undertrained", 70)}
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
    min_part: float = threshold(
        0.2,
        "a doubling that brings a fifth of all that came before it: the fall has not bent",
        low=0,
    )
    right: float = threshold(
        0.99, "a network that is right on all of its training data has nothing left to fit", low=0
    )
    least_gain: float = threshold(
        0.1,
        "at most one run in ten of either half of the corpus gained less than this of it",
        low=0,
    )
    most_gain: float = threshold(
        3.2, "at most one run in ten of either half of the corpus gained so much more", low=1
    )
    max_share: float = threshold(
        0.5, "more than half of the first loss is left: most is not learnt", low=0, high=1
    )
    most_left: float = threshold(
        0.75, "three quarters of the first loss are left: hardly anything is learnt", low=0, high=1
    )
    min_right: float = threshold(
        0.5,
        "half of what guessing gets wrong is still wrong, on the network's own data",
        low=0,
        high=1,
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
        left = rate_left(run)
        open_end = best > self.late and (left is None or left > self.min_rate)
        return Fall(
            val, train, trained, slope, float(np.log(max(slope, 1e-9) / self.min_slope)), open_end
        )

    def _judge(self, run: Run, metric: str) -> Iterable[Finding]:
        found = self.fall(run, metric)
        start, end = float(found.train.y[0]), end_level(found.trained)
        slope = max(found.slope, 0.0)
        values = UnderfittingValues(
            margin=found.margin,
            level=found.train.level(end),
            start=found.train.level(start),
            left=_ratio(end - start),
            part=slope / (start - end) if end < start else None,
            gap=_ratio(end_level(found.val.y) - end) - 1,
            slope=slope,
            gain=1 - _ratio(-slope),
            low=1 - _ratio(-self.least_gain * slope),
            high=1 - _ratio(-self.most_gain * slope),
            accuracy=self._accuracy(run),
        )
        kind = self._still_falls(found, values) or self._flat(run, values)
        if kind is None:
            return []
        tags, severity, confidence = kind
        split = found.train.curve.split
        return [Finding(self.id, severity, metric, split, None, values, tags, (), confidence)]

    def _still_falls(self, found: Fall, values: UnderfittingValues) -> Kind | None:
        """Return tags, severity and confidence if the loss falls to the end, else None."""
        sure = calibrated(self.id, found.margin)
        right = values.accuracy is not None and values.accuracy >= self.right
        if not found.open_end or found.margin < 0 or sure < self.min_confidence or right:
            return None
        if values.left < self.max_share or values.part is None or values.part < self.min_part:
            return ("still_falls",), "info", sure
        little = float(np.log(values.left / self.max_share))
        return ("little_learnt", "still_falls"), "warning", calibrated(f"{self.id}.little", little)

    def _flat(self, run: Run, values: UnderfittingValues) -> Kind | None:
        """Return tags and severity if a loss without a gap no longer falls but is high."""
        accuracy = values.accuracy
        if accuracy is None or accuracy >= self.max_accuracy:
            return None
        if values.left < self.max_share or values.gap > self.max_gap:
            return None
        if values.left >= self.most_left and self._is_low(run, accuracy):
            return ("both_high", "flat"), "warning", None
        return ("flat",), "info", None

    def _is_low(self, run: Run, accuracy: float) -> bool:
        """Say whether a training accuracy is nearer to guessing than to being right.

        Without a known number of classes, guessing counts as 0.
        """
        guess = 1 / (classes_of(run) or np.inf)
        return (accuracy - guess) / (1 - guess) < self.min_right

    def _accuracy(self, run: Run) -> float | None:
        """Return the training accuracy at the end as a fraction, None if it was not logged."""
        try:
            cost = cost_in(run, "accuracy", run.trained_on("accuracy"), at_least=3)
        except NotApplicable:
            return None
        if cost.scale != "error":
            return None
        return float(np.median(cost.curve.value[-3:])) / cost.width


def _ratio(difference: float) -> float:
    """Return the ratio of two losses from the difference of their logs, finite."""
    return float(np.exp(min(difference, LARGEST)))
