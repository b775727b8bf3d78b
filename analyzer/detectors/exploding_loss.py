"""Exploding loss: a finite loss that shot far above its start and never came back below it.

Method
    The training curve (held-out if there is no other) is compared with its own first value. It
    has exploded if its largest value is at least ``min_factor`` times the first and the median of
    the last ``tail`` of the run is still above the first, or if that median is at least
    ``min_end`` times the first. If both curves were logged, both must end above their start, so
    that a validation loss that grows through over-confidence, or an annealed term in the training
    loss, is not called an explosion. If a loss has only parts and no total, all parts must
    explode. The onset is the first value above the factor; its interval reaches back to the last
    value that was not above the start.
Known limits
    A log whose first value was written after the explosion looks as if it only recovered. Losses
    at or below zero have no factor and are not judged.
References
    Pascanu, R., Mikolov, T., Bengio, Y. (2013). On the difficulty of training recurrent neural
    networks. ICML 28(3). arXiv:1211.5063.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, onset_between, threshold
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding, Mark, Onset, Verdict
from analyzer.model.run import Curve, Run
from analyzer.model.values import Values
from analyzer.stats.arrays import Floats


@dataclass(frozen=True, eq=False)
class ExplodingLossValues(Values):
    """The numbers of a finding; all but the factor are values of the loss."""

    start: float  # first value
    peak: float  # largest value
    end_level: float  # median of the last ``tail`` of the run
    factor: float  # peak / start


@dataclass(frozen=True)
class ExplodingLoss(Detector):
    """A loss that grew tenfold over its start and stayed above it."""

    verdict: ClassVar[Verdict | None] = Verdict("diverged", 50)
    explains: ClassVar[frozenset[str]] = frozenset(
        {
            "overfitting",
            "underfitting",
            "plateau",
            "oscillation",
            "generalization_gap",
            "no_learning",
        }
    )

    min_points: int = threshold(4, "a start, a jump and two values to show that it lasts", low=3)
    min_factor: float = threshold(
        10.0, "ten times the untrained loss: no stable run gets there", low=2
    )
    min_end: float = threshold(
        3.0, "a loss that ends at three times its start knows less than nothing", low=1
    )
    tail: float = threshold(
        0.05, "the median of the last 5 % is the level at the end", low=0, high=0.5
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the losses, training before held-out; of a loss in parts, all must explode."""
        metrics = run.metrics_of("loss")
        if not metrics:
            raise NotApplicable("no_loss")
        reasons: list[NotApplicable] = []
        judged: list[Finding | None] = []
        for metric in metrics:
            try:
                judged.append(self._judge(run, metric))
            except NotApplicable as reason:
                reasons.append(reason)
        if not judged:
            raise reasons[0]
        exploded = [finding for finding in judged if finding is not None]
        return exploded[:1] if len(exploded) == len(judged) else []

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose losses explode within its first half and only creep down later."""
        return synthetic.exploding(seed).run

    def _judge(self, run: Run, metric: str) -> Finding | None:
        curves = self._curves(run, metric)
        if any(curve.value[0] <= 0 for curve in curves):
            raise NotApplicable("not_positive", metric=metric, split=curves[0].split)
        ends = [self._end(curve.value) / float(curve.value[0]) for curve in curves]
        curve = curves[0]
        start, peak = float(curve.value[0]), float(curve.value.max())
        if min(ends) <= 1:
            return None
        if peak >= self.min_factor * start:
            onset = self._onset(curve, start * self.min_factor)
        elif ends[0] >= self.min_end:
            onset = self._onset(curve, start * self.min_end)
        else:
            return None
        return Finding(
            detector=self.id,
            severity="critical",
            metric=metric,
            split=curve.split,
            onset=onset,
            values=ExplodingLossValues(start, peak, self._end(curve.value), peak / start),
            marks=(Mark("exploded", metric, curve.split, onset.step, int(curve.step[-1])),),
        )

    def _curves(self, run: Run, metric: str) -> list[Curve]:
        """Return the training and the held-out curve, as far as logged. Raises NotApplicable."""
        curves: list[Curve] = []
        reasons: list[NotApplicable] = []
        for split in (run.trained_on(metric), run.held_out(metric)):
            try:
                curves.append(run.curve(metric, split, at_least=self.min_points).finite())
            except NotApplicable as reason:
                reasons.append(reason)
        if not curves:
            raise reasons[0]
        return curves

    def _end(self, value: Floats) -> float:
        return float(np.median(value[-max(2, round(self.tail * len(value))) :]))

    def _onset(self, curve: Curve, limit: float) -> Onset:
        """Return the first value at or above a limit, back to the last one not above the start."""
        at = int(np.argmax(curve.value >= limit))
        low = int(np.flatnonzero(curve.value[:at] <= curve.value[0]).max())
        return onset_between(curve, at, low)
