"""No learning: a loss at the end that a network reaches without looking at its input.

Method
    The training curve (held-out if there is no other) on a log scale, single batches averaged
    between validations, judged by its level at the end (median of the last 5 %).

    If the trivial level is known (``trivial_loss``, or ln K for the K classes that the
    configuration of the run names, if the first loss is between half and twenty times that),
    nothing was learnt if the end is above 95 % of it, or above 90 % of ln K, since unequal
    classes lower the level that guessing reaches. Otherwise nothing was learnt if the end is less
    than ``min_fall`` below the start and no steady fall (Kendall's tau) explains that, or less
    than ``min_steady_fall`` below it even with a steady fall; or if the loss has stood still
    since the middle at a level at which the accuracy is that of guessing,
    ln(accuracy) + loss <= ``max_guess``.

    A loss that ends at ``diverged_at`` times its start (or the trivial level) or more has
    diverged, which is another condition. If the curve was lower by ``lost`` in between, what was
    learnt was lost again (tag lost). Nothing is found if the accuracy at the end is ``right`` or
    more, or if a held-out loss fell by ``lost`` although training shows no fall.
Known limits
    The first loss is a poor measure of the trivial level: a bad start lies far above it, and a run
    that only comes down from there is missed if neither the classes nor an accuracy show it.
    Fine-tuning from trained weights that gains under 5 % looks the same; a steady fall
    of 2 to 5 % is therefore a warning instead of critical. The comparisons with ln K and with
    guessing assume that the loss is a cross-entropy in nats.
References
    Karpathy, A. (2019). A recipe for training neural networks (verify loss at init, overfit one
    batch).
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3).
    DOI 10.1093/biomet/33.3.239.
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
from analyzer.model.diagnosis import Finding, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.binning import Binned, bin_curve
from analyzer.stats.flat import levels_along
from analyzer.stats.levels import end_level, level_at
from analyzer.stats.rank import kendall

_TAG_OF_RULE = {"known": "trivial_known", "guess": "guessing", "start": "as_at_the_start"}


@dataclass(frozen=True, eq=False)
class NoLearningValues(Values):
    """The numbers of a finding."""

    margin: float  # distance from the limit of the rule that applied, in its unit; 0: just found
    start: float  # first value, in the unit of the metric
    level: float  # median of the last 5 %, in the unit of the metric
    fall: float  # start minus end of the cost: ln(start / level) for a loss
    tau: float  # Kendall's tau of the curve
    guess: float | None  # exp(-level): the accuracy of guessing at this loss; None for a score


@dataclass(frozen=True, eq=False)
class Level:
    """Where a curve began and ended (as a cost), and the rule by which it has learnt nothing.

    ``margin`` is the distance from the limit of that rule: 0 if it is just met, negative if the
    curve has learnt something.
    """

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
    """A loss that ends where it started, or at the loss of guessing."""

    verdict: ClassVar[Verdict | None] = Verdict("no_learning", 60)
    explains: ClassVar[frozenset[str]] = frozenset(
        {"overfitting", "underfitting", "plateau", "oscillation", "generalization_gap"}
    )

    min_points: int = threshold(6, "fewer points cannot tell a slow start from a stuck run", low=4)
    trivial_loss: float = threshold(
        0.0, "the loss of the best constant prediction, if you know it; 0: unknown", low=0
    )
    min_gain: float = threshold(
        0.05, "a loss at 95 % of the trivial one has learnt nothing of use", low=0, high=1
    )
    min_class_gain: float = threshold(
        0.1, "classes of unequal size bring guessing down to 91 % of ln K", low=0, high=1
    )
    min_fall: float = threshold(
        0.1, "5 % of the trivial loss, and as much again that the first epoch hides", low=0
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
        0.5, "below this, a classifier is right in six of ten cases: that is not guessing", low=0
    )
    right: float = threshold(
        0.9,
        "a network that is right in nine of ten cases has learnt, or had nothing to learn",
        low=0,
        high=1,
    )
    sure: float = threshold(
        0.6, "below three in five it warns without calling the run useless", low=0, high=1
    )
    lost: float = threshold(
        0.3, "a level that lies a quarter below both ends was learnt and lost again", low=0
    )
    diverged_at: float = threshold(3.0, "a loss of three times its start has diverged", low=1)

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the first loss (else score) with enough points, training first; of parts, all."""
        return judge_all(run, self._judge, held_out_first=False)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose losses stay at the level of guessing."""
        return synthetic.stuck(seed).run

    def level(self, run: Run, metric: str, split: str) -> Level:
        """Measure where the curve began and ended, and which rule says that nothing was learnt."""
        cost = cost_in(run, metric, split, at_least=self.min_points)
        bins = self._by_epoch(run, metric, split, cost)
        start, end, tau = float(bins.y[0]), end_level(bins.y), kendall(bins.y)
        loss = cost.scale == "log" and metric == "loss"
        trivial = self._trivial(run, cost, start) if loss else None
        if trivial is not None:
            rule, margin, reference = "known", end - trivial, trivial
        else:
            needed = self.min_steady_fall if tau <= -self.steady else self.min_fall
            rule, margin, reference = "start", needed - (start - end), start
            still = level_at(bins.y, bins.half) - end < self.min_steady_fall
            guess = self._guess(run, split, cost.level(end)) if loss and still else None
            if guess is not None and margin < 0 and guess <= self.max_guess:
                rule, margin = "guess", self.max_guess - guess
        return Level(
            cost=cost,
            start=start,
            end=end,
            tau=tau,
            rule=rule,
            margin=margin,
            diverged=bool(end - reference > np.log(self.diverged_at)),
            lost=float(levels_along(bins.y).min()) < min(start, end) - self.lost,
        )

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        found = self.level(run, metric, split)
        if found.diverged:
            raise NotApplicable("diverged", metric=metric, split=split)
        if found.margin < 0 or self._has_learnt(run, metric, split, found):
            return []
        fall = found.start - found.end
        level = found.cost.level(found.end)
        tags = [_TAG_OF_RULE[found.rule]]
        creeps = found.rule == "start" and found.tau <= -self.steady and fall >= self.creeping
        if creeps:
            tags.append("creeping")
        if found.lost:
            tags.append("lost")
        confidence = None
        if found.cost.scale == "log":
            confidence = calibrated(f"{self.id}.{found.rule}", found.margin)
        unsure = creeps or (confidence is not None and confidence < self.sure)
        finding = Finding(
            detector=self.id,
            severity="warning" if unsure else "critical",
            metric=metric,
            split=split,
            onset=None,
            values=NoLearningValues(
                margin=found.margin,
                start=found.cost.level(found.start),
                level=level,
                fall=fall,
                tau=found.tau,
                guess=float(np.exp(-level)) if metric == "loss" else None,
            ),
            tags=tuple(tags),
            confidence=confidence,
        )
        return [finding]

    def _by_epoch(self, run: Run, metric: str, split: str, cost: Cost) -> Binned:
        """Return the cost in bins, single batches averaged between held-out points, if any."""
        try:
            val, train = cost_pair(run, metric, at_least=self.min_points)
        except NotApplicable:
            return cost.bins
        if train.curve.split != split:
            return cost.bins
        return bin_curve(val.t, train_cost_at_val(val, train))

    def _has_learnt(self, run: Run, metric: str, split: str, found: Level) -> bool:
        """Say whether something else shows learning: an accuracy, or a held-out loss that fell."""
        if found.cost.scale == "error":  # a score near its best has nothing left to learn
            return bool(np.exp(found.end) < 1 - self.right)
        if metric == "loss":
            for side in dict.fromkeys((split, run.held_out("accuracy"))):
                accuracy = self._accuracy(run, side)
                if accuracy is not None and accuracy >= self.right:
                    return True
        if found.rule != "start" or split == run.held_out(metric):
            return False
        try:
            val = cost_in(run, metric, run.held_out(metric), at_least=self.min_points)
        except NotApplicable:
            return False
        return val.scale == "log" and float(val.y[0]) - end_level(val.bins.y) > self.lost

    def _trivial(self, run: Run, cost: Cost, start: float) -> float | None:
        """Return the cost above which nothing was learnt, None if the log does not show it."""
        if self.trivial_loss > 0:
            return float(np.log(self.trivial_loss * (1 - self.min_gain)))
        classes = classes_of(run)
        if classes is None or not 0.5 <= cost.level(start) / np.log(classes) <= 20:
            return None  # not a loss in nats, or not of these classes
        return float(np.log(np.log(classes) * (1 - self.min_class_gain)))

    def _guess(self, run: Run, split: str, level: float) -> float | None:
        """Return ln(accuracy) + loss at the end: 0 for guessing among equal classes, or None."""
        accuracy = self._accuracy(run, split)
        if accuracy is None or level < self.least_loss:
            return None
        return float(np.log(max(accuracy, 0.01))) + level

    def _accuracy(self, run: Run, split: str) -> float | None:
        """Return the accuracy at the end as a fraction, None without a usable one."""
        try:
            cost = cost_in(run, "accuracy", split, at_least=self.min_points)
        except NotApplicable:
            return None
        return end_level(cost.curve.value) / cost.width if cost.scale == "error" else None
