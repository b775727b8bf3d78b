"""Reward collapse: an agent that had learnt something and lost it again.

Method
    The reward is averaged over equal stretches of the run, 20 of 5 % each if there are enough
    points. The gain is the rise from the start to the best stretch. Found if the rise and the fall
    from the best stretch to the end are each at least ``min_change`` standard errors of a level,
    and more than ``min_lost`` of the gain is lost in every stretch of the last tenth: a dip that
    recovers does not count. The standard error comes from the differences of neighbouring levels
    or from the spread within the stretches, whichever is larger. The collapse begins where the
    level stays below what is then left of the gain; the interval reaches back to the best stretch.
    Below a confidence of ``sure`` it is a note.
Known limits
    A reward that drifts so slowly that one swing takes the whole run (a mean over the last hundred
    of three hundred episodes) can rise and fall back by chance. A task that becomes harder on
    purpose (a curriculum, self-play) lowers the reward without a loss of skill. The confidence is
    calibrated on simulated rewards (tests/benchmarks/rewards.py), not on real runs.
References
    Henderson, P. et al. (2018). Deep reinforcement learning that matters. AAAI.
    DOI 10.1609/aaai.v32i1.11694.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analyzer import synthetic
from analyzer.detectors._base import Detector, calibrated, judge_first, threshold
from analyzer.errors import NotApplicable
from analyzer.measures.rewards import FEWEST, Course, course_of
from analyzer.model.diagnosis import Finding, Mark, Onset, Verdict
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values


@dataclass(frozen=True, eq=False)
class RewardCollapseValues(Values):
    """The numbers of a finding."""

    margin: float  # ln of the smaller of rise and fall over ``min_change``
    start: float  # level before learning, in the unit of the reward
    best: float  # level of the best stretch
    best_step: int  # last step of the best stretch
    best_epoch: float | None  # the epoch of that step, if the curve has epochs
    end: float  # level at the end
    lost: float  # share of the gain that is lost at the end
    rise: float  # in standard errors of a level
    fall: float  # in standard errors of a level


@dataclass(frozen=True)
class RewardCollapse(Detector):
    """A reward that rose and then lost more than half of what it had gained."""

    explains: ClassVar[frozenset[str]] = frozenset({"plateau"})
    verdict: ClassVar[Verdict | None] = Verdict("reward_collapse", 65)
    judges_health: ClassVar[bool] = True
    judges_rewards: ClassVar[bool] = True
    only_rewards: ClassVar[bool] = True

    min_points: int = threshold(
        FEWEST, "eight stretches of three points are the fewest that show their noise", low=FEWEST
    )
    min_change: float = threshold(
        5.0, "white noise rose and fell back this much in none of 3,000 simulated runs", low=1
    )
    min_lost: float = threshold(
        0.5, "an agent that keeps half of its gain is still of use", low=0.1, high=1
    )
    sure: float = threshold(
        0.8,
        "above it, 96 of 100 warnings on simulated rewards are true; below it, two notes in three",
        low=0,
        high=1,
    )

    def detect(self, run: Run) -> Iterable[Finding]:
        """Judge the first reward with enough points."""
        if not run.rewards:
            raise NotApplicable("no_reward")
        return judge_first(run, self._judge, held_out_first=True)

    @classmethod
    def example(cls, seed: int) -> Run:
        """Return a run whose reward rises and falls back for good."""
        return synthetic.reward_collapse(seed).run

    def _judge(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        curve = run.curve(metric, split, at_least=self.min_points).finite()
        course = course_of(curve.value)
        if course.rise < self.min_change:
            raise NotApplicable("flat_reward", metric=metric, split=split)
        if course.fall < self.min_change or course.lost <= self.min_lost:
            return []
        margin = float(np.log(min(course.rise, course.fall, 1e12) / self.min_change))
        confidence = calibrated(self.id, margin)
        onset = _onset(curve, course, self.min_lost)
        finding = Finding(
            detector=self.id,
            severity="info" if confidence < self.sure else "warning",
            metric=metric,
            split=split,
            onset=onset,
            values=RewardCollapseValues(
                margin=margin,
                start=course.start,
                best=float(course.levels[course.best]),
                best_step=onset.low,
                best_epoch=onset.low_epoch,
                end=course.end,
                lost=course.lost,
                rise=course.rise,
                fall=course.fall,
            ),
            marks=(Mark("onset", metric, split, onset.low, onset.high),),
            confidence=confidence,
        )
        return [finding]


def _onset(curve: Curve, course: Course, lost: float) -> Onset:
    """Return where the reward stays below what is left of its gain, back to its best stretch."""
    left = float(course.levels[course.best]) - lost * course.gain
    at = course.below_for_good(left)
    first = int(course.ends[course.best])
    last = int(course.ends[at])
    begin = int(course.ends[at - 1]) + 1 if at else 0
    epochs = curve.epoch if curve.has_epochs else None
    return Onset(
        step=int(curve.step[begin]),
        epoch=None if epochs is None else float(epochs[begin]),
        low=int(curve.step[first]),
        high=int(curve.step[last]),
        low_epoch=None if epochs is None else float(epochs[first]),
        high_epoch=None if epochs is None else float(epochs[last]),
    )
