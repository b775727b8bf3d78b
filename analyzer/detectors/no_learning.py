"""No learning: a final loss that a network can reach without looking at its input.

Method
    The training curve (held-out if there is no other) on a log scale, single batches averaged
    between validations, judged by its level at the end (median of the last 5 %).

    If the trivial level is known (``trivial_loss``, or ln K for the K classes that the settings
    name, if the first loss is between half and twenty times that), nothing was learnt if the end
    is above 95 % of it, or above 90 % of ln K, since unequal classes lower it. Otherwise nothing
    was learnt if the loss is at ln K for a usual number of classes (within ``near_guess``) and
    either did not fall or stood still over the second half of the run; or if the end is less than
    ``min_fall`` below the start (``min_steady_fall`` if Kendall's tau shows a steady fall).

    The first value may follow an epoch of learning, or come from trained weights. Away from ln K,
    the loss alone therefore only warns, and only if it does not fall at all; with a fall, or an
    accuracy that rose by ``min_rise``, it is a note, and below ``least_loss`` nothing. With an
    accuracy that did not rise, it counts. A log that begins in the middle of the training has no
    such start, and is judged by known classes or by an accuracy that stands still.

    At ln K, without an accuracy and with K unknown, a loss that keeps falling after ``transient``
    of the run (half of it after a bad start), on unseen data as well, is a note from
    ``min_steady_fall`` on, and from ``creeping`` on not critical: a language model passes ln K.

    If none of this applies, nothing was learnt if a held-out accuracy below ``right`` stands at
    exactly one value (``standing`` of its evaluations, after the first ``transient``), as if every
    example got the same answer, while training is not ahead and its loss does not fall by
    ``min_steady_fall``. Above ``right`` the loss must be that of always giving the usual answer.

    A loss that ends at ``diverged_at`` times its start (or the trivial level) or more has
    diverged, which is another condition. If the curve was lower by ``lost`` in between, what was
    learnt was lost again (tag lost, with its onset). Nothing is found if the accuracy ends at
    ``right``, or ``mostly_right`` and half above guessing at that loss (below that, away from ln K,
    it is not critical), or ``risen`` times guessing near ln K after a rise; if a held-out Dice rose
    by ``lost`` to ``mostly_right``; or if a held-out loss or part of a lost one fell as far. No
    ln K is named if an accuracy ends above ``max_excess`` of guessing among K classes.
Known limits
    A run that comes down from a bad start to a level that is not ln K is missed if the settings do
    not name the classes and no accuracy stands still. The comparison with ln K assumes nats.
References
    Karpathy, A. (2019). A recipe for training neural networks (verify loss at init).
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3).
    DOI 10.1093/biomet/33.3.239.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, calibrated, judge_all, lost_onset, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.accuracy import accuracy_rose, highest_end_accuracy, score_rose_to
from analyzer.measures.cost import Cost
from analyzer.measures.data_size import classes_of
from analyzer.measures.falling import held_out_fall, keeps_falling, part_fell
from analyzer.measures.frozen import frozen_accuracy
from analyzer.measures.guessing import may_guess, nearest_classes
from analyzer.measures.late_start import begins_late
from analyzer.measures.pairs import bins_at_val, cost_in
from analyzer.model.diagnosis import Finding, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.binning import Binned
from analyzer.stats.levels import end_level
from analyzer.stats.rank import kendall

_TAG_OF_RULE = {
    "known": "trivial_known",
    "guess": "at_ln_k",
    "start": "as_at_the_start",
    "frozen": "accuracy_stands",
}
_BAD_START = 0.5  # of the run: a loss that comes down from a bad start may take so long


@dataclass(frozen=True, eq=False)
class NoLearningValues(Values):
    """The numbers of a finding."""

    margin: float  # distance from the limit of the rule that applied, in its unit; 0: just found
    start: float  # first value, in the unit of the metric
    level: float  # median of the last 5 %, in the unit of the metric
    fall: float  # start minus end of the cost: ln(start / level) for a loss
    tau: float  # Kendall's tau of the curve
    guess: float | None  # exp(-level): the accuracy of guessing at this loss; None for a score
    classes: int | None  # whose guessing costs the level at the end; None if it is not near any
    frozen: float | None  # accuracy at which the held-out one stands; None unless that decides


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
    classes: int | None
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
        0.05, "a network at 95 % of the trivial loss has learnt nothing useful", low=0, high=1
    )
    min_class_gain: float = threshold(
        0.1, "classes of unequal size bring guessing down to 91 % of ln K", low=0, high=1
    )
    min_fall: float = threshold(
        0.1, "5 % of the trivial loss, and as much again that the first epoch hides", low=0
    )
    min_steady_fall: float = threshold(
        0.05, "a steady fall of 5 % is slow learning, not none", low=0
    )
    steady: float = threshold(0.9, "19 of 20 pairs of points agree: it falls", low=0, high=1)
    creeping: float = threshold(0.02, "a steady fall of 2 % is what fine-tuning shows", low=0)
    near_guess: float = threshold(
        0.03,
        "of 220 runs of the corpus that stayed this near to ln K, 217 had learnt nothing",
        low=0,
    )
    max_excess: float = threshold(
        0.5, "unequal classes are guessed up to half more often than one in K", low=0
    )
    min_rise: float = threshold(
        0.05, "an accuracy that rises by five points is no longer a guess", low=0, high=1
    )
    rising: float = threshold(
        0.3, "two of three pairs of points agree that the accuracy rises", low=0, high=1
    )
    least_loss: float = threshold(
        0.5, "below this, a classifier is right in six of ten cases: that is not guessing", low=0
    )
    right: float = threshold(
        0.9, "right in nine of ten cases: it has learnt, or had nothing to learn", low=0, high=1
    )
    mostly_right: float = threshold(
        0.7, "no run of the corpus that guesses at an unknown loss is right so often", low=0, high=1
    )
    sure: float = threshold(
        0.9, "a run is called useless only if nine of ten such runs are", low=0, high=1
    )
    half_agree: float = threshold(0.5, "three of four pairs agree: a trend", low=0, high=1)
    transient: float = threshold(
        0.1, "an untrained network comes down to guessing in a tenth of a run", low=0, high=1
    )
    risen: float = threshold(2.0, "unequal classes do not make a guess right twice as often", low=1)
    standing: float = threshold(
        0.9,
        "one evaluation in ten may differ: a short swing of a network that guesses",
        low=0.5,
        high=1,
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
        bins = bins_at_val(run, metric, cost, at_least=self.min_points)
        start, end, tau = float(bins.y[0]), end_level(bins.y), kendall(bins.y)
        loss = cost.scale == "log" and metric == "loss"
        trivial = self._trivial(run, cost, start) if loss else None
        classes = nearest_classes(run, cost.level(end), near=self.near_guess) if loss else None
        needed = self.min_steady_fall if tau <= -self.steady else self.min_fall
        rule, margin, reference = "start", needed - (start - end), start
        lost = float(bins.levels.min()) < min(start, end) - self.lost
        stands = classes is not None and self._stands(run, bins, classes)
        if trivial is not None:
            rule, margin, reference = "known", end - trivial, trivial
        elif classes is not None and (margin >= 0 or (stands and not lost)):
            distance = abs(cost.level(end) / float(np.log(classes)) - 1)
            rule, margin = "guess", 1 - distance / self.near_guess
        return Level(
            cost=cost,
            start=start,
            end=end,
            tau=tau,
            rule=rule,
            margin=margin,
            classes=classes,
            diverged=bool(end - reference > np.log(self.diverged_at)),
            lost=lost,
        )

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        found = self.level(run, metric, split)
        if found.diverged:
            raise NotApplicable("diverged", metric=metric, split=split)
        if found.rule in ("start", "guess") and begins_late(found.cost.curve):
            raise NotApplicable("begins_late", metric=metric, split=split)
        frozen = None
        if found.margin < 0 or self._has_learnt(run, metric, split, found):
            frozen = frozen_accuracy(
                run,
                at_least=self.min_points,
                transient=self.transient,
                share=self.standing,
                fall=self.min_steady_fall,
                agree=self.rising,
            )
            if metric != "loss" or frozen is None or not frozen.guesses(self.right):
                return []
            margin = float(np.log(frozen.evaluations / self.min_points))
            found = replace(found, rule="frozen", margin=margin)
        fall = found.start - found.end
        level = found.cost.level(found.end)
        may_fall = found.rule != "frozen"  # its loss came down to that of the usual answer
        creeps = may_fall and found.rule != "known" and found.tau <= -self.steady
        creeps = creeps and fall >= self.creeping
        is_guess = may_guess(run, found.classes, at_least=self.min_points, excess=self.max_excess)
        marks = {
            "lost": found.lost,
            _TAG_OF_RULE[found.rule]: found.rule != "guess" or is_guess,
            "hardly_fell": found.rule == "start" and fall > self.near_guess,
            "bad_start": may_fall and fall > self.lost,
            "creeping": creeps,
        }
        severity, confidence = self._weight(run, metric, split, found, creeps)
        if severity is None:
            return []
        finding = Finding(
            detector=self.id,
            severity=severity,
            metric=metric,
            split=split,
            onset=lost_onset(found.cost.curve, found.cost.y) if found.lost else None,
            values=NoLearningValues(
                margin=found.margin,
                start=found.cost.level(found.start),
                level=level,
                fall=fall,
                tau=found.tau,
                guess=float(np.exp(-level)) if metric == "loss" else None,
                classes=found.classes,
                frozen=None if frozen is None else frozen.accuracy,
            ),
            tags=tuple(tag for tag, holds in marks.items() if holds),
            confidence=confidence,
        )
        return [finding]

    def _weight(
        self, run: Run, metric: str, split: str, found: Level, creeps: bool
    ) -> tuple[str | None, float | None]:
        """Return severity and confidence of a finding; a severity of None drops it."""
        if found.cost.scale != "log":
            return "warning" if creeps else "critical", None
        rose = self._rose(run, split) if metric == "loss" else None
        if rose and found.classes is None and found.rule != "frozen":
            return "info", None
        if found.rule == "start" and rose is None:
            falls = found.start - found.end > self.near_guess or found.tau < -self.half_agree
            if falls and found.cost.level(found.end) < self.least_loss:
                return None, None
            return "info" if falls else "warning", None
        fall = found.start - found.end
        transient = _BAD_START if fall > self.lost else self.transient
        if (
            found.rule == "guess"
            and rose is None
            and keeps_falling(
                run, metric, split, after=transient, at_least=self.min_points, agree=self.half_agree
            )
        ):
            if fall >= self.min_steady_fall:
                return "info", None
            creeps = creeps or fall >= self.creeping
        confidence = calibrated(f"{self.id}.{'creeping' if creeps else found.rule}", found.margin)
        accuracy = highest_end_accuracy(run, at_least=self.min_points)
        may_have_learnt = found.rule == "start" and (accuracy or 0.0) >= self.mostly_right
        is_sure = confidence >= self.sure and not (creeps or may_have_learnt)
        return "critical" if is_sure else "warning", confidence

    def _has_learnt(self, run: Run, metric: str, split: str, found: Level) -> bool:
        """Say whether something else shows learning: an accuracy, or a held-out loss that fell."""
        if found.cost.scale == "error":  # a score near its best has nothing left to learn
            return bool(np.exp(found.end) < 1 - self.right)
        if metric == "loss":
            accuracy = highest_end_accuracy(run, at_least=self.min_points) or 0.0
            guess = float(np.exp(-found.cost.level(found.end)))  # near ln K, one in K
            enough = max(self.mostly_right, (1 + self.max_excess) * guess)
            if found.classes and found.rule == "guess" and self._rose(run, split):
                enough = self.risen / found.classes
            rose = score_rose_to(run, self.mostly_right, least=self.min_points, rise=self.lost)
            if accuracy >= self.right or (found.rule != "known" and (rose or accuracy >= enough)):
                return True
        if found.lost and part_fell(run, split, at_least=self.min_points, fall=self.lost):
            return True
        if found.rule == "known" or split == run.held_out(metric):
            return False
        since = 0.0 if found.rule == "start" else 0.5
        return held_out_fall(run, metric, since=since, at_least=self.min_points) > self.lost

    def _trivial(self, run: Run, cost: Cost, start: float) -> float | None:
        """Return the cost above which nothing was learnt, None if the log does not show it."""
        if self.trivial_loss > 0:
            return float(np.log(self.trivial_loss * (1 - self.min_gain)))
        classes = classes_of(run)
        if classes is None or not 0.5 <= cost.level(start) / np.log(classes) <= 20:
            return None  # not a loss in nats, or not of these classes
        return float(np.log(np.log(classes) * (1 - self.min_class_gain)))

    def _stands(self, run: Run, bins: Binned, classes: int) -> bool:
        """Say whether a loss stood still since the middle; swings count less if it only guesses."""
        band = float(np.ptp(bins.levels[bins.half :]))
        accuracy = highest_end_accuracy(run, at_least=self.min_points)
        guesses = accuracy is not None and accuracy * classes <= 1 + self.max_excess
        return band <= (self.min_fall if guesses else self.creeping)

    def _rose(self, run: Run, split: str) -> bool | None:
        """Say whether the accuracy rose: of this split, else held-out, else in training."""
        rise, agree = self.min_rise, self.rising
        splits = dict.fromkeys((split, run.held_out("accuracy"), run.trained_on("accuracy")))
        return accuracy_rose(run, splits, at_least=self.min_points, rise=rise, agree=agree)
