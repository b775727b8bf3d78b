"""Exploding loss: a finite loss that shot far above its start and never came back below it.

Method
    The training curve (held-out where there is no other) is compared with its own first value: exploded when its
    largest value is at least ``min_factor`` times the first and the median of the last 5 % is still above the first, or
    when that median is at least ``min_end`` times the first. Where both curves are there, both must end above their
    start, so that a validation loss which grows through over-confidence, or an annealed term in the training loss, is
    not called an explosion; of the parts of a loss without a total, all must. The onset is the first value above the
    factor; its interval reaches back to the last value that was not above the start.
Known limits
    A log whose first value was written after the explosion looks as if it only recovered. Losses at or below zero have
    no factor and are not judged.
References
    Pascanu, R., Mikolov, T., Bengio, Y. (2013). On the difficulty of training recurrent neural networks. ICML 28(3).
    arXiv:1211.5063.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, threshold
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding, Mark, Onset
from analyzer.model.run import Curve, Run
from analyzer.stats.arrays import Floats


@dataclass(frozen=True)
class ExplodingLoss(Detector):
    """A loss that grew tenfold over its start and stayed above it."""

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

    min_points: int = threshold(4, "a start, a jump and two values to see that it lasts", low=3)
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
        """Judge the losses, the training curve first; of parts without a total all that can be judged must explode."""
        metrics = run.metrics_of("loss")
        if not metrics:
            raise NotApplicable("no_loss")
        reasons: list[NotApplicable] = []
        found: list[Finding | None] = []
        for metric in metrics:
            try:
                found.append(self._judge(run, metric))
            except NotApplicable as reason:
                reasons.append(reason)
        if not found:
            raise reasons[0]
        exploded = [one for one in found if one is not None]
        return exploded[:1] if len(exploded) == len(found) else []

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose losses explode within its first half and only creep down afterwards."""
        return synthetic.exploding(seed).run

    def _judge(self, run: Run, metric: str) -> Finding | None:
        curves: list[Curve] = []
        reasons: list[NotApplicable] = []
        for split in (run.trained_on(metric), run.held_out(metric)):
            try:
                curves.append(run.curve(metric, split, at_least=self.min_points).finite())
            except NotApplicable as reason:
                reasons.append(reason)
        if not curves:
            raise reasons[0]
        if any(curve.value[0] <= 0 for curve in curves):
            raise NotApplicable("not_positive", metric=metric, split=curves[0].split)
        ends = [self._end(curve.value) / float(curve.value[0]) for curve in curves]
        curve = curves[0]
        start, peak = float(curve.value[0]), int(np.argmax(curve.value))
        tenfold = curve.value[peak] >= self.min_factor * start
        if min(ends) <= 1 or not (tenfold or ends[0] >= self.min_end):
            return None
        onset = self._onset(curve, start * (self.min_factor if tenfold else self.min_end))
        values = {
            "start": start,
            "peak": float(curve.value[peak]),
            "end_level": self._end(curve.value),
            "factor": float(curve.value[peak]) / start,
        }
        mark = Mark("exploded", metric, curve.split, onset.step, int(curve.step[-1]))
        return Finding(self.id, "critical", metric, curve.split, onset, values, (), (mark,))

    def _end(self, value: Floats) -> float:
        return float(np.median(value[-max(2, round(self.tail * len(value))) :]))

    def _onset(self, curve: Curve, limit: float) -> Onset:
        """Return the first value at or above a limit, back to the last that was not above the start."""
        at, start = int(np.argmax(curve.value >= limit)), float(curve.value[0])
        low = int(np.flatnonzero(curve.value[:at] <= start).max())
        epochs = [float(curve.epoch[index]) if curve.has_epochs else None for index in (at, low)]
        return Onset(
            int(curve.step[at]),
            epochs[0],
            int(curve.step[low]),
            int(curve.step[at]),
            epochs[1],
            epochs[0],
        )
