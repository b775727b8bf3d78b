"""What came after the best point: its share of the run, and the final value against the best."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts._base import Fact
from analyzer.measures import duration
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.model.values import Values
from analyzer.stats.levels import end_level


@dataclass(frozen=True, eq=False)
class AfterBestValues(Values):
    """The run after its best point.

    ``level_change`` uses the level at the end, so that a single last point does not matter.
    """

    share: float  # of the run's epochs (of its steps, if epochs are unknown), 0 to 1
    final: float  # last value, in the unit of the metric; NaN if the run ended in NaN
    change: float | None  # (final - best) / |best|; None if the best is 0
    level_change: float | None  # the same for the median of the last 5 % of the finite values
    steps: int  # from the best point to the end
    epochs: float | None
    seconds: float | None  # None if the log has no times


class AfterBest(Fact):
    """How long the run went on after its best point, and how it ended."""

    def compute(self, run: Run, best: Best | None) -> AfterBestValues | None:
        """Return the numbers, or None for a run without a best point."""
        if best is None:
            return None
        curve = run.curve(best.metric, best.split)
        length = curve.x[-1] - curve.x[0]
        share = 0.0
        if length > 0:
            share = float((curve.x[-1] - curve.x[curve.best()]) / length)
        final = float(curve.value[-1])  # may be NaN or infinite
        level = end_level(curve.finite().value)
        at = curve.best()
        spent = duration.seconds_after(curve, at)
        return AfterBestValues(
            share=share,
            final=final,
            change=_change(final, best),
            level_change=_change(level, best),
            steps=int(curve.step[-1] - curve.step[at]),
            epochs=float(curve.epoch[-1] - curve.epoch[at]) if curve.has_epochs else None,
            seconds=spent or None,
        )


def _change(value: float, best: Best) -> float | None:
    return (value - best.value) / abs(best.value) if best.value else None
