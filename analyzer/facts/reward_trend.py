"""Where the reward of an agent went: whether it rose, and whether it still moves at the end."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from analyzer.errors import NotApplicable
from analyzer.facts._base import Fact
from analyzer.measures.rewards import FEWEST, Course, course_of
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.model.values import Values

IMPROVING, LEVEL, FALLING, FLAT = "improving", "level", "falling", "flat"
_RISE = 5.0  # standard errors of a level, as for a collapse: less does not count as a rise
_MOVES = 3.0  # standard errors: 1 in 370 level ends moves by more
_SHARE = 0.05  # of the gain: a smaller movement over a quarter of the run is not worth a word


@dataclass(frozen=True, eq=False)
class RewardTrendValues(Values):
    """The trend of a reward, and its levels in the unit of the reward."""

    metric: str
    split: str
    trend: str  # "improving", "level" or "falling" at the end after a rise; "flat" without a rise
    start: float
    best: float
    end: float


class RewardTrend(Fact):
    """The trend of the first reward with enough points."""

    def compute(self, run: Run, best: Best | None) -> RewardTrendValues | None:  # noqa: ARG002 - part of the interface
        """Return the trend, or None for a run without a reward that is long enough."""
        curve = _reward_of(run)
        if curve is None:
            return None
        course = course_of(curve.value)
        return RewardTrendValues(
            metric=curve.metric,
            split=curve.split,
            trend=_trend(course),
            start=course.start,
            best=float(course.levels[course.best]),
            end=course.end,
        )


def _reward_of(run: Run) -> Curve | None:
    """Return the finite points of the first reward with enough of them."""
    for metric in run.rewards:
        for split in dict.fromkeys((run.held_out(metric), run.trained_on(metric))):
            with suppress(NotApplicable):
                return run.curve(metric, split, at_least=FEWEST).finite()
    return None


def _trend(course: Course) -> str:
    """Return the word for a course."""
    least = max(_MOVES * course.late_error, _SHARE * course.gain)
    if course.rise >= _RISE and course.late_change > least:
        return IMPROVING
    if course.late_change < -least:
        return FALLING
    return LEVEL if course.rise >= _RISE else FLAT
