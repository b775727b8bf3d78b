"""The level of the judged curve at its best: what its best value would be without its luck."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts._base import Fact
from analyzer.measures.level import best_level
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values


@dataclass(frozen=True, eq=False)
class BestLevelValues(Values):
    """The level by which the run is ranked, compared and gated."""

    value: float  # in the unit of the metric
    low: float | None  # its 95 % interval; None if too few points show no noise
    high: float | None


class BestLevel(Fact):
    """The level of the curve that the run is judged by, at its best, with its interval."""

    def compute(self, run: Run, best: Best | None) -> BestLevelValues | None:
        """Return the level, or None for a run without a best value."""
        if best is None:
            return None
        return BestLevelValues(*best_level(run, best.metric, best.split))
