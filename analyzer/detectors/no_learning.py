"""No learning: a loss at the end that a network reaches without looking at its input.

Method
    The training curve (held-out where there is no other) on a log scale, single batches averaged between validations,
    judged by its level at the end (median of the last 5 %). Where the trivial level is known (``trivial_loss``, or ln K
    for the K classes that the configuration of the run names, if the first loss is between half and twenty times that),
    found where the end is above 95 % of it, or 90 % of ln K, since unequal classes lower the level that guessing
    reaches. Else found where the end is less than ``min_fall`` below the start and no steady fall (Kendall's tau)
    explains that, or less than ``min_steady_fall`` below it even so; and where the loss has stood still since the
    middle at a level at which the accuracy is that of guessing, ln(accuracy) + loss <= ``max_guess``. A loss that ends
    at three times its start (or the trivial level) or more has diverged, which is another condition. Where the curve
    was a quarter lower in between, what was learnt was lost again (tag lost).
    Nothing is found where the accuracy at the end is ``right`` or more, or where a held-out loss fell by a quarter that
    training does not show.
Known limits
    The first loss is a poor measure of the trivial level: a bad start lies far above it, and a run that only comes down
    from there is missed where neither the classes nor an accuracy tell. Fine-tuning that starts from trained weights
    and gains under 5 % looks the same; a steady fall of 2 to 5 % is therefore a warning and not critical. The
    comparisons with ln K and with guessing take the loss for a cross-entropy in nats.
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
from analyzer.detectors._base import Detector, calibrated, judge_all, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.cost import Cost
from analyzer.measures.data_size import classes_of
from analyzer.measures.pairs import cost_in, cost_pair, train_cost_at_val
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run
from analyzer.stats.binning import Binned, bin_curve
from analyzer.stats.flat import levels_along
from analyzer.stats.levels import end_level, level_at
from analyzer.stats.rank import kendall


@dataclass(frozen=True, eq=False)
class Level:
    """Where a curve began and ended, and by which rule, with which margin (0: just), it has learnt nothing."""

    cost: Cost
    start: float
    end: float
    tau: float
    rule: str
    margin: float
    diverged: bool
    lost: bool


@dataclass(frozen=True)
class NoLearning(Detector):
    """A loss at the end that is the loss at the start, or that of guessing."""

    explains: ClassVar[frozenset[str]] = frozenset(
        {"overfitting", "underfitting", "plateau", "oscillation", "generalization_gap"}
    )

    min_points: int = threshold(6, "fewer points cannot tell a slow start from a stuck run", low=4)
    trivial_loss: float = threshold(
        0.0, "the loss of the best constant prediction where you know it; 0: not known", low=0
    )
    min_gain: float = threshold(
        0.05, "a loss at 95 % of the trivial one has learnt nothing of use", low=0, high=1
    )
    min_class_gain: float = threshold(
        0.1, "classes of unequal size bring guessing down to 91 % of ln K", low=0, high=1
    )
    min_fall: float = threshold(
        0.1, "5 % of the trivial loss, and as much that a first epoch already hides", low=0
    )
    min_steady_fall: float = threshold(
        0.05, "a steady fall of 5 % or more is slow learning, not none", low=0
    )
    steady: float = threshold(
        0.9, "19 of 20 pairs of points agree that the loss falls", low=0, high=1
    )
    creeping: float = threshold(0.02, "a steady fall of 2 % is what fine-tuning shows", low=0)
    max_guess: float = threshold(
        0.3, "unequal classes are guessed up to a third better than exp(-loss)", low=0
    )
    least_loss: float = threshold(
        0.5, "below, a classifier is right in six of ten cases: that is no guessing", low=0
    )
    right: float = threshold(
        0.9, "a network that is right in nine of ten has learnt, or had nothing to", low=0, high=1
    )
    sure: float = threshold(
        0.6, "below three in five it warns, and does not call the run useless", low=0, high=1
    )
    lost: float = threshold(
        0.3, "a level a quarter below both ends was learnt and lost again", low=0
    )
    diverged_at: float = threshold(3.0, "a loss of three times its start has diverged", low=1)

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the first loss (else score) that has enough points, training before held-out; of parts, all."""
        return judge_all(run, self._judge, held_out_first=False)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose losses stay at that of guessing."""
        return synthetic.stuck(seed).run

    def level(self, run: Run, metric: str, split: str) -> Level:
        """Measure where the curve began and ended, and by which rule it comes nearest to having learnt nothing."""
        cost = cost_in(run, metric, split, at_least=self.min_points)
        bins = self._by_epoch(run, metric, split, cost)
        y, start, end = bins.y, float(bins.y[0]), end_level(bins.y)
        tau = kendall(y)
        loss = cost.scale == "log" and metric == "loss"
        trivial = self._trivial(run, cost, start) if loss else None
        if trivial is not None:
            rule, margin = "known", end - trivial
        else:
            needed = self.min_steady_fall if tau <= -self.steady else self.min_fall
            rule, margin = "start", needed - (start - end)
            still = level_at(y, bins.half) - end < self.min_steady_fall
            guess = self._guess(run, split, cost.level(end)) if loss and still else None
            if guess is not None and margin < 0 and guess <= self.max_guess:
                rule, margin = "guess", self.max_guess - guess
        reference = start if trivial is None else trivial
        diverged = bool(end - reference > np.log(self.diverged_at))
        lost = float(levels_along(y).min()) < min(start, end) - self.lost
        return Level(cost, start, end, tau, rule, margin, diverged, lost)

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        found = self.level(run, metric, split)
        if found.diverged:
            raise NotApplicable("diverged", metric=metric, split=split)
        if found.margin < 0 or self._knows(run, metric, split, found):
            return []
        cost, loss = found.cost, found.cost.scale == "log"
        fall = found.start - found.end
        creeps = found.rule == "start" and found.tau <= -self.steady and fall >= self.creeping
        level = cost.level(found.end)
        values = {
            "margin": found.margin,
            "start": cost.level(found.start),
            "level": level,
            "fall": fall,
            "tau": found.tau,
            "guess": float(np.exp(-level)) if metric == "loss" else None,
        }
        tags = [{"known": "trivial_known", "guess": "guessing"}.get(found.rule, "as_at_the_start")]
        tags += [name for name, holds in (("creeping", creeps), ("lost", found.lost)) if holds]
        confidence = calibrated(f"{self.id}.{found.rule}", found.margin) if loss else None
        unsure = creeps or (confidence is not None and confidence < self.sure)
        severity = "warning" if unsure else "critical"
        return [
            Finding(self.id, severity, metric, split, None, values, tuple(tags), (), confidence)
        ]

    def _by_epoch(self, run: Run, metric: str, split: str, cost: Cost) -> Binned:
        """Return the cost in bins; single batches are averaged between held-out points first, where there are some."""
        try:
            val, train = cost_pair(run, metric, at_least=self.min_points)
        except NotApplicable:
            return cost.bins
        if train.curve.split == split:
            return bin_curve(val.t, train_cost_at_val(val, train))
        return cost.bins

    def _knows(self, run: Run, metric: str, split: str, found: Level) -> bool:
        """Say whether something else shows that the network has learnt: its accuracy, or a held-out loss that fell."""
        if found.cost.scale == "error":
            return bool(
                np.exp(found.end) < 1 - self.right
            )  # a score near its best has nothing left to learn
        for side in dict.fromkeys((split, run.held_out("accuracy"))) if metric == "loss" else ():
            try:
                accuracy = cost_in(run, "accuracy", side, at_least=self.min_points)
            except NotApplicable:
                continue
            right = end_level(accuracy.curve.value) / accuracy.width
            if accuracy.scale == "error" and right >= self.right:
                return True
        if found.rule != "start" or split == run.held_out(metric):
            return False
        try:
            val = cost_in(run, metric, run.held_out(metric), at_least=self.min_points)
        except NotApplicable:
            return False
        return val.scale == "log" and float(val.y[0]) - end_level(val.bins.y) > self.lost

    def _trivial(self, run: Run, cost: Cost, start: float) -> float | None:
        """Return the cost above which nothing was learnt, None where the log does not tell the trivial loss."""
        if self.trivial_loss > 0:
            return float(np.log(self.trivial_loss * (1 - self.min_gain)))
        classes = classes_of(run)
        if classes is None or not 0.5 <= cost.level(start) / np.log(classes) <= 20:
            return None  # a loss in other units than nats, or not of these classes
        return float(np.log(np.log(classes) * (1 - self.min_class_gain)))

    def _guess(self, run: Run, split: str, level: float) -> float | None:
        """Return ln(accuracy) + loss at the end, 0 for guessing among equal classes; None where it cannot be told."""
        if level < self.least_loss:
            return None
        try:
            accuracy = cost_in(run, "accuracy", split, at_least=self.min_points)
        except NotApplicable:
            return None
        right = end_level(accuracy.curve.value) / accuracy.width
        return float(np.log(max(right, 0.01))) + level if accuracy.scale == "error" else None
