"""Underfitting: the run ended before the network had learnt what it could from its data.

Method
    Four slopes against ln t, each times ln 2, say what doubling the run would bring if the log loss
    continued as before: those of the held-out curve over the last half and over the last
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
    had learnt less than three quarters of what was within their reach. If a loss was logged in
    parts, without their total, all of them must have learnt so little: one part may have a floor
    that no training removes, such as the distribution focal loss of a detector.

    The expected gain s' = .5 (1 - exp(-s / .5)) is less than that slope s, which first counts as
    much less as the last learning rate is below its mean over the last half. Its intervals lie
    around s' in units of s' + .05 (``analyzer/stats/doubling.py``). They are conformal: quantiles,
    by family of tasks, of what runs of the corpus gained that were trained for as many epochs
    again. The 90 % interval held 93 % of the true gains of families left out of the fit, 82 % on
    the test half of the corpus, 94 % on that of the world and 90 % on a fresh fleet
    (docs/decisions/0027). A run whose rate has decayed to nothing, or whose curve has turned, is
    promised nothing: the fact ``more_training`` of the JSON has its intervals around no change.

    If the loss no longer falls, but more than ``max_share`` of the first training loss is left, the
    training accuracy is below ``max_accuracy`` and there is no gap, that is a note (tag flat). It
    is a warning (tag both_high) from ``most_left`` on if training is also right in fewer than half
    of the cases that guessing does not give.
Known limits
    One run cannot show whether a network lacks capacity: noise in the targets keeps a loss high
    just as well. The finding flat therefore has no confidence. A run that starts from trained
    weights has little left to learn, and its first loss says nothing about guessing. The
    extrapolation covers one doubling of what was logged: a run that bends or overfits right after
    its end still gets the note. The interval is wide, and its lower end often a rise, because
    nothing in a log tells such a run from one that goes on. It holds too seldom (61 % instead of
    90 %) for tasks that are learnt suddenly, such as parity. Networks larger than those of the
    corpus, and other schedules after the end than the rate of the end, were not measured.
References
    Godbole, V., Dahl, G., Gilmer, J., Shallue, C., Nado, Z. (2023). Deep Learning Tuning Playbook.
    Theil, H. (1950). A rank-invariant method of linear and polynomial regression analysis
    (Indag. Math. 12).
    Hudson, D. J. (1966). Fitting segmented curves whose join points have to be estimated. JASA
    61(316).
    Vovk, V., Gammerman, A., Shafer, G. (2005). Algorithmic Learning in a Random World (conformal
    prediction by categories).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, calibrated, judge_every, threshold
from analyzer.errors import NotApplicable
from analyzer.measures import more_training
from analyzer.measures.accuracy import end_accuracy
from analyzer.measures.data_size import classes_of
from analyzer.measures.more_training import Fall, fall_in, share_of
from analyzer.model.diagnosis import Finding, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.levels import end_level

LARGEST = 700.0  # the exponential of more is infinite
_TINY = 1e-9  # a slope that has a logarithm
Kind = tuple[tuple[str, ...], str, float | None]  # tags, severity and confidence of a finding


@dataclass(frozen=True, eq=False)
class UnderfittingValues(Values):
    """The numbers of a finding; the gain is 0 if the loss no longer falls."""

    margin: float  # ln(slope / min_slope)
    level: float  # of the training curve at the end, in its unit
    start: float  # its first value, in its unit
    left: float  # level over start
    part: float | None  # the slope, as a part of what the run has brought so far
    gap: float  # of validation above training at the end, as a share of the training level
    slope: float  # fall of the log loss in a doubling, if it went on as before
    gain: float  # fall to expect from twice the run, as a share of the held-out loss at the end
    low: float  # its 80 % interval; a rise is negative
    high: float
    accuracy: float | None  # of training at the end; None if it was not logged
    low_90: float  # its 90 % interval
    high_90: float


@dataclass(frozen=True)
class Underfitting(Detector):
    """A loss that still falls at the end, or stays high without a gap."""

    verdict: ClassVar[Verdict | None] = Verdict("underfitting", 20)
    verdict_by_tag: ClassVar[Mapping[str, Verdict]] = {"little_learnt": Verdict("undertrained", 70)}
    explains: ClassVar[frozenset[str]] = frozenset({"plateau"})

    min_points: int = threshold(
        more_training.FEWEST, "the second half must hold four points to have a slope", low=6
    )
    min_slope: float = threshold(
        more_training.LEAST_SLOPE, "doubling the compute must bring 5 % to be worth it", low=0
    )
    late: float = threshold(
        more_training.LATE,
        "a best value before the last fifth has not been improved for a while",
        low=0,
        high=1,
    )
    min_rate: float = threshold(
        more_training.LEAST_RATE,
        "a rate below 2 % of its highest no longer moves anything",
        low=0,
        high=1,
    )
    min_confidence: float = threshold(0.5, "found if it is more likely than not", low=0.05, high=1)
    min_part: float = threshold(
        0.2,
        "a doubling that brings a fifth of all that came before it: the fall has not bent",
        low=0,
    )
    right: float = threshold(
        more_training.RIGHT,
        "a network that is right on all of its training data has nothing left to fit",
        low=0,
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
        findings = judge_every(run, self._judge, scores=False)
        parts = run.metrics_of("loss")
        little = [found for found in findings if "little_learnt" in found.tags]
        if len(parts) < 2 or len(little) == len(parts):
            return findings
        return [_noted(found) if found in little else found for found in findings]

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run that still falls, with more than half of its first loss left and no gap."""
        return synthetic.underfit(seed).run

    def _judge(self, run: Run, metric: str) -> Iterable[Finding]:
        found = fall_in(run, metric, at_least=self.min_points, late=self.late)
        accuracy = end_accuracy(run, run.trained_on("accuracy"), at_least=3)
        margin = float(np.log(max(found.slope, _TINY) / self.min_slope))
        falls = self._falls(found, margin, accuracy)
        values = _measured(found, margin, accuracy, falls=falls)
        kind = self._still_falls(values) if falls else self._flat(run, values)
        if kind is None:
            return []
        tags, severity, confidence = kind
        split = found.train.curve.split
        return [Finding(self.id, severity, metric, split, None, values, tags, (), confidence)]

    def _falls(self, found: Fall, margin: float, accuracy: float | None) -> bool:
        """Say whether the loss falls to the end and has something left to fall by."""
        is_right = accuracy is not None and accuracy >= self.right
        is_open = found.is_open(late=self.late, least_rate=self.min_rate)
        sure = calibrated(self.id, margin)
        return is_open and not is_right and margin >= 0 and sure >= self.min_confidence

    def _still_falls(self, values: UnderfittingValues) -> Kind:
        """Return tags, severity and confidence of a loss that falls to the end."""
        if values.left < self.max_share or values.part is None or values.part < self.min_part:
            return ("still_falls",), "info", calibrated(self.id, values.margin)
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


def _noted(found: Finding) -> Finding:
    """Return the note about one part of a loss that still falls: other parts have learnt."""
    sure = calibrated(found.detector, found.values["margin"])
    return replace(found, severity="info", tags=("still_falls",), confidence=sure)


def _measured(
    found: Fall, margin: float, accuracy: float | None, *, falls: bool
) -> UnderfittingValues:
    """Return the numbers of a finding; they promise a gain only if the loss ``falls``."""
    start, end = float(found.train.y[0]), end_level(found.trained)
    slope = max(found.slope, 0.0)
    doubled = found.doubled(falls=falls)
    return UnderfittingValues(
        margin=margin,
        level=found.train.level(end),
        start=found.train.level(start),
        left=_ratio(end - start),
        part=slope / (start - end) if end < start else None,
        gap=_ratio(end_level(found.val.y) - end) - 1,
        slope=slope,
        gain=share_of(doubled.fall),
        low=share_of(doubled.ranges[80].low),
        high=share_of(doubled.ranges[80].high),
        accuracy=accuracy,
        low_90=share_of(doubled.ranges[90].low),
        high_90=share_of(doubled.ranges[90].high),
    )


def _ratio(difference: float) -> float:
    """Return the ratio of two losses from the difference of their logs, finite."""
    return float(np.exp(min(difference, LARGEST)))
